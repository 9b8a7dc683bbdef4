/**
 * The mock model provider: OpenAI's chat completions with a fixed answer, cheap enough not to be
 * the bottleneck. The first part of the path says how long it thinks: `/60/v1/chat/completions`
 * answers after 60 ms. Runs as a process of its own and tells its port over IPC.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CHUNKS_PER_STREAM, PROMPT_TOKENS } from "./works.ts";

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

/** Text frames, then why it ended, the usage and the end mark: each its own write. */
const FRAMES = [
  ...Array.from({ length: CHUNKS_PER_STREAM }, (_, index) =>
    frame([{ index: 0, delta: { content: `word${index} ` }, finish_reason: null }]),
  ),
  frame([{ index: 0, delta: {}, finish_reason: "stop" }]),
  frame([], USAGE),
  Buffer.from("data: [DONE]\n\n"),
];

/** One write for each turn of the event loop, so that every frame is its own packet. */
function stream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let at = 0;
  const next = () => {
    const piece = FRAMES[at];
    at += 1;
    if (response.destroyed) return;
    if (piece === undefined) {
      response.end();
      return;
    }
    if (response.write(piece)) setImmediate(next);
    else response.once("drain", next);
  };
  next();
}

function answer(body: string, response: ServerResponse): void {
  // A prompt of the bench never holds this text, so that parsing it can be saved.
  if (body.includes('"stream":true')) stream(response);
  else {
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": JSON_ANSWER.length,
    });
    response.end(JSON_ANSWER);
  }
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const latencyMs = Number(/^\/(\d+)\//.exec(request.url ?? "")?.[1] ?? 0);
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces).toString("latin1");
    if (latencyMs === 0) answer(body, response);
    else setTimeout(answer, latencyMs, body, response);
  });
}

const server = createServer({ keepAliveTimeout: 120_000 }, handle);
server.listen(0, "127.0.0.1", 4096, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit(0));
