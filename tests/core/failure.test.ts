import { describe, expect, it } from "vitest";
import { isOutage, loggable } from "../../src/core/failure.ts";

const query = (cause: Error) =>
  Object.assign(new Error('Failed query: select "overloaded"\nparams: ann@acme.example'), {
    cause,
  });

describe("an error is an outage", () => {
  it("when the store or an object could not be reached, however deep that stands", () => {
    expect(isOutage(new Error("Network connection lost."))).toBe(true);
    expect(isOutage(query(new Error("Network connection lost.")))).toBe(true);
    expect(isOutage(query(new Error("Server returned HTTP status 502")))).toBe(true);
    expect(isOutage(Object.assign(new Error("anything"), { retryable: true }))).toBe(true);
    expect(isOutage(Object.assign(new Error("anything"), { overloaded: true }))).toBe(true);
  });

  it("and not when we made a mistake, whatever words stand in its query", () => {
    expect(isOutage(query(new Error("no such column: x")))).toBe(false);
    expect(isOutage(new TypeError("x is not a function"))).toBe(false);
    expect(isOutage(query(new Error("Server returned HTTP status 401")))).toBe(false);
    expect(isOutage("Network connection lost.")).toBe(false);
    expect(isOutage(null)).toBe(false);
  });
});

it("a failed query stands in the log with its reason and without its values", () => {
  const text = loggable(query(new Error("no such column: x")));
  expect(text).toContain("no such column: x");
  expect(text).not.toContain("ann@acme.example");
});
