/**
 * The scripted upstream beside chat: embeddings, images, speech and transcription of OpenAI's
 * protocol, true to the documented shapes. The behaviour is said by the model's name.
 */
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { PICTURE } from "./upstream-files.ts";
import { misbehaves, sendJson, sendStream } from "./upstream-stream.ts";

type Json = Record<string, unknown>;
type Answer = (call: Call, behaviour: Behaviour, model: string) => Promise<void> | void;

const ANSWERS: readonly (readonly [string, Answer])[] = [
  ["/embeddings", answerEmbeddings],
  ["/images/generations", answerImages],
  ["/images/edits", answerImages],
  ["/audio/speech", answerSpeech],
  ["/audio/transcriptions", answerTranscript],
  ["/audio/translations", answerTranscript],
];

/** Null: none of these. `refuse` answers a status that is not 200. */
export function mediaAnswer(
  call: Call,
  refuse: (call: Call, behaviour: Behaviour) => void,
): Promise<void> | null {
  const found = ANSWERS.find(([path]) => call.method === "POST" && call.path.endsWith(path));
  if (!found) return null;
  return (async () => {
    const model = String(call.body.model ?? "");
    const behaviour = call.behaviour(model);
    if (await misbehaves(call, behaviour)) return;
    if (behaviour.status !== 200) return refuse(call, behaviour);
    if (behaviour.garbage) return sendJson(call.response, 200, { object: "list" });
    await found[1](call, behaviour, model);
  })();
}

/** A quarter of the characters, as for chat. */
const tokensOf = (value: unknown): number =>
  Math.max(1, Math.ceil(JSON.stringify(value).length / 4));

/** Any vector will do, as long as it is exact in 32 bits. */
export function vectorOf(at: number, length: number): number[] {
  return Array.from({ length }, (_, index) => (at + 1) / 2 ** index);
}

function answerEmbeddings({ body, response, bill }: Call, behaviour: Behaviour, target: string) {
  const { input: asked } = body;
  const inputs = Array.isArray(asked) && typeof asked[0] !== "number" ? asked : [asked];
  const length = Number(body.dimensions ?? 4);
  const asBase64 = body.encoding_format === "base64" && !behaviour.floatsOnly;
  const data = inputs.map((_, index) => {
    const vector = vectorOf(index, length);
    const bytes = Buffer.from(Float32Array.from(vector).buffer);
    return { object: "embedding", index, embedding: asBase64 ? bytes.toString("base64") : vector };
  });
  const input = tokensOf(asked);
  bill({ target, input, output: 0, complete: true });
  const usage = behaviour.usage ? { usage: { prompt_tokens: input, total_tokens: input } } : {};
  // Out of order, as some answer.
  sendJson(response, 200, { object: "list", data: data.reverse(), model: target, ...usage });
}

const OUTPUT_TOKENS_PER_IMAGE = 100;

async function answerImages(call: Call, behaviour: Behaviour, target: string): Promise<void> {
  const { body, response, headers } = call;
  const count = Number(body.n ?? body.batch_size ?? 1);
  const input = tokensOf(body.prompt);
  const output = OUTPUT_TOKENS_PER_IMAGE * count;
  const entry = call.bill({ target, input, output, complete: false });
  const usage = {
    input_tokens: input,
    input_tokens_details: { text_tokens: input, image_tokens: 0 },
    output_tokens: output,
    total_tokens: input + output,
  };
  const said = { quality: body.quality ?? "medium", size: body.size ?? "1024x1024" };
  const told = behaviour.usage ? { ...said, usage } : {};
  const image = behaviour.urlsOnly
    ? { url: `http://${headers.host}/files/cat.png` }
    : { b64_json: PICTURE.toString("base64") };
  const edits = call.path.endsWith("/edits");
  if (body.stream !== true && body.stream !== "true") {
    entry.complete = true;
    const data = Array.from({ length: count }, () => image);
    return sendJson(response, 200, { created: 1_763_600_000, ...told, data, x_upstream: "kept" });
  }
  const kind = edits ? "image_edit" : "image_generation";
  const line = (name: string, part: Json): string =>
    `event: ${kind}.${name}\ndata: ${JSON.stringify({ type: `${kind}.${name}`, ...image, ...part })}\n\n`;
  await sendStream(response, {
    behaviour,
    chunks: [0, 1].map((at) => line("partial_image", { partial_image_index: at })),
    ending: line("completed", told),
    error: `event: error\ndata: ${JSON.stringify({ type: "error", error: { message: "The server had an error.", type: "server_error" } })}\n\n`,
    onChunk: () => undefined,
    onEnd: () => {
      entry.complete = true;
    },
  });
}

