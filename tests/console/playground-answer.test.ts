import { describe, expect, test } from "vitest";
import { ChatReader } from "../../admin-ui/src/features/playground/chat-reader.ts";
import {
  type Answer,
  exchange,
  newAnswer,
} from "../../admin-ui/src/features/playground/exchange.ts";

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const delta = (said: object, finish: string | null = null) =>
  event({ choices: [{ delta: said, finish_reason: finish }] });
const STREAM = [
  ": keep-alive\n\n",
  delta({ role: "assistant", content: "" }),
  delta({ reasoning_content: "hm, " }),
  delta({ reasoning: "yes" }),
  delta({ content: "你好" }),
  delta({ content: " there" }),
  delta({ tool_calls: [{ index: 0, function: { name: "find", arguments: '{"a"' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
  delta({}, "tool_calls"),
  event({ choices: [], usage: { total_tokens: 3 } }),
  "data: [DONE]\n\n",
].join("");
const READ = {
  text: "你好 there",
  reasoning: "hm, yes",
  toolCalls: ['find({"a":1})'],
  finish: "tool_calls",
  error: null,
  raw: STREAM,
};

function readingOf(pieces: readonly string[], stream = true) {
  const reader = new ChatReader(stream);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return reader.reading;
}

describe("an answer that is read", () => {
  test("is the same wherever its stream is cut", () => {
    for (let at = 0; at <= STREAM.length; at++) {
      expect(readingOf([STREAM.slice(0, at), STREAM.slice(at)])).toEqual(READ);
    }
  });

  test("is the same with the other line ends", () => {
    const raw = STREAM.replaceAll("\n", "\r\n");
    expect(readingOf([...raw])).toEqual({ ...READ, raw });
  });

  test("may be whole", () => {
    const message = { content: "hi", tool_calls: [{ function: { name: "f", arguments: "{}" } }] };
    const raw = JSON.stringify({ choices: [{ message, finish_reason: "stop" }] });
    const expected = { text: "hi", toolCalls: ["f({})"], finish: "stop", raw };
    expect(readingOf([raw.slice(0, 9), raw.slice(9)], false)).toMatchObject(expected);
  });

  test("keeps what came before an error in its middle", () => {
    const failed = event({ error: { code: "upstream_unavailable", message: "gone" } });
    expect(readingOf([delta({ content: "half" }), failed])).toMatchObject({
      text: "half",
      error: { code: "upstream_unavailable", message: "gone" },
    });
  });

  test("keeps what nobody understands", () => {
    const raw = "data: {broken\n\ndata: null\n\nhello";
    expect(readingOf([raw])).toMatchObject({ text: "", error: null, raw });
  });

  test("takes a refusal for text", () => {
    expect(readingOf([delta({ refusal: "no" })]).text).toBe("no");
  });
});

describe("an exchange", () => {
  const body = { model: "m", messages: [], stream: true };
  const run = async (fetcher: typeof fetch, signal = new AbortController().signal) => {
    let answer: Answer = newAnswer(body);
    const states = new Set<Answer["state"]>();
    await exchange(
      body,
      signal,
      (change) => {
        answer = { ...answer, ...change };
        states.add(answer.state);
      },
      { fetcher },
    );
    return { answer, states: [...states] };
  };

  test("is told from its first piece to its end, with what its headers say", async () => {
    const { answer, states } = await run(async (url, init) => {
      expect(url).toBe("/api/admin/playground");
      expect(JSON.parse(String(init?.body))).toEqual(body);
      const headers = {
        "x-request-id": "req_1",
        "x-portico-warnings": "temperature%EF%BC%9Aleft out",
        "x-portico-cache": "hit",
      };
      return new Response(STREAM, { headers });
    });
    expect(states).toEqual(["waiting", "streaming", "done"]);
    expect(answer).toMatchObject({
      text: "你好 there",
      requestId: "req_1",
      warnings: "temperature：left out",
      cached: true,
      error: null,
      raw: STREAM,
    });
    expect(answer.firstMs).toBeLessThanOrEqual(answer.totalMs ?? 0);
  });

  test("that is refused says why, and keeps the refusal as it came", async () => {
    const error = { message: "too few", type: "x", code: "insufficient_credits", param: null };
    const raw = JSON.stringify({ error: { ...error, request_id: "req_2" } });
    const { answer } = await run(async () => new Response(raw, { status: 402 }));
    expect(answer).toMatchObject({
      state: "failed",
      requestId: "req_2",
      raw,
      error: { code: "insufficient_credits", message: "too few", param: null },
    });
  });

  test("without a server has failed", async () => {
    const { answer } = await run(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(answer).toMatchObject({ state: "failed", requestId: null, raw: "" });
    expect(answer.error?.message).toBe("Failed to fetch");
  });

  test("that breaks in the middle keeps what had come", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(delta({ content: "a" }))),
      pull: (controller) => controller.error(new Error("reset")),
    });
    const { answer } = await run(async () => new Response(broken));
    expect(answer).toMatchObject({ state: "failed", text: "a", error: { message: "reset" } });
  });

  test("that was stopped is no failure", async () => {
    const abort = new AbortController();
    const { answer } = await run(async () => {
      abort.abort();
      throw new DOMException("aborted", "AbortError");
    }, abort.signal);
    expect(answer).toMatchObject({ state: "stopped", error: null });
  });
});
