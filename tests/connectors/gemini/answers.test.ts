/** What is particular to Gemini's answers, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { ChatInput, RunEvent } from "../../../src/core/run.ts";
import { eventsOf, json } from "../contract.ts";

const gemini = connectorById("gemini");
if (!gemini) throw new Error("no gemini");

const decode = (...payloads: unknown[]): RunEvent[] =>
  eventsOf(
    gemini,
    payloads.map((payload) => ({ data: JSON.stringify(payload) })),
  );
const chunk = (parts: object[], finishReason?: string) => ({
  responseId: "r1",
  candidates: [{ content: { role: "model", parts }, ...(finishReason ? { finishReason } : {}) }],
});
const ofType = <Type extends RunEvent["type"]>(events: RunEvent[], type: Type) =>
  events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);

describe("function calls", () => {
  it("come whole, with their signature, and make the finish a call for tools", () => {
    const events = decode(
      chunk([
        {
          functionCall: { id: "c1", name: "get_weather", args: { city: "Paris" } },
          thoughtSignature: "c2ln",
        },
        { functionCall: { id: "c2", name: "get_time", args: {} } },
      ]),
      chunk([{ text: "" }], "STOP"),
    );
    expect(ofType(events, "tool-call-delta")).toEqual([
      {
        type: "tool-call-delta",
        index: 0,
        id: "c1",
        name: "get_weather",
        argumentsText: '{"city":"Paris"}',
        seal: "c2ln",
      },
      { type: "tool-call-delta", index: 1, id: "c2", name: "get_time", argumentsText: "{}" },
    ]);
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "tool_calls" });
  });

  it("without an id get one that no other answer has", () => {
    const call = { functionCall: { name: "f" } };
    const ids = ofType(decode(chunk([call]), chunk([call], "STOP")), "tool-call-delta").map(
      (event) => event.id,
    );
    expect(ids).toEqual(["call_r1_0", "call_r1_1"]);
  });

  it("without any id, their own or the answer's, differ from turn to turn all the same", () => {
    const candidates = chunk([{ functionCall: { name: "f" } }], "STOP").candidates;
    const idAfter = (count: number) => {
      const input: ChatInput = { messages: [], stream: true, endUser: "u" };
      for (let at = 0; at < count; at++) input.messages.push({ role: "user", content: [] });
      const decoder = gemini.chat?.decoder(input);
      const events = decoder?.push({ data: JSON.stringify({ candidates }) }) ?? [];
      return ofType(events, "tool-call-delta")[0]?.id;
    };
    expect(idAfter(1)).not.toBe(idAfter(3));
    expect(idAfter(3)).toBe(idAfter(3));
  });

  it("without a name are a violation", () => {
    expect(decode(chunk([{ functionCall: { args: {} } }])).at(-1)).toMatchObject({
      error: { reason: "protocol_violation" },
    });
  });

  it("cut off by the limit are not to be made", () => {
    const events = decode(chunk([{ functionCall: { name: "f" } }], "MAX_TOKENS"));
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "length" });
  });
});

it("thoughts are reasoning, never text", () => {
  const events = decode(chunk([{ text: "hm", thought: true }, { text: "42" }], "STOP"));
  expect(events.slice(1)).toEqual([
    { type: "reasoning-delta", text: "hm" },
    { type: "text-delta", text: "42" },
    { type: "run-end", finish: "stop" },
  ]);
});

it("a picture in the answer is a file that carries itself", () => {
  const inlineData = { mimeType: "image/png", data: "iVBORw0=" };
  expect(ofType(decode(chunk([{ inlineData }], "STOP")), "file")).toEqual([
    { type: "file", url: "data:image/png;base64,iVBORw0=", mime: "image/png", name: "image" },
  ]);
});

it("chunks in one list, where the stream's form was not understood, are read in order", () => {
  const events = decode([chunk([{ text: "a" }]), chunk([{ text: "b" }], "STOP")]);
  expect(ofType(events, "text-delta").map((event) => event.text)).toEqual(["a", "b"]);
  expect(events.at(-1)).toEqual({ type: "run-end", finish: "stop" });
});

it("after the finish reason only usage is read", () => {
  const events = decode(chunk([{ text: "a" }], "STOP"), {
    ...chunk([{ text: "b" }]),
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  });
  expect(ofType(events, "text-delta")).toHaveLength(1);
  expect(ofType(events, "usage")).toHaveLength(1);
});

describe("finish reasons", () => {
  it.each([
    ["STOP", "stop"],
    ["MAX_TOKENS", "length"],
    ["CONTINUATION", "length"],
    ["SAFETY", "content_filter"],
    ["RECITATION", "content_filter"],
    ["BLOCKLIST", "content_filter"],
    ["PROHIBITED_CONTENT", "content_filter"],
    ["SPII", "content_filter"],
    ["IMAGE_SAFETY", "content_filter"],
    ["IMAGE_PROHIBITED_CONTENT", "content_filter"],
    ["OTHER", "stop"],
    ["SOMETHING_NEW", "stop"],
  ])("%s after some text is %s", (reason, finish) => {
    expect(decode(chunk([{ text: "x" }], reason)).at(-1)).toEqual({ type: "run-end", finish });
  });

  it.each(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"])(
    "%s is a violation",
    (reason) => {
      expect(decode(chunk([], reason)).at(-1)).toMatchObject({
        error: { reason: "protocol_violation" },
      });
    },
  );

  it("an answer of nothing that names no good reason is a failure, so that another may try", () => {
    expect(decode(chunk([], "OTHER")).at(-1)).toMatchObject({ error: { reason: "unavailable" } });
    expect(decode(chunk([], "STOP")).at(-1)).toEqual({ type: "run-end", finish: "stop" });
  });
});

describe("usage", () => {
  const usageOf = (usageMetadata: object) =>
    ofType(decode({ ...chunk([{ text: "x" }], "STOP"), usageMetadata }), "usage").at(-1)?.usage;

  it("counts thoughts into the output and what Google's tools read into the input", () => {
    expect(
      usageOf({
        promptTokenCount: 10,
        toolUsePromptTokenCount: 5,
        cachedContentTokenCount: 4,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 20,
        totalTokenCount: 42,
      }),
    ).toEqual({ input: 15, output: 27, cachedInput: 4, cacheWrite: 0, reasoning: 20 });
  });

  it("that states only a total says what was written so far", () => {
    expect(usageOf({ promptTokenCount: 8, totalTokenCount: 12 })).toMatchObject({ output: 4 });
  });

  it("never has more cached than there was", () => {
    const odd = { promptTokenCount: 3, cachedContentTokenCount: 9, candidatesTokenCount: 1 };
    expect(usageOf(odd)).toMatchObject({ input: 3, cachedInput: 3 });
  });

  it("tells sound from the rest, but for what of it was cached", () => {
    const sound = (tokenCount: number) => [
      { modality: "TEXT", tokenCount: 5 },
      { modality: "AUDIO", tokenCount },
    ];
    const heard = { promptTokenCount: 105, promptTokensDetails: sound(100) };
    const made = { candidatesTokenCount: 45, candidatesTokensDetails: sound(40) };
    expect(usageOf({ ...heard, ...made })).toMatchObject({ audioInput: 100, audioOutput: 40 });
    const cached = { cachedContentTokenCount: 65, cacheTokensDetails: sound(60) };
    expect(usageOf({ ...heard, ...cached })).toMatchObject({ cachedInput: 65, audioInput: 40 });
    expect(usageOf(made)).not.toHaveProperty("audioInput");
    const odd = { promptTokenCount: 3, promptTokensDetails: sound(9) };
    expect(usageOf(odd)).toMatchObject({ input: 3, audioInput: 3 });
  });

  it("of zeros is a placeholder", () => {
    expect(usageOf({ promptTokenCount: 0, totalTokenCount: 0 })).toBeUndefined();
  });
});

describe("errors", () => {
  it("the time to wait stands in the body", () => {
    const error = {
      code: 429,
      message: "Quota exceeded",
      status: "RESOURCE_EXHAUSTED",
      details: [
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.5s" },
      ],
    };
    expect(gemini.explain(json(429, { error })).retryAfterMs).toBe(34_500);
  });

  it.each([
    ["unauthorized", null, /Create a new one in Google AI Studio/],
    ["forbidden", "API_KEY_SERVICE_BLOCKED", /Generative Language API/],
    ["forbidden", null, /restrict/],
    ["quota_exhausted", null, /billing/],
    ["rate_limited", null, /free tier/],
    ["target_not_found", null, /choose from the list/],
  ] as const)("advice on %s (%s) says what to do", (reason, upstreamCode, words) => {
    const error = { reason, upstreamCode, status: 400, retryAfterMs: null, detail: "" };
    expect(gemini.advise?.(error)?.en).toMatch(words);
  });

  it("a region that is not served is told from a key that is", () => {
    const detail = "User location is not supported for the API use.";
    const error = {
      reason: "forbidden",
      upstreamCode: null,
      status: 400,
      retryAfterMs: null,
      detail,
    } as const;
    expect(gemini.advise?.(error)?.en).toContain("region");
  });
});

describe("the list of models", () => {
  const offered = (...models: object[]) => {
    const read = gemini.offers?.read(json(200, { models }));
    return read?.ok ? read.value : [];
  };

  it("names what can be asked of each", () => {
    const kinds = offered(
      { name: "models/gemini-3-flash", supportedGenerationMethods: ["generateContent"] },
      { name: "models/gemini-3-pro-image", supportedGenerationMethods: ["generateContent"] },
      { name: "models/gemini-3-flash-tts", supportedGenerationMethods: ["generateContent"] },
      { name: "models/gemini-embedding-001", supportedGenerationMethods: ["embedContent"] },
      { name: "models/veo-3.1-generate", supportedGenerationMethods: ["predictLongRunning"] },
      { name: "models/gemini-3-live", supportedGenerationMethods: ["bidiGenerateContent"] },
    ).map((offer) => [offer.id, offer.modelKind]);
    expect(kinds).toEqual([
      ["gemini-3-flash", "chat"],
      ["gemini-3-pro-image", "image"],
      ["gemini-3-flash-tts", "speech"],
      ["gemini-embedding-001", "embedding"],
      ["veo-3.1-generate", "video"],
      ["gemini-3-live", null],
    ]);
  });

  it("goes on while there is a mark of a next page", () => {
    const account = { settings: { baseUrl: "https://g.example/v1beta" }, secret: { apiKey: "k" } };
    const next = (body: object) => gemini.offers?.pages?.next(account, json(200, body));
    expect(next({ models: [], nextPageToken: "a/b=" })?.url).toBe(
      "https://g.example/v1beta/models?pageSize=1000&pageToken=a%2Fb%3D",
    );
    expect(next({ models: [] })).toBeNull();
    expect(next({ models: [], nextPageToken: "" })).toBeNull();
  });
});
