/** What is particular to this family, beyond the contract. */
import { describe, expect, it } from "vitest";
import { OpenAiDecoder, PLAIN_HABITS } from "../../../src/connectors/kit/openai/decoder.ts";
import { guessModelKind, readModels } from "../../../src/connectors/kit/openai/models.ts";
import { normaliseUsage, sumOfModels } from "../../../src/connectors/kit/openai/usage.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { json, question } from "../contract.ts";

const frame = (payload: unknown) => ({ data: JSON.stringify(payload) });
const delta = (fields: object, finish: string | null = null) =>
  frame({ id: "c", choices: [{ index: 0, delta: fields, finish_reason: finish }] });

function decode(...frames: { data: string; event?: string }[]): RunEvent[] {
  const decoder = new OpenAiDecoder();
  return [...frames.flatMap((one) => decoder.push(one)), ...decoder.end()];
}

describe("events", () => {
  it("tool calls come piece by piece, by their index", () => {
    const call = (index: number, fields: object) => delta({ tool_calls: [{ index, ...fields }] });
    const events = decode(
      call(0, { id: "a", function: { name: "one", arguments: "" } }),
      call(1, { id: "b", function: { name: "two", arguments: "{}" } }),
      call(0, { function: { arguments: '{"x":1}' } }),
      delta({}, "tool_calls"),
    );
    expect(events.filter((event) => event.type === "tool-call-delta")).toEqual([
      { type: "tool-call-delta", index: 0, id: "a", name: "one", argumentsText: "" },
      { type: "tool-call-delta", index: 1, id: "b", name: "two", argumentsText: "{}" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"x":1}' },
    ]);
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "tool_calls" });
  });

  it("arguments that are an object, and calls without an index, are understood", () => {
    const call = { id: "a", function: { name: "f", arguments: { x: 1 } } };
    expect(decode(delta({ tool_calls: [call] }, "tool_calls"))).toContainEqual({
      type: "tool-call-delta",
      index: 0,
      id: "a",
      name: "f",
      argumentsText: '{"x":1}',
    });
  });

  it("pictures, sources, refusals and content in parts reach the reader", () => {
    const events = decode(
      delta({ content: [{ type: "text", text: "in parts" }] }),
      delta({ refusal: "No." }),
      delta({ images: [{ type: "image_url", image_url: { url: "data:image/webp;base64,AA==" } }] }),
      delta(
        {
          annotations: [
            { type: "url_citation", url_citation: { url: "https://x.com", title: "X" } },
          ],
        },
        "stop",
      ),
    );
    expect(events).toEqual([
      { type: "run-start", upstreamId: "c" },
      { type: "text-delta", text: "in parts" },
      { type: "text-delta", text: "No." },
      { type: "file", url: "data:image/webp;base64,AA==", mime: "image/webp", name: "image" },
      { type: "source-cite", index: 1, title: "X", url: "https://x.com", snippet: null },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("reasoning under either name is reasoning", () => {
    for (const name of ["reasoning_content", "reasoning"]) {
      expect(decode(delta({ [name]: "Hm" }, "stop"))).toContainEqual({
        type: "reasoning-delta",
        text: "Hm",
      });
    }
  });

  it.each([
    ["length", "length"],
    ["max_tokens", "length"],
    ["function_call", "tool_calls"],
    ["content_filter", "content_filter"],
    ["eos", "stop"],
  ])("a finish of %s is %s", (reason, finish) => {
    expect(decode(delta({ content: "x" }, reason)).at(-1)).toEqual({ type: "run-end", finish });
  });

  it.each([
    ["error", "unavailable"],
    ["insufficient_system_resource", "overloaded"],
  ])("a finish of %s is a failure", (reason, expected) => {
    const last = decode(delta({ content: "x" }, reason)).at(-1);
    expect(last).toMatchObject({ type: "run-error", error: { reason: expected } });
  });

  it("sources beside the choices are told once, whatever their shape and however often they come", () => {
    const beside = (lists: object) =>
      frame({ id: "c", ...lists, choices: [{ delta: { content: "x" } }] });
    const page = { title: "A", url: "https://a.com", summary: "s", site_name: "Site" };
    const chunk = { doc_id: "d", doc_name: "guide.pdf", chunk_id: 1 };
    const events = decode(
      beside({ references: [page, chunk] }),
      beside({ references: [page, chunk], citations: ["https://b.com", 7] }),
      beside({ search_results: [{ index: 1, title: "C", url: "https://c.com" }] }),
      beside({ web_search: [{ title: "D", link: "https://d.com", content: "t" }, {}, null] }),
      frame({ id: "c", choices: [{ delta: {}, finish_reason: "stop" }] }),
    );
    expect(events.filter((event) => event.type === "source-cite")).toEqual([
      { type: "source-cite", index: 1, title: "A", url: "https://a.com", snippet: "s" },
      { type: "source-cite", index: 2, title: "guide.pdf", url: null, snippet: null },
      {
        type: "source-cite",
        index: 3,
        title: "https://b.com",
        url: "https://b.com",
        snippet: null,
      },
      { type: "source-cite", index: 4, title: "C", url: "https://c.com", snippet: null },
      { type: "source-cite", index: 5, title: "D", url: "https://d.com", snippet: "t" },
    ]);
  });

  it("details of reasoning count where nothing plainer says the same", () => {
    const details = [
      { type: "reasoning.text", text: "Hm" },
      { type: "reasoning.summary", summary: "m" },
      { type: "reasoning.encrypted", data: "x" },
    ];
    const reasoned = (fields: object) =>
      decode(delta(fields, "stop")).filter((event) => event.type === "reasoning-delta");
    expect(reasoned({ reasoning_details: details })).toEqual([
      { type: "reasoning-delta", text: "Hmm" },
    ]);
    expect(reasoned({ reasoning: "Hm", reasoning_details: details })).toHaveLength(1);
  });

  it("an error inside a choice is the answer's end", () => {
    const error = { code: 502, message: "Provider disconnected", metadata: {} };
    const message = { role: "assistant", content: "Half" };
    const events = decode(
      frame({ id: "c", choices: [{ message, error, finish_reason: "error" }] }),
    );
    expect(events.at(-1)).toMatchObject({
      type: "run-error",
      error: { reason: "unavailable", detail: "Provider disconnected" },
    });
  });

  it("names of an object's own machinery mean nothing as finishes or codes", () => {
    expect(decode(delta({ content: "x" }, "constructor")).at(-1)).toEqual({
      type: "run-end",
      finish: "stop",
    });
    const last = decode(frame({ error: { code: "toString", message: "no" } })).at(-1);
    expect(last).toMatchObject({ type: "run-error", error: { reason: "unavailable" } });
  });

  it("thoughts of several choices are told apart", () => {
    const decoder = new OpenAiDecoder({ ...PLAIN_HABITS, inlineThinking: true });
    const piece = (index: number, content: string) =>
      frame({ id: "c", choices: [{ index, delta: { content } }] });
    const events = [
      piece(0, "<think>a"),
      piece(1, "b"),
      piece(0, "</think>c"),
      { data: "[DONE]" },
    ].flatMap((one) => decoder.push(one));
    expect(events.filter((event) => event.type === "reasoning-delta")).toEqual([
      { type: "reasoning-delta", text: "a" },
    ]);
    const texts = events.flatMap((event) => (event.type === "text-delta" ? [event.text] : []));
    expect(texts).toEqual(["b", "c"]);
  });

  it("several choices are all read, and end once", () => {
    const choices = [0, 1].map((index) => ({
      index,
      delta: { content: `c${index}` },
      finish_reason: "stop",
    }));
    const events = decode(frame({ id: "c", choices }), { data: "[DONE]" });
    expect(events.filter((event) => event.type === "text-delta")).toHaveLength(2);
    expect(events.filter((event) => event.type === "run-end")).toHaveLength(1);
  });

  it("an end that is quoted is an end", () => {
    expect(decode(delta({ content: "x" }), { data: '"[DONE]"' }).at(-1)?.type).toBe("run-end");
  });

  it("credentials that an error quotes are cut out", () => {
    const error = {
      message: "Incorrect API key provided: sk-proj-abcdefgh12345678",
      code: "invalid_api_key",
    };
    const last = decode(frame({ error })).at(-1);
    expect(last).toMatchObject({ type: "run-error", error: { reason: "unauthorized" } });
    expect(JSON.stringify(last)).not.toContain("sk-proj");
  });
});

describe("usage", () => {
  it.each([
    ["a placeholder of zeros", { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
    ["null", null],
    ["nonsense", { prompt_tokens: "many", completion_tokens: -3 }],
  ])("%s is no usage", (_name, reported) => {
    expect(normaliseUsage(reported, false)).toBeNull();
  });

  it("cached tokens that exceed the prompt were not counted in it", () => {
    const reported = {
      prompt_tokens: 10,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 30 },
    };
    expect(normaliseUsage(reported, false)).toMatchObject({ input: 40, cachedInput: 30 });
  });

  it("reasoning that exceeds the completion was not counted in it", () => {
    const reported = {
      prompt_tokens: 1,
      completion_tokens: 2,
      completion_tokens_details: { reasoning_tokens: 9 },
    };
    expect(normaliseUsage(reported, false)).toMatchObject({ output: 11, reasoning: 9 });
  });

  it("sound is counted apart, and in no other part", () => {
    const reported = {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 6, audio_tokens: 9 },
      completion_tokens_details: { reasoning_tokens: 1, audio_tokens: 4 },
    };
    expect(normaliseUsage(reported, false)).toMatchObject({ audioInput: 4, audioOutput: 4 });
    const silent = normaliseUsage({ prompt_tokens: 1, completion_tokens: 1 }, false);
    expect(silent).not.toHaveProperty("audioInput");
  });

  it("what several models used is summed; nothing is no usage", () => {
    const model_usage = [{ prompt_tokens: 3, completion_tokens: 1 }, null, { prompt_tokens: 4 }];
    expect(sumOfModels({ model_usage })).toMatchObject({ input: 7, output: 1 });
    for (const none of [null, {}, { model_usage: [] }, { model_usage: "x" }]) {
      expect(sumOfModels(none)).toBeNull();
    }
  });

  it("hits and misses make up a prompt that is not stated", () => {
    const reported = {
      completion_tokens: 1,
      prompt_cache_hit_tokens: 6,
      prompt_cache_miss_tokens: 4,
    };
    expect(normaliseUsage(reported, false)).toMatchObject({ input: 10, cachedInput: 6 });
  });

  it("parts are never more than the whole", () => {
    const reported = {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 8 },
    };
    expect(normaliseUsage(reported, false)).toMatchObject({
      input: 10,
      cachedInput: 8,
      cacheWrite: 2,
    });
  });
});

describe("lists of models", () => {
  it.each([
    ["gpt-5.2", "chat"],
    ["Qwen/Qwen3-32B", "chat"],
    ["text-embedding-3-small", "embedding"],
    ["BAAI/bge-m3", "embedding"],
    ["gpt-image-2", "image"],
    ["black-forest-labs/FLUX.1-schnell", "image"],
    ["gpt-4o-mini-tts", "speech"],
    ["FunAudioLLM/CosyVoice2-0.5B", "speech"],
    ["whisper-1", "transcription"],
    ["gpt-4o-transcribe", "transcription"],
    ["Wan-AI/Wan2.2-T2V-A14B", "video"],
    ["BAAI/bge-reranker-v2-m3", null],
    ["omni-moderation-latest", null],
  ])("%s is taken for %s", (id, kind) => {
    expect(guessModelKind(id)).toBe(kind);
  });

  it("entries without an id are left out, names and descriptions are kept", () => {
    const data = [
      { id: "a/b", name: "A: B", description: "d".repeat(900) },
      { name: "no id" },
      null,
      7,
    ];
    const read = readModels(json(200, { object: "list", data }), {});
    expect(read).toMatchObject({ ok: true, value: [{ kind: "model", id: "a/b", name: "A: B" }] });
    if (read.ok) expect(read.value[0]?.description).toHaveLength(500);
  });

  it("a bare list is read too", () => {
    expect(readModels(json(200, [{ id: "m" }]), {})).toMatchObject({
      ok: true,
      value: [{ id: "m" }],
    });
  });
});

describe("presets", () => {
  const prepared = (id: string, settings = {}, secret: Record<string, string> = {}) => {
    const connector = connectorById(id);
    if (!connector?.chat) throw new Error(id);
    const account = openAccount(connector, settings, secret);
    if (!account.ok) throw new Error(account.error.message);
    const made = connector.chat.prepare(
      account.value,
      { id: "m", maxOutputTokens: null },
      question(true),
    );
    if (!made.ok) throw new Error(made.error.detail);
    return made.value.request;
  };

  it("a platform without keys gets no authorization header", () => {
    const request = prepared("openai-compatible", { baseUrl: "http://gpu:8000/v1" });
    expect(request.headers).not.toHaveProperty("authorization");
  });

  it("a call without a model's name is refused before it is sent", () => {
    const openai = connectorById("openai");
    const account = openai && openAccount(openai, {}, { apiKey: "any-key-123" });
    if (!account?.ok) throw new Error("no account");
    const made = openai?.chat?.prepare(
      account.value,
      { id: null, maxOutputTokens: null },
      question(true),
    );
    expect(made).toMatchObject({ ok: false, error: { reason: "target_not_found" } });
  });

  it("OpenRouter's key is proved at /key, because its list of models is public", () => {
    const openrouter = connectorById("openrouter");
    const account = openrouter && openAccount(openrouter, {}, { apiKey: "sk-or-v1-123" });
    if (!account?.ok) throw new Error("no account");
    const probe = openrouter?.probe;
    expect(probe?.prepare(account.value, undefined).url).toBe("https://openrouter.ai/api/v1/key");
    expect(probe?.read(json(200, { data: {} }))).toEqual({ ok: true, value: { account: null } });
  });
});
