/** `POST /api/chat`: a `ChatInput` as Ollama takes it. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, ToolDefinition, UpstreamError } from "../../core/run.ts";
import type { UpstreamTarget } from "../connector.ts";
import { openAiField, openAiFieldsBeyond, reasoningEffort } from "../kit/client-fields.ts";
import type { Json } from "../kit/json.ts";
import { messagesOf } from "./messages.ts";

export interface OllamaHabits {
  /** Size of the context; null: the server's own, which is small, and cut off in silence. */
  contextTokens: number | null;
  /** How long the model stays in memory, as Ollama writes it; null: the server's own. */
  keepAlive: string | null;
}

/** What Ollama knows under the very name that clients of OpenAI's protocol use for it. */
const OPTIONS = [
  "seed",
  "top_k",
  "min_p",
  "presence_penalty",
  "frequency_penalty",
  "repeat_penalty",
  "num_ctx",
];

export interface OllamaBody {
  body: Json;
  warnings: string[];
}

export function chatBody(
  input: ChatInput,
  target: UpstreamTarget,
  habits: OllamaHabits,
): Result<OllamaBody, UpstreamError> {
  const messages = messagesOf(input.messages);
  if (!messages.ok) return fail(messages.error);
  const { tools, warning } = toolsOf(input);
  const left = openAiFieldsBeyond(input, OPTIONS);
  const warnings = [
    ...(warning === null ? [] : [warning]),
    ...(left.length > 0 ? [`Not sent to Ollama: ${left.join(", ")}.`] : []),
  ];
  const options = optionsOf(input, target, habits);
  return ok({
    body: {
      model: target.id,
      messages: messages.value,
      // Ollama streams unless told not to.
      stream: input.stream,
      ...(tools.length > 0 ? { tools: tools.map(toolOf) } : {}),
      ...formatOf(input.responseFormat),
      ...thinkOf(input),
      ...(habits.keepAlive === null ? {} : { keep_alive: keepAliveOf(habits.keepAlive) }),
      ...(Object.keys(options).length > 0 ? { options } : {}),
    },
    warnings,
  });
}

function optionsOf(input: ChatInput, target: UpstreamTarget, habits: OllamaHabits): Json {
  const limit = Math.min(
    input.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    target.maxOutputTokens ?? Number.POSITIVE_INFINITY,
  );
  const options: Json = {
    num_ctx: habits.contextTokens ?? undefined,
    temperature: input.temperature,
    top_p: input.topP,
    stop: input.stop,
    num_predict: Number.isFinite(limit) ? limit : undefined,
  };
  for (const name of OPTIONS) {
    const asked = openAiField(input, name);
    if (typeof asked === "number") options[name] ??= asked;
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A choice can be had only by leaving tools out: nothing makes a model call one. */
function toolsOf({ tools = [], toolChoice }: ChatInput): {
  tools: ToolDefinition[];
  warning: string | null;
} {
  if (toolChoice === "none") return { tools: [], warning: null };
  if (toolChoice === undefined || toolChoice === "auto") return { tools, warning: null };
  const warning = "Ollama cannot make a model call a tool; tool_choice was not sent.";
  if (toolChoice === "required") return { tools, warning };
  return { tools: tools.filter((tool) => tool.name === toolChoice.name), warning };
}

function toolOf({ name, description, parameters }: ToolDefinition): Json {
  return {
    type: "function",
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: parameters ?? { type: "object", properties: {} },
    },
  };
}

function formatOf(format: ChatInput["responseFormat"]): Json {
  if (!format || format.type === "text") return {};
  return { format: format.type === "json_object" ? "json" : format.schema };
}

/** Nothing where the client does not say: a model that cannot think refuses to be asked. */
function thinkOf(input: ChatInput): Json {
  const effort = reasoningEffort(input);
  if (effort === null) return {};
  if (effort === "none") return { think: false };
  return { think: effort === "minimal" ? "low" : effort };
}

/** Seconds are a number; `-1` keeps the model for ever. */
function keepAliveOf(text: string): string | number {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}
