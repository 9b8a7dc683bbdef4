import { describe, expect, inject, it } from "vitest";
import type { UpstreamRequest } from "../../../src/connectors/connector.ts";
import { encodeForm } from "../../../src/connectors/kit/form.ts";
import { type InvokeOptions, invoke } from "../../../src/connectors/kit/invoke.ts";
import type { FormField } from "../../../src/core/media.ts";
import type { LaneState } from "../../support/upstream-call.ts";
import { SOUND_BYTES } from "../../support/upstream-media.ts";

const OPTIONS: InvokeOptions = {
  limits: { timeoutMs: 5000, idleTimeoutMs: 5000, responseBytesMax: 10_000_000 },
  allowPrivate: true,
  secrets: [],
};
const FIELDS: FormField[] = [
  { name: "model", value: "ok" },
  { name: "prompt", value: "über\r\nzwei Zeilen" },
  { name: "tag[]", value: "a" },
  { name: "tag[]", value: "" },
  {
    name: "file",
    value: {
      name: 'a "b"\n.mp3',
      mime: "audio/mpeg",
      bytes: Uint8Array.of(0, 13, 10, 45, 45, 255),
    },
  },
];

function lane() {
  const base = `${inject("upstreamUrl")}/t/${crypto.randomUUID()}`;
  const state = async () => (await (await fetch(`${base}/__state`)).json()) as LaneState;
  const request = (path: string, more: Partial<UpstreamRequest>): UpstreamRequest => ({
    method: "POST",
    url: `${base}/v1${path}`,
    headers: {},
    framing: "json",
    ...more,
  });
  return { request, state };
}

async function readAll(request: UpstreamRequest) {
  const opened = await invoke(request, OPTIONS);
  if (!opened.ok) throw new Error(`${opened.error.reason}: ${opened.error.detail}`);
  const frames = [];
  for (;;) {
    const piece = await opened.value.frames.next();
    if (!piece.ok || piece.value === null) return { frames, headers: opened.value.headers };
    frames.push(...piece.value);
  }
}

describe("a form", () => {
  it("is read by any reader of forms as what was put in", async () => {
    const { chunks, contentType } = encodeForm(FIELDS, "border");
    const body = new Blob(chunks as Uint8Array<ArrayBuffer>[]);
    const read = await new Response(body, { headers: { "content-type": contentType } }).formData();
    expect(read.get("prompt")).toBe("über\r\nzwei Zeilen");
    expect(read.getAll("tag[]")).toEqual(["a", ""]);
    const file = read.get("file") as unknown as File;
    expect(file.type).toBe("audio/mpeg");
    expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 13, 10, 45, 45, 255]);
  });

  it("knows its length, and holds the file itself instead of a copy", () => {
    const { chunks, length } = encodeForm(FIELDS, "border");
    expect(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(length);
    const file = FIELDS.at(-1)?.value as { bytes: Uint8Array };
    expect(chunks).toContain(file.bytes);
  });

  it("names cannot break out of their quotes", () => {
    const { chunks } = encodeForm(FIELDS, "border");
    const text = chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
    expect(text).toContain('filename="a %22b%22%0A.mp3"');
  });

  it("goes out with its length, and once more after a redirect", async () => {
    const { request, state } = lane();
    const redirected = FIELDS.with(0, { name: "model", value: "redirect-self" });
    await readAll(request("/audio/transcriptions", { form: redirected }));
    const { requests } = await state();
    expect(requests).toHaveLength(2);
    for (const { headers, body } of requests) {
      expect(Number(headers["content-length"])).toBeGreaterThan(400);
      expect(headers["transfer-encoding"]).toBeUndefined();
      expect(body).toMatchObject({ "tag[]": ["a", ""], file: { size: 6, type: "audio/mpeg" } });
    }
  });

  it("that its reader does not want to the end ends in that reader's answer", async () => {
    const { request } = lane();
    const large = { name: "a.mp3", mime: "audio/mpeg", bytes: new Uint8Array(2_000_000) };
    const form = [
      { name: "model", value: "400" },
      { name: "file", value: large },
    ];
    const opened = await invoke(request("/audio/transcriptions", { form }), OPTIONS);
    expect(opened).toMatchObject({ ok: false, error: { reason: "rejected", status: 400 } });
  });
});

describe("an answer that is a file", () => {
  const speech = (model: string): Partial<UpstreamRequest> => ({
    body: JSON.stringify({ model, input: "hello" }),
    headers: { "content-type": "application/json" },
    framing: "bytes",
  });

  it("arrives as its bytes", async () => {
    const { frames, headers } = await readAll(lane().request("/audio/speech", speech("ok")));
    expect(headers["content-type"]).toBe("audio/mpeg");
    const bytes = frames.flatMap((frame) => [...(frame.bytes ?? [])]);
    expect(bytes).toHaveLength(8 * SOUND_BYTES);
    expect(frames.every(({ data }) => data === "")).toBe(true);
  });

  it("but is words is read as words", async () => {
    const { frames } = await readAll(lane().request("/audio/speech", speech("garbage")));
    expect(frames).toEqual([{ data: '{"object":"list"}' }]);
  });

  it("larger than the limit is cut off and told as such", async () => {
    const limits = { ...OPTIONS.limits, responseBytesMax: 3 * SOUND_BYTES };
    const opened = await invoke(lane().request("/audio/speech", speech("chunks-50+pace-5ms")), {
      ...OPTIONS,
      limits,
    });
    if (!opened.ok) throw new Error(opened.error.detail);
    let last = await opened.value.frames.next();
    while (last.ok && last.value !== null) last = await opened.value.frames.next();
    expect(last).toMatchObject({ ok: false, error: { reason: "answer_too_large" } });
  });
});
