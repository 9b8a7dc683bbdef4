/**
 * The scripted upstream's Gemini side: `/gemini/v1beta/…`, the model's id is the behaviour; one with
 * `gemini-3` in it refuses replayed calls without their signature. Keys start with `AQ.`.
 */
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { answerGeminiEmbeddings, answerGeminiImage, wantsImage } from "./upstream-media-own.ts";
import { misbehaves, sendJson, sendStream } from "./upstream-stream.ts";
import { answerGeminiOperation, beginGeminiVideo, sendVideo } from "./upstream-videos.ts";

type Json = Record<string, unknown>;
interface Content {
  role: string;
  parts: Json[];
}

const SIGNATURE = "c2lnbmVkIHRob3VnaHQ=";
const ACCEPTED = [SIGNATURE, "skip_thought_signature_validator"];
const MODELS = ["ok", "tools", "reasoning"];

export async function answerGemini(call: Call): Promise<void> {
  if (!call.key.startsWith("AQ.")) {
    const details = [
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" },
    ];
    return refuse(call, 400, "INVALID_ARGUMENT", "API key not valid.", details);
  }
  const path = call.path.slice("/gemini/v1beta".length);
  if (path === "/models") return answerModels(call);
  if (path.startsWith("/files/")) return sendVideo(call);
  if (path.includes("/operations/")) return answerGeminiOperation(call, path.slice(1));
  const [, id, method] = /^\/models\/([^/:]+):(\w+)$/.exec(path) ?? [];
  if (id === undefined) return refuse(call, 404, "NOT_FOUND", "The model is not found.");
  const model = decodeURIComponent(id);
  const behaviour = call.behaviour(model);
  if (await misbehaves(call, behaviour)) return;
  if (behaviour.status !== 200) return refuseAs(call, behaviour.status);
  if (method === "predictLongRunning") return beginGeminiVideo(call, model);
  if (method === "batchEmbedContents") return answerGeminiEmbeddings(call, model);
  if (wantsImage(call.body)) return answerGeminiImage(call, model);
  const wrong = faultIn(call.body, model);
  if (wrong !== null) return refuse(call, 400, "INVALID_ARGUMENT", wrong);
  await answerChat(call, model, behaviour, method === "streamGenerateContent");
}

function refuse(call: Call, code: number, status: string, message: string, details?: Json[]): void {
  sendJson(call.response, code, { error: { code, message, status, details } });
}

function refuseAs(call: Call, code: number): void {
  const statuses: Record<number, string> = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
  };
  const wait = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "7s" }];
  const details = code === 429 ? wait : [];
  refuse(call, code, statuses[code] ?? "INTERNAL", "Google says no.", details);
}

/** One model a page. */
function answerModels(call: Call): void {
  const token = new URL(call.address, "http://upstream").searchParams.get("pageToken");
  const at = Number(token ?? 0);
  const models = [
    { name: `models/${MODELS[at]}`, supportedGenerationMethods: ["generateContent"] },
  ];
  const more = at + 1 < MODELS.length ? { nextPageToken: String(at + 1) } : {};
  sendJson(call.response, 200, { models, ...more });
}

/** What the real service refuses about a conversation; null where it is right. */
function faultIn(body: Json, model: string): string | null {
  const contents = (body.contents ?? []) as Content[];
  if (contents.length === 0) return "contents is not specified";
  for (const [at, { parts }] of contents.entries()) {
    const calls = parts.filter((part) => "functionCall" in part);
    if (calls.length === 0) continue;
    const answers = contents[at + 1]?.parts.filter((part) => "functionResponse" in part) ?? [];
    if (answers.length !== calls.length) {
      return "the number of function response parts should equal that of function call parts";
    }
    const signature = String(calls[0]?.thoughtSignature);
    if (model.includes("gemini-3") && !ACCEPTED.includes(signature)) {
      return "Function call is missing a thought_signature in functionCall parts.";
    }
  }
  return null;
}

async function answerChat(
  call: Call,
  model: string,
  behaviour: Behaviour,
  stream: boolean,
): Promise<void> {
  const { body, response } = call;
  const config = (body.generationConfig ?? {}) as Json;
  const limit = Number(config.maxOutputTokens ?? 1e9);
  const calls = behaviour.tools && !JSON.stringify(body.contents).includes("functionResponse");
  const count = behaviour.ignoresLimit ? behaviour.chunks : Math.min(behaviour.chunks, limit);
  const words = Array.from({ length: count }, (_, at) => (at === 0 ? "Hello " : `word${at} `));
  const texts = behaviour.says === null ? words : [behaviour.says];
  const thoughts = behaviour.reasoning ? 20 : 0;
  const input = Math.max(1, Math.ceil(JSON.stringify(body.contents).length / 4));
  const written = calls ? 4 : count;
  const bill = call.bill({ target: model, input, output: 0, complete: false });
  const done = (): void => {
    bill.output = written + thoughts;
    bill.complete = true;
  };
  const usageMetadata = {
    promptTokenCount: input,
    candidatesTokenCount: written,
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
    totalTokenCount: input + written + thoughts,
  };
  const parts = calls ? [callPart(body)] : texts.map((text) => ({ text }));
  const all = [...(thoughts > 0 ? [{ text: "Hm.", thought: true }] : []), ...parts];
  const finishReason = !calls && count < behaviour.chunks ? "MAX_TOKENS" : "STOP";
  const chunk = (of: Json[], more: Json = {}, usage: Json = {}): Json => ({
    candidates: [{ content: { role: "model", parts: of }, index: 0, ...more }],
    ...usage,
    modelVersion: model,
    responseId: "r1",
  });
  const usage = behaviour.usage ? { usageMetadata } : {};
  if (!stream) {
    done();
    return sendJson(response, 200, chunk(all, { finishReason }, usage));
  }
  const error = { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" };
  await sendStream(response, {
    behaviour,
    chunks: all.map((part) => line(chunk([part]))),
    ending: line(chunk([{ text: "" }], { finishReason }, usage)),
    error: `${JSON.stringify({ error }, null, 2)}\n`,
    onChunk: () => bill.output++,
    onEnd: done,
  });
}

const line = (payload: Json): string => `data: ${JSON.stringify(payload)}\r\n\r\n`;

function callPart(body: Json): Json {
  const tools = body.tools as { functionDeclarations?: { name?: string }[] }[] | undefined;
  const name = tools?.[0]?.functionDeclarations?.[0]?.name ?? "get_weather";
  return { functionCall: { name, args: { city: "Paris" } }, thoughtSignature: SIGNATURE };
}
