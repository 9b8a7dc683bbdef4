import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../src/services/idempotency/claims.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (body: string, more: Partial<Parameters<typeof fingerprintOf>[0]> = {}) =>
  fingerprintOf({
    method: "POST",
    path: "/v1/chat/completions",
    contentType: "application/json",
    body: bytes(body),
    ...more,
  });
const form = (boundary: string, fields: Record<string, string>, quoted = false) => {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const mark = quoted ? `"${boundary}"` : boundary;
  return json(`${parts.join("")}--${boundary}--\r\n`, {
    contentType: `multipart/form-data; boundary=${mark}`,
  });
};

describe("the fingerprint of a request", () => {
  it("is the same for the same request", () => {
    expect(json('{"a":1}')).toBe(json('{"a":1}'));
  });

  it("differs by body, by path and by method", () => {
    const all = [
      json('{"a":1}'),
      json('{"a":2}'),
      json('{"a":1}', { path: "/v1/messages" }),
      json('{"a":1}', { method: "PUT" }),
      json(""),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("of a form is the same whatever its boundary, and however that is written", () => {
    const fields = { model: "m", file: "sound" };
    expect(form("one", fields)).toBe(form("another-one", fields));
    expect(form("one", fields)).toBe(form("one", fields, true));
  });

  it("of a form differs by what is in it, and where one field ends and another begins", () => {
    const all = [
      form("b", { a: "1", b: "2" }),
      form("b", { a: "1", b: "3" }),
      form("b", { a: "12" }),
      form("b", { b: "2", a: "1" }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
