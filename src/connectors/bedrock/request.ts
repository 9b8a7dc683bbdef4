/** `POST /model/{id}/converse`: a `ChatInput` as Bedrock takes it. */
import { ok, type Result } from "../../core/result.ts";
import type { ChatInput, ChatMessage, ToolDefinition, UpstreamError } from "../../core/run.ts";
import type { UpstreamTarget } from "../connector.ts";
import { claudeVersion, samplingOf } from "../kit/claude.ts";
import { openAiFieldsBeyond } from "../kit/client-fields.ts";
import type { Json } from "../kit/json.ts";
import { splitSystem } from "../kit/turns.ts";
import { contentBlocks } from "./blocks.ts";
import { cachesPrompts, isMistral, reasoningOf } from "./habits.ts";
import { converseMessages } from "./messages.ts";

const JSON_ONLY = "Answer with one JSON object and nothing else.";

export interface ConverseBody {
  body: Json;
  warnings: string[];
}

export function converseBody(
  input: ChatInput,
  target: UpstreamTarget,
): Result<ConverseBody, UpstreamError> {
  const model = target.id ?? "";
  const warnings: string[] = [];
  const told = cachesPrompts(model) ? input.messages : input.messages.map(withoutMarks);
  const split = splitSystem(told);
  // There is no way to forbid calls but to offer nothing to call.
  const tools = input.toolChoice === "none" ? [] : (input.tools ?? []);
  const habits = {
    tools: tools.length > 0,
    shortIds: isMistral(model),
    thoughts: claudeVersion(model) !== null,
  };
  const messages = converseMessages(split.turns, habits);
  if (!messages.ok) return messages;
  const system = systemBlocks(split.system.length > 0 ? told : []);
  if (!system.ok) return system;
  if (split.moved) warnings.push("Bedrock reads all instructions before the conversation.");
  const ignored = openAiFieldsBeyond(input);
  if (ignored.length > 0) warnings.push(`Not sent to Bedrock: ${ignored.join(", ")}.`);
  const body: Json = { messages: messages.value };
  if (input.responseFormat?.type === "json_object") {
    system.value.push({ text: JSON_ONLY });
    warnings.push("Bedrock knows no JSON mode without a schema: the model was told in words.");
  }
  if (system.value.length > 0) body.system = system.value;
  if (habits.tools) body.toolConfig = toolConfigOf(tools, input.toolChoice);
  Object.assign(body, parametersOf(input, target, model, warnings));
  const format = input.responseFormat;
  if (format?.type === "json_schema") {
    const jsonSchema = { schema: JSON.stringify(format.schema), name: format.name };
    body.outputConfig = { textFormat: { type: "json_schema", structure: { jsonSchema } } };
  }
  return ok({ body, warnings });
}

/** The marks for the prompt cache stand in the message as its client wrote it. */
function withoutMarks({ raw: _written, ...message }: ChatMessage): ChatMessage {
  return message;
}

/** The texts of system messages as blocks, with their cache points. */
function systemBlocks(messages: readonly ChatMessage[]): Result<Json[], UpstreamError> {
  const blocks: Json[] = [];
  for (const message of messages) {
    if (message.role !== "system") continue;
    const content = contentBlocks(message);
    if (!content.ok) return content;
    blocks.push(...content.value);
  }
  return ok(blocks);
}

function toolConfigOf(tools: readonly ToolDefinition[], choice: ChatInput["toolChoice"]): Json {
  const config: Json = { tools: tools.map((tool) => ({ toolSpec: specOf(tool) })) };
  if (typeof choice === "object") config.toolChoice = { tool: { name: choice.name } };
  else if (choice === "required") config.toolChoice = { any: {} };
  return config;
}

function specOf({ name, description, parameters, strict }: ToolDefinition): Json {
  return {
    name,
    // An empty one is refused.
    ...(description ? { description } : {}),
    inputSchema: { json: parameters ?? { type: "object", properties: {} } },
    ...(strict ? { strict } : {}),
  };
}

/** `inferenceConfig`, and what only some models know. */
function parametersOf(
  input: ChatInput,
  target: UpstreamTarget,
  model: string,
  warnings: string[],
): Json {
  const limit = Math.min(
    input.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    target.maxOutputTokens ?? Number.POSITIVE_INFINITY,
  );
  const reasoning = reasoningOf(input, model, limit);
  if (reasoning.warning !== null) warnings.push(reasoning.warning);
  const fixed = reasoning.fixesSampling;
  const stops = input.stop?.filter((text) => text.trim() !== "");
  const config: Json = {
    ...samplingOf(input, claudeVersion(model), { fixed, label: "Bedrock" }, warnings),
    ...(Number.isFinite(limit) ? { maxTokens: limit } : {}),
    ...(stops && stops.length > 0 ? { stopSequences: stops } : {}),
  };
  return {
    ...(Object.keys(config).length > 0 ? { inferenceConfig: config } : {}),
    ...(Object.keys(reasoning.fields).length > 0
      ? { additionalModelRequestFields: reasoning.fields }
      : {}),
  };
}
