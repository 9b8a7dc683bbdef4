/**
 * The built-in model: answers requests to `loopback:` as an OpenAI-like server would, chunk by
 * chunk, so that everything on the way is exercised as with a real one. It invents nothing: its
 * texts are in topics.ts.
 */
import { MESSAGE_OVERHEAD_TOKENS, weighText } from "../../core/tokens.ts";
import type { UpstreamRequest } from "../connector.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { languageOf, topicOf } from "./topics.ts";

export const LOOPBACK_MODEL = "guide";

/** Milliseconds between two chunks: about as fast as a brisk real model. */
const PACE_MS = 12;
const LONG_CHUNKS_MAX = 20_000;
const QUOTE_LENGTH_MAX = 160;

interface Question {
  text: string;
  /** What the same person asked before, last one last. */
  earlier: string[];
  inputTokens: number;
  maxTokens: number;
  stream: boolean;
}

interface Ending {
  finish: "stop" | "length" | null;
  outputTokens: number;
}

/** Answers one request; see `Transport`. */
export async function answerLoopback(request: UpstreamRequest): Promise<Response> {
  if (request.method === "GET") {
    return Response.json({ object: "list", data: [{ id: LOOPBACK_MODEL, object: "model" }] });
  }
  const question = readQuestion(asObject(parseJson(request.body ?? "")) ?? {});
  const failure = /^\/fail\s+(busy|down|reject|cut|garbage)\b/.exec(question.text)?.[1];
  const refused = failure ? refusals[failure] : undefined;
  if (refused) return refused();
  if (failure === "garbage") return new Response("<<< not JSON >>>");
  const pieces = piecesOf(answerTo(question), question.maxTokens);
  const cutAt = failure === "cut" ? Math.ceil(pieces.texts.length / 2) : null;
  return question.stream
    ? streamed(pieces, question.inputTokens, cutAt)
    : whole(pieces, question.inputTokens);
}

const refusal = (status: number, code: string, message: string, headers = {}): Response =>
  Response.json({ error: { message, type: code, code, param: null } }, { status, headers });

const refusals: Record<string, () => Response> = {
  busy: () =>
    refusal(429, "rate_limit_exceeded", "The built-in model was asked to be busy.", {
      "retry-after": "1",
    }),
  down: () => refusal(503, "server_error", "The built-in model was asked to be down."),
  reject: () =>
    refusal(400, "invalid_request_error", "The built-in model was asked to refuse this request."),
};

function readQuestion(body: Json): Question {
  const messages = asArray(body.messages).map((message) => asObject(message) ?? {});
  const asked = messages.filter((message) => message.role === "user").map(textOf);
  let quarters = 0;
  for (const message of messages) quarters += weighText(textOf(message));
  return {
    text: asked.at(-1)?.trim() ?? "",
    earlier: asked.slice(0, -1),
    inputTokens: messages.length * MESSAGE_OVERHEAD_TOKENS + Math.ceil(quarters / 4),
    maxTokens: asCount(body.max_tokens) || Number.POSITIVE_INFINITY,
    stream: body.stream === true,
  };
}

function textOf(message: Json): string {
  if (typeof message.content === "string") return message.content;
  return asArray(message.content)
    .map((part) => asText(asObject(part)?.text) ?? "")
    .join("\n");
}

function answerTo(question: Question): string {
  const long = /^\/long\s+(\d+)/.exec(question.text)?.[1];
  if (long !== undefined) return longAnswer(Math.min(Number(long), LONG_CHUNKS_MAX));
  const language = languageOf(question.text);
  const before = question.earlier.at(-1);
  const text = topicOf(question.text).text[language];
  const opening =
    language === "zh-CN"
      ? `你问的是：\n\n${quote(question.text)}\n\n${before ? `之前你问过：\n\n${quote(before)}\n\n` : ""}`
      : `You asked:\n\n${quote(question.text)}\n\n${before ? `Before that you asked:\n\n${quote(before)}\n\n` : ""}`;
  return question.text === "" ? text : opening + text;
}

/** As a markdown quotation; code points, so that no emoji is cut in two. */
function quote(text: string): string {
  const characters = [...text.replace(/\s+/g, " ").trim()];
  const shown = characters.slice(0, QUOTE_LENGTH_MAX).join("");
  return `> ${shown}${characters.length > QUOTE_LENGTH_MAX ? "…" : ""}`;
}

/** Exactly `count` chunks. */
function longAnswer(count: number): string {
  const words: string[] = [];
  for (let at = 1; at <= count; at++) {
    words.push(at % 20 === 0 ? `word-${at}\n\n` : `word-${at} `);
  }
  return words.join("");
}

interface Pieces {
  texts: string[];
  ending: Ending;
}

/** One word, or two Chinese characters, a chunk; as many as the limit pays for. */
function piecesOf(text: string, maxTokens: number): Pieces {
  const texts: string[] = [];
  let quarters = 0;
  for (const piece of text.match(/[\u3400-\u9fff]{1,2}|[^\s\u3400-\u9fff]+\s*|\s+/g) ?? []) {
    const heavier = quarters + weighText(piece);
    if (Math.ceil(heavier / 4) > maxTokens) {
      return { texts, ending: { finish: "length", outputTokens: Math.ceil(quarters / 4) } };
    }
    quarters = heavier;
    texts.push(piece);
  }
  return { texts, ending: { finish: "stop", outputTokens: Math.ceil(quarters / 4) } };
}

const ID = "chatcmpl-loopback";

const usageOf = (inputTokens: number, outputTokens: number): Json => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
});

function whole({ texts, ending }: Pieces, inputTokens: number): Response {
  const message = { role: "assistant", content: texts.join("") };
  return Response.json({
    id: ID,
    object: "chat.completion",
    created: Math.floor(Date.now() / 1000),
    model: LOOPBACK_MODEL,
    choices: [{ index: 0, message, finish_reason: ending.finish }],
    usage: usageOf(inputTokens, ending.outputTokens),
  });
}

/** `cutAt`: breaks off after so many chunks, as a lost connection would. */
function streamed({ texts, ending }: Pieces, inputTokens: number, cutAt: number | null): Response {
  const encoder = new TextEncoder();
  const created = Math.floor(Date.now() / 1000);
  const line = (part: Json): Uint8Array =>
    encoder.encode(
      `data: ${JSON.stringify({ id: ID, object: "chat.completion.chunk", created, model: LOOPBACK_MODEL, ...part })}\n\n`,
    );
  const choice = (delta: Json, finish: string | null): Uint8Array =>
    line({ choices: [{ index: 0, delta, finish_reason: finish }] });
  let at = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at === (cutAt ?? texts.length)) {
          if (cutAt === null) {
            controller.enqueue(choice({}, ending.finish));
            controller.enqueue(
              line({ choices: [], usage: usageOf(inputTokens, ending.outputTokens) }),
            );
            controller.enqueue(encoder.encode("data: [DONE]\n\n"));
          }
          controller.close();
          return;
        }
        if (at > 0) {
          await new Promise<void>((resolve) => {
            timer = setTimeout(resolve, PACE_MS);
          });
        }
        const content = texts[at] ?? "";
        controller.enqueue(choice(at === 0 ? { role: "assistant", content } : { content }, null));
        at++;
      },
      cancel() {
        clearTimeout(timer);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
