/** `POST /v1/messages`: a `ChatInput` as Anthropic takes it. */
import { ok, type Result } from "../../core/result.ts";
import type { ChatInput, ToolDefinition, UpstreamError } from "../../core/run.ts";
import type { UpstreamTarget } from "../connector.ts";
import { claudeReasoning, claudeVersion, samplingOf } from "../kit/claude.ts";
import { openAiField, openAiFieldsBeyond } from "../kit/client-fields.ts";
import { asArray, asObject, type Json } from "../kit/json.ts";
import { cacheMark } from "./blocks.ts";
import { conversationOf } from "./messages.ts";

const JSON_ONLY = "Answer with one JSON object and nothing else.";

/** The last version under which sampling may be set; the next refuses any value, even the default. */
export const OLD_VERSION = "2023-06-01";
const SAMPLING = ["temperature", "top_p", "top_k"];

export interface MessagesBody {
  body: Json;
  /** Of the protocol, as the client named it where the request allows. */
  version: string;
  warnings: string[];
}

/** The body. What a client of this very protocol wrote stays as it is, unknown fields included. */
export function messagesBody(
  input: ChatInput,
  target: UpstreamTarget,
): Result<MessagesBody, UpstreamError> {
  const native = input.raw?.protocol === "anthropic-messages";
  const conversation = conversationOf(input.messages);
  if (!conversation.ok) return conversation;
  const { system, messages, moved } = conversation.value;
  const warnings: string[] = [];
  if (moved) warnings.push("Anthropic reads all instructions before the conversation.");
  const ignored = openAiFieldsBeyond(input);
  if (ignored.length > 0) warnings.push(`Not sent to Anthropic: ${ignored.join(", ")}.`);
  const maxTokens = outputLimit(input, target);
  const body: Json = {
    ...(native ? input.raw?.body : {}),
    model: target.id,
    max_tokens: maxTokens,
    messages,
  };
  delete body.stream;
  if (input.stream) body.stream = true;
  formatInto(body, system, input, target, warnings);
  delete body.system;
  if (system.length > 0) body.system = systemOf(system, input);
  parametersInto(body, input, target, warnings);
  if (!native) toolsInto(body, input);
  // Who asks, for Anthropic's checks against abuse; never what a client says of its own users.
  body.metadata ??= { user_id: input.endUser.split(":")[0] };
  const named = native ? input.raw?.headers?.["anthropic-version"] : undefined;
  const sampled = SAMPLING.some((name) => body[name] !== undefined);
  return ok({ body, version: sampled ? OLD_VERSION : (named ?? OLD_VERSION), warnings });
}

/** One plain text stays one. */
function systemOf(system: Json[], input: ChatInput): string | Json[] {
  const [only] = system;
  const plain = typeof only?.text === "string" && Object.keys(only).length === 2;
  const asBlocks = Array.isArray(input.raw?.body.system);
  return system.length === 1 && plain && !asBlocks ? String(only?.text) : system;
}

/** The API insists on one. */
function outputLimit(input: ChatInput, target: UpstreamTarget): number {
  const asked = input.maxOutputTokens ?? defaultLimit(target.id ?? "");
  return Math.min(asked, target.maxOutputTokens ?? Number.POSITIVE_INFINITY);
}

/** The model's own limit, as far as its id tells. */
function defaultLimit(model: string): number {
  const claude = claudeVersion(model);
  if (claude === null || (claude >= 3.5 && claude < 3.7)) return 8192;
  if (claude < 3.5) return 4096;
  return /opus-4(-[01]|-\d{8}|$)/.test(model) ? 32_000 : 64_000;
}

function formatInto(
  body: Json,
  system: Json[],
  { responseFormat, raw }: ChatInput,
  target: UpstreamTarget,
  warnings: string[],
): void {
  if (!responseFormat || responseFormat.type === "text" || raw?.protocol === "anthropic-messages") {
    return;
  }
  const claude = claudeVersion(target.id ?? "");
  if (responseFormat.type === "json_schema" && (claude === null || claude >= 4.5)) {
    body.output_config = { format: { type: "json_schema", schema: responseFormat.schema } };
    return;
  }
  const schema =
    responseFormat.type === "json_schema"
      ? ` It follows this JSON schema: ${JSON.stringify(responseFormat.schema)}`
      : "";
  system.push({ type: "text", text: JSON_ONLY + schema });
  warnings.push("This model has no JSON mode for that: it was told in words.");
}

/** Thinking, sampling, stop sequences. */
function parametersInto(
  body: Json,
  input: ChatInput,
  target: UpstreamTarget,
  warnings: string[],
): void {
  const claude = claudeVersion(target.id ?? "");
  const limit = outputLimit(input, target);
  const native = input.raw?.protocol === "anthropic-messages";
  const reasoning = claudeReasoning(input, claude ?? 0, limit);
  if (reasoning.warning !== null) warnings.push(reasoning.warning);
  const { thinking, output_config: config } = reasoning.fields;
  delete body.thinking;
  if (thinking !== undefined) body.thinking = thinking;
  if (config !== undefined)
    body.output_config = { ...asObject(body.output_config), ...asObject(config) };
  const fixed = reasoning.fixesSampling;
  const { temperature, topP } = samplingOf(input, claude, { fixed, label: "Anthropic" }, warnings);
  for (const name of ["temperature", "top_p"]) delete body[name];
  if (temperature !== undefined) body.temperature = temperature;
  if (topP !== undefined) body.top_p = topP;
  if (body.top_k !== undefined && (fixed || (claude ?? 0) >= 4.7)) {
    delete body.top_k;
    warnings.push("This model takes no top_k.");
  }
  const stops = input.stop?.filter((text) => text.trim() !== "") ?? [];
  if (!native && stops.length > 0) body.stop_sequences = stops;
}

function toolsInto(body: Json, input: ChatInput): void {
  const { tools = [], toolChoice, parallelToolCalls } = input;
  if (tools.length === 0) return;
  const written = asArray(openAiField(input, "tools"));
  body.tools = tools.map((tool, at) => toolOf(tool, asObject(written[at])));
  const choice =
    typeof toolChoice === "object"
      ? { type: "tool", name: toolChoice.name }
      : { type: toolChoice === "required" ? "any" : (toolChoice ?? "auto") };
  const single = parallelToolCalls === false && choice.type !== "none";
  if (toolChoice === undefined && !single) return;
  body.tool_choice = { ...choice, ...(single ? { disable_parallel_tool_use: true } : {}) };
}

function toolOf(tool: ToolDefinition, written: Json | null): Json {
  const { name, description, parameters = {}, strict } = tool;
  return {
    name,
    ...(description ? { description } : {}),
    input_schema:
      parameters.type === "object"
        ? parameters
        : { ...parameters, type: "object", properties: parameters.properties ?? {} },
    ...(strict ? { strict } : {}),
    ...cacheMark(written),
  };
}
