/**
 * The mock provider: fixed answers in each protocol that a work needs, cheap enough not to be the
 * bottleneck. The first part of the path says how it behaves: `/60/v1/chat/completions` answers
 * after 60 ms, `/slow/…` spreads its chunks out. Runs as a process of its own and tells its port
 * over IPC.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CHUNKS_PER_STREAM, PACES, PATHS, PROMPT_TOKENS, type Protocol } from "./works.ts";

const USAGE = {
  prompt_tokens: PROMPT_TOKENS,
  completion_tokens: CHUNKS_PER_STREAM,
  total_tokens: PROMPT_TOKENS + CHUNKS_PER_STREAM,
};
const BASE = { id: "chatcmpl-bench", created: 1_700_000_000, model: "bench" };

const JSON_ANSWER = Buffer.from(
  JSON.stringify({
    ...BASE,
    object: "chat.completion",
    choices: [
      { index: 0, message: { role: "assistant", content: "Hello there." }, finish_reason: "stop" },
    ],
    usage: USAGE,
  }),
);

function frame(choices: unknown[], usage: unknown = null): Buffer {
  const body = { ...BASE, object: "chat.completion.chunk", choices, usage };
  return Buffer.from(`data: ${JSON.stringify(body)}\n\n`);
}

const WORDS = Array.from({ length: CHUNKS_PER_STREAM }, (_, index) => `word${index} `);

function event(name: string, body: object): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${JSON.stringify({ type: name, ...body })}\n\n`);
}

function difyEvent(name: string, body: object): Buffer {
  const ids = { task_id: "task", message_id: "message", conversation_id: "conversation" };
  return Buffer.from(`data: ${JSON.stringify({ event: name, ...ids, ...body })}\n\n`);
}

/** The words, and what each protocol says before and after them: each its own write. */
const FRAMES: Record<Protocol, Buffer[]> = {
  chat: [
    ...WORDS.map((content) => frame([{ index: 0, delta: { content }, finish_reason: null }])),
    frame([{ index: 0, delta: {}, finish_reason: "stop" }]),
    frame([], USAGE),
    Buffer.from("data: [DONE]\n\n"),
  ],
  messages: [
    event("message_start", {
      message: {
        id: "msg_bench",
        type: "message",
        role: "assistant",
        model: "bench",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: PROMPT_TOKENS, output_tokens: 1 },
      },
    }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    ...WORDS.map((text) =>
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    ),
    event("content_block_stop", { index: 0 }),
    event("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: CHUNKS_PER_STREAM },
    }),
    event("message_stop", {}),
  ],
  dify: [
    ...WORDS.map((answer) => difyEvent("message", { answer })),
    difyEvent("message_end", { metadata: { usage: USAGE } }),
  ],
};

/** One write for each turn of the event loop, so that every frame is its own packet. */
function stream(frames: Buffer[], paceMs: number | null, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let at = 0;
  const next = () => {
    const piece = frames[at];
    at += 1;
    if (response.destroyed) return;
    if (piece === undefined) {
      response.end();
      return;
    }
    if (!response.write(piece)) response.once("drain", next);
    else if (paceMs === null) setImmediate(next);
    else setTimeout(next, paceMs);
  };
  next();
}

function answer({ protocol, paceMs }: Wanted, body: string, response: ServerResponse): void {
  // A prompt of the bench never holds this text, so that parsing it can be saved.
  if (body.includes('"stream":true') || protocol === "dify") {
    stream(FRAMES[protocol], paceMs, response);
    return;
  }
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": JSON_ANSWER.length,
  });
  response.end(JSON_ANSWER);
}

interface Wanted {
  protocol: Protocol;
  latencyMs: number;
  paceMs: number | null;
}

function wantedOf(url: string): Wanted {
  const manner = /^\/(\w+)\//.exec(url)?.[1] ?? "0";
  const protocols = Object.keys(PATHS) as Protocol[];
  return {
    protocol: protocols.find((protocol) => url.endsWith(PATHS[protocol])) ?? "chat",
    latencyMs: Number(manner) || 0,
    paceMs: manner === "paced" || manner === "slow" ? PACES[manner] : null,
  };
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const wanted = wantedOf(request.url ?? "");
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces).toString("latin1");
    if (wanted.latencyMs === 0) answer(wanted, body, response);
    else setTimeout(answer, wanted.latencyMs, wanted, body, response);
  });
}

const server = createServer({ keepAliveTimeout: 120_000 }, handle);
server.listen(0, "127.0.0.1", 4096, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit(0));
