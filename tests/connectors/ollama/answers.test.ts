/** What is particular to Ollama's answers, lists and form, beyond the contract. */
import { describe, expect, it } from "vitest";
import { OllamaDecoder } from "../../../src/connectors/ollama/decoder.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { json } from "../contract.ts";

function decode(...lines: object[]): RunEvent[] {
  const decoder = new OllamaDecoder();
  const events = lines.flatMap((line) => decoder.push({ data: JSON.stringify(line) }));
  return [...events, ...decoder.end()];
}
const created_at = "2026-11-20T10:00:00.123Z";
const call = (name: string, more: object = {}) => ({
  function: { name, arguments: { city: "Paris" } },
  ...more,
});
const calls = (...tool_calls: object[]) => ({
  created_at,
  message: { role: "assistant", content: "", tool_calls },
  done: false,
});
const end = { created_at, message: { role: "assistant", content: "" }, done: true };

describe("calls of tools", () => {
  it("are counted over all lines, their arguments written as text", () => {
    const events = decode(calls(call("a", { id: "call_1" })), calls(call("b")), end);
    expect(events.filter((event) => event.type === "tool-call-delta")).toEqual([
      {
        type: "tool-call-delta",
        index: 0,
        id: "call_1",
        name: "a",
        argumentsText: '{"city":"Paris"}',
      },
      {
        type: "tool-call-delta",
        index: 1,
        id: "call_20261120100000123_1",
        name: "b",
        argumentsText: '{"city":"Paris"}',
      },
    ]);
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "tool_calls" });
  });

  it("without an id get one that no other answer has", () => {
    const idOf = (at: string) => {
      const [, event] = decode({ ...calls(call("a")), created_at: at }, end);
      return event?.type === "tool-call-delta" ? event.id : null;
    };
    expect(idOf("2026-11-20T10:00:00.1Z")).not.toBe(idOf("2026-11-20T10:00:00.2Z"));
  });

  it("without a name, or that are no object, are left out", () => {
    const events = decode(calls({ function: {} }, { id: "x" }, call("ok")), end);
    expect(events.filter((event) => event.type === "tool-call-delta")).toHaveLength(1);
  });
});

describe("usage", () => {
  it("is reported with both counts", () => {
    expect(decode({ ...end, prompt_eval_count: 5, eval_count: 2 })).toContainEqual({
      type: "usage",
      usage: { input: 5, output: 2, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    });
  });

  it.each([{ eval_count: 2 }, { prompt_eval_count: 0, eval_count: 2 }])(
    "knows the answer where the prompt was in memory: %j",
    (counts) => {
      const reported = decode({ ...end, ...counts }).find((event) => event.type === "usage");
      expect(reported).toMatchObject({ usage: { input: 0, output: 2 } });
    },
  );

  it.each([{}, { prompt_eval_count: 0, eval_count: 0 }])("is not made of nothing: %j", (counts) => {
    expect(decode({ ...end, ...counts }).some((event) => event.type === "usage")).toBe(false);
  });
});

describe("the end", () => {
  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["load", "stop"],
    ["unload", "stop"],
    [undefined, "stop"],
  ])("a reason of %s is %s", (done_reason, finish) => {
    expect(decode({ ...end, done_reason }).at(-1)).toEqual({ type: "run-end", finish });
  });

  it("an error in the middle is explained by its sentence", () => {
    const last = decode(calls(call("a")), { error: "server busy, please try again" }).at(-1);
    expect(last).toMatchObject({ type: "run-error", error: { reason: "overloaded" } });
  });
});

describe("lists of models", () => {
  const ollama = connectorById("ollama");
  const read = (models: unknown) => ollama?.offers?.read(json(200, { models }));

  it("are the tags that were pulled, of the kind that the server says", () => {
    const details = { family: "qwen3", parameter_size: "8.2B", quantization_level: "Q4_K_M" };
    const models = [
      { name: "qwen3:8b", model: "qwen3:8b", details, capabilities: ["completion", "tools"] },
      { name: "odd", capabilities: ["embedding"] },
      { name: "painter", capabilities: ["image"] },
      { name: "nomic-embed-text:latest" },
      { name: "llama3.2:latest" },
      { size: 1 },
      null,
    ];
    const offers = read(models);
    if (!offers?.ok) throw new Error("not read");
    expect(offers.value.map(({ id, modelKind }) => [id, modelKind])).toEqual([
      ["qwen3:8b", "chat"],
      ["odd", "embedding"],
      ["painter", "image"],
      ["nomic-embed-text:latest", "embedding"],
      ["llama3.2:latest", "chat"],
    ]);
    expect(offers.value[0]?.description).toBe("qwen3, 8.2B, Q4_K_M · tools");
    expect(offers.value[4]?.description).toBe("");
  });

  it("an error in place of the list is that error", () => {
    expect(ollama?.offers?.read(json(200, { error: "unauthorized" })).ok).toBe(false);
  });
});

describe("the form", () => {
  const ollama = connectorById("ollama");
  const opened = (settings: Record<string, string>, secret: Record<string, string> = {}) => {
    if (!ollama) throw new Error("no connector");
    return openAccount(ollama, settings, secret);
  };

  it.each([
    "http://gpu:11434",
    "http://gpu:11434/",
    "http://gpu:11434/api",
    "http://gpu:11434/api/chat",
    "http://gpu:11434/api/tags",
    "http://gpu:11434/v1",
    "http://gpu:11434/v1/chat/completions",
  ])("%s is the same server", (baseUrl) => {
    expect(opened({ baseUrl })).toMatchObject({
      ok: true,
      value: { settings: { baseUrl: "http://gpu:11434" } },
    });
  });

  it("a server of one's own gets no key", () => {
    const account = opened({ baseUrl: "http://gpu:11434" });
    if (!account.ok) throw new Error("not opened");
    const request = ollama?.probe?.prepare(account.value, undefined);
    expect(request?.headers).not.toHaveProperty("authorization");
  });

  it.each([
    [{ contextTokens: "32k" }, "settings.contextTokens"],
    [{ contextTokens: "12" }, "settings.contextTokens"],
    [{ keepAlive: "five minutes" }, "settings.keepAlive"],
  ])("%j is refused with its path", (more, path) => {
    const account = opened({ baseUrl: "http://gpu:11434", ...more });
    expect(account).toMatchObject({ ok: false, error: { path } });
  });

  it("fields left empty are not set", () => {
    const account = opened({ baseUrl: "http://gpu:11434", contextTokens: "", keepAlive: " " });
    expect(account).toMatchObject({
      ok: true,
      value: { settings: { contextTokens: null, keepAlive: null } },
    });
  });

  it("each usual failure comes with what to do about it", () => {
    const error = { status: null, upstreamCode: null, retryAfterMs: null, detail: "" };
    for (const reason of ["unreachable", "forbidden", "target_not_found"] as const) {
      expect(ollama?.advise?.({ ...error, reason })).not.toBeNull();
    }
    const memory = { ...error, reason: "unavailable" as const, detail: "requires more memory" };
    expect(ollama?.advise?.(memory)?.en).toContain("memory");
    expect(ollama?.advise?.({ ...memory, detail: "it crashed" })).toBeNull();
  });
});
