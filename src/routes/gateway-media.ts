/** The OpenAI-compatible surface beside chat: embeddings, images, speech, transcription. */
import type { Hono } from "hono";
import { microToText } from "../core/credits.ts";
import { type Failure, FailureError } from "../core/failure.ts";
import type { ImageInput, SpeechInput, TranscribeInput } from "../core/media.ts";
import type { Result } from "../core/result.ts";
import {
  decodeSpeech,
  decodeTranscription,
  encodeTranscript,
  soundType,
  speechEnd,
  speechEvent,
  transcriptEvents,
} from "../front/openai-media-audio.ts";
import { decodeEmbedding, encodeEmbedding } from "../front/openai-media-embeddings.ts";
import {
  decodeEdit,
  decodeGeneration,
  encodeImages,
  imageEvents,
} from "../front/openai-media-images.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { readForm } from "../http/multipart.ts";
import {
  forecastEmbedding,
  forecastImages,
  forecastSpeech,
  forecastTranscript,
} from "../services/media/forecast.ts";
import { inlineImages } from "../services/media/inline-images.ts";
import { paid } from "./gateway-paid.ts";
import { type AskedTask, jsonAnswer, serveTask } from "./gateway-task.ts";

export function mediaRoutes(app: Hono<AppEnv>): void {
  const post = (path: string, answer: (c: AppContext) => Promise<Response>) =>
    app.post(path, (c) => paid(c, () => answer(c)));
  post("/v1/embeddings", embeddings);
  post("/v1/images/generations", (c) =>
    images(c, async (user) => decodeGeneration(await readJson(c.req.raw), user)),
  );
  post("/v1/images/edits", (c) =>
    images(c, async (user) => decodeEdit(await readForm(c.req.raw), user)),
  );
  post("/v1/audio/speech", speech);
  post("/v1/audio/transcriptions", (c) => transcription(c, false));
  post("/v1/audio/translations", (c) => transcription(c, true));
}

function accepted<Value>(decoded: Result<Value, Failure>): Value {
  if (!decoded.ok) throw new FailureError(decoded.error);
  return decoded.value;
}

function embeddings(c: AppContext): Promise<Response> {
  return serveTask(c, async (userId) => {
    const { model, input } = accepted(decodeEmbedding(await readJson(c.req.raw), userId));
    return {
      kind: "embedding",
      model,
      input,
      stream: false,
      forecast: forecastEmbedding(input),
      task: (connector) => connector.embed,
      whole: async (embedded, { settlement }) => {
        const credits = microToText(settlement.costMicro);
        const { encoding } = input;
        const inputTokens = settlement.usage.input;
        return jsonAnswer(encodeEmbedding(embedded, { model, encoding, inputTokens, credits }));
      },
    };
  });
}

type Decode<Input> = (userId: string) => Promise<Result<{ model: string; input: Input }, Failure>>;

function images(c: AppContext, decode: Decode<ImageInput>): Promise<Response> {
  return serveTask(c, async (userId) => {
    const { model, input } = accepted(await decode(userId));
    const created = Math.floor(c.var.startedAt / 1000);
    return {
      kind: "image",
      model,
      input,
      stream: input.stream,
      forecast: forecastImages(input),
      task: (connector) => connector.image,
      whole: async (made, { settlement, connection, warn }) => {
        const ending = {
          created,
          usage: settlement.usage,
          credits: microToText(settlement.costMicro),
        };
        if (input.answer !== "base64") return jsonAnswer(encodeImages(made, ending));
        const inlined = await inlineImages(c.var.services, connection, made);
        warn(inlined.warnings);
        return jsonAnswer(encodeImages(inlined.made, ending));
      },
      events: (made, { usage, costMicro }) =>
        imageEvents(made, input.images.length > 0, {
          created,
          usage,
          credits: microToText(costMicro),
        }),
    };
  });
}

function speech(c: AppContext): Promise<Response> {
  return serveTask(c, async (userId): Promise<AskedTask<SpeechInput, null>> => {
    const { model, input } = accepted(decodeSpeech(await readJson(c.req.raw), userId));
    return {
      kind: "speech",
      model,
      input,
      stream: input.stream,
      forecast: forecastSpeech(input),
      task: (connector) => connector.speech,
      fileType: (told) => soundType(input.format, told),
      fileEvent: (bytes) => ({ name: "speech.audio.delta", data: speechEvent(bytes) }),
      events: (_value, { usage }) => [{ name: "speech.audio.done", data: speechEnd(usage) }],
    };
  });
}

function transcription(c: AppContext, translate: boolean): Promise<Response> {
  return serveTask(c, async (userId) => {
    const fields = await readForm(c.req.raw);
    const { model, input } = accepted(decodeTranscription(fields, userId, translate));
    return {
      kind: "transcription",
      model,
      input,
      stream: input.stream,
      forecast: forecastTranscript(input),
      task: (connector) => connector.transcribe,
      whole: async (transcript) => {
        const { type, body } = encodeTranscript(transcript, input.format);
        return new Response(body, { headers: { "content-type": type } });
      },
      events: (transcript) => transcriptEvents(transcript),
    } satisfies AskedTask<TranscribeInput, { text: string; native: string | null }>;
  });
}
