/** Images, videos and embeddings for AIGNE's clients, each as one whole answer. */
import type { Hono } from "hono";
import { type Failure, FailureError } from "../core/failure.ts";
import type { Result } from "../core/result.ts";
import {
  decodeAigneEmbedding,
  decodeAigneImage,
  encodeAigneEmbedding,
  encodeAigneImages,
} from "../front/aigne-media.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { patiently } from "../http/patient-answer.ts";
import { forecastEmbedding, forecastImages } from "../services/media/forecast.ts";
import { inlineImages } from "../services/media/inline-images.ts";
import { readPictures } from "../services/media/read-pictures.ts";
import { paid } from "./gateway-paid.ts";
import { jsonAnswer, serveTask } from "./gateway-task.ts";

/** The first is what clients call; the others are in the documents, or were once. */
const IMAGE_PATHS = ["image", "images/generate", "image/generations", "images/generations"];

export function aigneMediaRoutes(app: Hono<AppEnv>): void {
  for (const path of IMAGE_PATHS) {
    app.post(`/api/v2/${path}`, (c) => patiently(paid(c, () => images(c))));
  }
  app.post("/api/v2/embeddings", (c) => patiently(paid(c, () => embeddings(c))));
}

function accepted<Value>(result: Result<Value, Failure>): Value {
  if (!result.ok) throw new FailureError(result.error);
  return result.value;
}

function images(c: AppContext): Promise<Response> {
  return serveTask(c, async (userId) => {
    const decoded = accepted(decodeAigneImage(await readJson(c.req.raw), userId));
    const { model, wrapped, wantsContent } = decoded;
    const param = wrapped ? "input.image" : "image";
    const pictures = accepted(await readPictures(decoded.pictures, param));
    const input = { ...decoded.input, images: pictures };
    return {
      kind: "image",
      model,
      input,
      stream: false,
      forecast: forecastImages(input),
      task: (connector) => connector.image,
      whole: async (made, { settlement, connection, warn }) => {
        const ending = { model, wrapped, ...settlement };
        if (!wantsContent) return jsonAnswer(encodeAigneImages(made, ending));
        const inlined = await inlineImages(c.var.services, connection, made);
        warn(inlined.warnings);
        return jsonAnswer(encodeAigneImages(inlined.made, ending));
      },
    };
  });
}

function embeddings(c: AppContext): Promise<Response> {
  return serveTask(c, async (userId) => {
    const { model, input, wrapped } = accepted(
      decodeAigneEmbedding(await readJson(c.req.raw), userId),
    );
    return {
      kind: "embedding",
      model,
      input,
      stream: false,
      forecast: forecastEmbedding(input),
      task: (connector) => connector.embed,
      whole: async (embedded, { settlement }) =>
        jsonAnswer(encodeAigneEmbedding(embedded, { model, wrapped, ...settlement })),
    };
  });
}
