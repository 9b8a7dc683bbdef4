/** `POST …:generateContent`: a `ChatInput` as Gemini takes it. */
import { ok, type Result } from "../../core/result.ts";
import type { ChatInput, ToolDefinition, UpstreamError } from "../../core/run.ts";
import type { UpstreamTarget } from "../connector.ts";
import { openAiField, openAiFieldsBeyond, reasoningEffort } from "../kit/client-fields.ts";
import type { Json } from "../kit/json.ts";
import { splitSystem } from "../kit/turns.ts";
import { contentsOf } from "./contents.ts";
import { parametersOf } from "./schema.ts";

const STOPS_MAX = 5;
/** Read below, under the name that clients of OpenAI's protocol use. */
const READ = ["top_k", "seed", "presence_penalty", "frequency_penalty"];

export interface GeminiBody {
  body: Json;
  warnings: string[];
}

export function generateBody(
  input: ChatInput,
  target: UpstreamTarget,
): Result<GeminiBody, UpstreamError> {
  const model = target.id ?? "";
  const warnings: string[] = [];
  const { system, turns, moved } = splitSystem(input.messages);
  const contents = contentsOf(turns, { needsSignatures: isThirdGeneration(model) });
  if (!contents.ok) return contents;
  if (moved) warnings.push("Gemini reads all instructions before the conversation.");
  const ignored = openAiFieldsBeyond(input, READ);
  if (ignored.length > 0) warnings.push(`Not sent to Gemini: ${ignored.join(", ")}.`);
  if ((input.stop?.length ?? 0) > STOPS_MAX) {
    warnings.push(`Gemini takes ${STOPS_MAX} stop sequences; the others were left out.`);
  }
  const body: Json = { contents: contents.value };
  if (system.length > 0) body.systemInstruction = { parts: system.map((text) => ({ text })) };
  if (input.tools && input.tools.length > 0) {
    body.tools = [{ functionDeclarations: input.tools.map(declarationOf) }];
    body.toolConfig = { functionCallingConfig: callingOf(input) };
  }
  const config = configOf(input, target, model);
  if (Object.keys(config).length > 0) body.generationConfig = config;
  return ok({ body, warnings });
}

/** Since the third generation calls are signed, and thinking is asked for in levels. */
export function isThirdGeneration(model: string): boolean {
  return /gemini/.test(model) && !/gemini-[12](\.|-|$)/.test(model);
}

function declarationOf(tool: ToolDefinition): Json {
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...parametersOf(tool.parameters),
  };
}

function callingOf({ toolChoice, tools }: ChatInput): Json {
  if (typeof toolChoice === "object") {
    return { mode: "ANY", allowedFunctionNames: [toolChoice.name] };
  }
  if (toolChoice === "none") return { mode: "NONE" };
  if (toolChoice === "required") return { mode: "ANY" };
  return { mode: tools?.some((tool) => tool.strict) ? "VALIDATED" : "AUTO" };
}

function configOf(input: ChatInput, target: UpstreamTarget, model: string): Json {
  const limit = Math.min(
    input.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    target.maxOutputTokens ?? Number.POSITIVE_INFINITY,
  );
  const config: Json = {
    temperature: input.temperature,
    topP: input.topP,
    topK: openAiField(input, "top_k"),
    maxOutputTokens: Number.isFinite(limit) ? limit : undefined,
    stopSequences: input.stop?.slice(0, STOPS_MAX),
    seed: openAiField(input, "seed"),
    presencePenalty: openAiField(input, "presence_penalty"),
    frequencyPenalty: openAiField(input, "frequency_penalty"),
    thinkingConfig: thinkingOf(input, model),
    ...formatOf(input.responseFormat),
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

function formatOf(format: ChatInput["responseFormat"]): Json {
  if (!format || format.type === "text") return {};
  const responseMimeType = "application/json";
  return format.type === "json_object"
    ? { responseMimeType }
    : { responseMimeType, responseJsonSchema: format.schema };
}

const LEVELS = { none: "MINIMAL", minimal: "MINIMAL", low: "LOW", medium: "MEDIUM", high: "HIGH" };
const BUDGETS = { none: 0, minimal: 512, low: 1024, medium: 8192, high: 24_576 };

/** Nothing where the client does not say: a model that cannot think refuses to be asked. */
function thinkingOf(input: ChatInput, model: string): Json | undefined {
  const effort = reasoningEffort(input);
  if (effort === null) return undefined;
  const amount = isThirdGeneration(model)
    ? { thinkingLevel: LEVELS[effort] }
    : { thinkingBudget: BUDGETS[effort] };
  return { includeThoughts: effort !== "none", ...amount };
}
