/** Embeddings and images of the scripted Gemini and Ollama: protocols of their own. */
import type { Call } from "./upstream-call.ts";
import { PICTURE } from "./upstream-files.ts";
import { vectorOf } from "./upstream-media.ts";
import { sendJson } from "./upstream-stream.ts";

type Json = Record<string, unknown>;

/** Tells no usage, and cuts vectors short without making them of length one again. */
export function answerGeminiEmbeddings({ body, response, bill }: Call, target: string): void {
  const requests = (body.requests ?? []) as { outputDimensionality?: number }[];
  bill({ target, input: requests.length, output: 0, complete: true });
  const embeddings = requests.map(({ outputDimensionality: length = 4 }, at) => ({
    values: vectorOf(at, length),
  }));
  sendJson(response, 200, { embeddings });
}

export const GEMINI_IMAGE_TOKENS = 1290;

export function answerGeminiImage({ body, response, bill }: Call, target: string): void {
  const { input, output } = bill({ target, input: 8, output: GEMINI_IMAGE_TOKENS, complete: true });
  const parts = [{ inlineData: { mimeType: "image/png", data: PICTURE.toString("base64") } }];
  const usageMetadata = {
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output,
  };
  const content = { role: "model", parts };
  sendJson(response, 200, { candidates: [{ content, finishReason: "STOP" }], usageMetadata, body });
}

export function wantsImage(body: Json): boolean {
  const config = body.generationConfig as { responseModalities?: string[] } | undefined;
  return config?.responseModalities?.includes("IMAGE") ?? false;
}

export function answerOllamaEmbeddings({ body, response, bill }: Call): void {
  const inputs = body.input as string[];
  const length = Number(body.dimensions ?? 4);
  const { input } = bill({
    target: String(body.model),
    input: inputs.join("").length,
    output: 0,
    complete: true,
  });
  const embeddings = inputs.map((_, at) => vectorOf(at, length));
  sendJson(response, 200, { model: body.model, embeddings, prompt_eval_count: input });
}