/** What a piece of the sound is filled with: its number. */
export const SOUND_BYTES = 1000;

async function answerSpeech(call: Call, behaviour: Behaviour, target: string): Promise<void> {
  const { body, response } = call;
  const input = tokensOf(body.input);
  const entry = call.bill({ target, input, output: 0, complete: false });
  const pieces = Array.from({ length: behaviour.chunks }, (_, at) =>
    Buffer.alloc(SOUND_BYTES, at % 256),
  );
  const sse = body.stream_format === "sse";
  const event = (part: Json) => `data: ${JSON.stringify(part)}\n\n`;
  const usage = { input_tokens: input, output_tokens: 50, total_tokens: input + 50 };
  await sendStream(response, {
    behaviour,
    ...(sse ? {} : { contentType: `audio/${body.response_format === "wav" ? "wav" : "mpeg"}` }),
    chunks: sse
      ? pieces.map((piece) =>
          event({ type: "speech.audio.delta", audio: piece.toString("base64") }),
        )
      : pieces,
    ending: sse ? event({ type: "speech.audio.done", usage }) : "",
    error: event({ error: { message: "The server had an error.", type: "server_error" } }),
    onChunk: () => entry.output++,
    onEnd: () => {
      entry.complete = true;
    },
  });
}

export const HEARD_SECONDS = 2.5;
const SUBTITLES = "1\n00:00:00,000 --> 00:00:02,500\nHello there.\n\n";

async function answerTranscript(call: Call, behaviour: Behaviour, target: string): Promise<void> {
  const { body, response } = call;
  const translated = call.path.endsWith("/translations");
  const text = translated ? "Hello in English." : "Hello there.";
  const usage = behaviour.tokensHeard
    ? {
        type: "tokens",
        input_tokens: 30,
        input_token_details: { audio_tokens: 25, text_tokens: 5 },
        output_tokens: 6,
        total_tokens: 36,
      }
    : { type: "duration", seconds: HEARD_SECONDS };
  const told = behaviour.usage ? { usage } : {};
  const entry = call.bill({ target, input: 30, output: 6, complete: true });
  if (body.response_format === "srt" || body.response_format === "vtt") {
    const vtt = `WEBVTT\n\n${SUBTITLES.slice(2).replaceAll(",", ".")}`;
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
    response.end(body.response_format === "srt" ? SUBTITLES : vtt);
    return;
  }
  if (body.stream !== "true") {
    const verbose = { task: "transcribe", language: "english", duration: "2.5", segments: [] };
    const more = body.response_format === "verbose_json" ? verbose : {};
    return sendJson(response, 200, { ...more, text, ...told });
  }
  const event = (type: string, part: Json) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...part })}\n\n`;
  await sendStream(response, {
    behaviour,
    chunks: text.split(/(?= )/).map((delta) => event("transcript.text.delta", { delta })),
    ending: event("transcript.text.done", { text, ...told }),
    error: event("error", { error: { message: "The server had an error.", type: "server_error" } }),
    onChunk: () => undefined,
    onEnd: () => {
      entry.complete = true;
    },
  });
}
