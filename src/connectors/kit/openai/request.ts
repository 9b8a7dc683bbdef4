/** `POST /chat/completions`: a `ChatInput` as the OpenAI family takes it. */
import type { ChatInput, ChatMessage, ContentPart } from "../../../core/run.ts";
import type { UpstreamTarget } from "../../connector.ts";
import { type Effort, openAiFieldsSet, reasoningEffort } from "../client-fields.ts";
import { asObject, type Json } from "../json.ts";
import { withFilesAfterResults } from "../turns.ts";

export interface BodyHabits {
  /** The field that limits the output where the client set none. */
  limitField: "max_tokens" | "max_completion_tokens";
  /** Whether the platform knows no other; the client's is then renamed. */
  limitFieldOnly?: boolean;
  /** Whether it knows the role `developer`; others get `system`. */
  developerRole?: boolean;
  /** False where answers can be JSON, but not after a schema: that is then told in words. */
  jsonSchema?: boolean;
  /** Fields of OpenAI's that it refuses or drops in silence: left out, with a warning. */
  leavesOut?: readonly string[];
  /**
   * Whether reasoning of earlier turns goes back with tools, and only then, on every turn of the
   * assistant: models that call tools insist on it, older ones refuse it.
   */
  reasoningWithTools?: boolean;
  /**
   * How clients of another protocol have a model think, and which models can be told; the others
   * refuse the field. OpenAI's own clients write what they want themselves.
   */
  thinking?: { field: ThinkingField; models: RegExp };
  /** Models that answer streams only: what the client wants whole is gathered from one. */
  streamsOnly?: RegExp;
}

type ThinkingField = "reasoning_effort" | "thinking" | "enable_thinking";

/** Whether the platform is asked for a stream, whatever the client wants. */
export function asksForStream(
  input: ChatInput,
  target: UpstreamTarget,
  habits: BodyHabits,
): boolean {
  return input.stream || (habits.streamsOnly?.test(target.id ?? "") ?? false);
}

/**
 * The body. What the client wrote in this very protocol stays as it is, unknown fields included;
 * known fields that it left out are filled in from `input`.
 */
export function chatBody(input: ChatInput, target: UpstreamTarget, habits: BodyHabits): Json {
  const raw = input.raw?.protocol === "openai-chat" ? input.raw.body : {};
  const body: Json = { ...raw, model: target.id, messages: messagesOf(input, habits) };
  fill(body, "temperature", input.temperature);
  fill(body, "top_p", input.topP);
  fill(body, "stop", input.stop);
  fill(body, "tools", input.tools?.map(toolOf));
  fill(body, "tool_choice", toolChoiceOf(input.toolChoice));
  fill(body, "parallel_tool_calls", input.parallelToolCalls);
  const thinking = thinkingOf(input, target, habits);
  if (thinking.field) fill(body, thinking.field, FIELD_OF_EFFORT[thinking.field](thinking.effort));
  if (lacksSchema(input, habits)) body.response_format = { type: "json_object" };
  else fill(body, "response_format", responseFormatOf(input.responseFormat));
  limitOutput(body, input, target, habits);
  for (const name of habits.leavesOut ?? []) delete body[name];
  if (asksForStream(input, target, habits)) {
    body.stream = true;
    // Without it a stream reports no usage, and somebody would have to guess the bill.
    body.stream_options = { ...asObject(body.stream_options), include_usage: true };
  } else {
    delete body.stream;
    delete body.stream_options;
  }
  return body;
}

/** What of the request the platform will not do as asked. */
export function bodyWarnings(
  input: ChatInput,
  target: UpstreamTarget,
  habits: BodyHabits,
  label: string,
): string[] {
  const warnings: string[] = [];
  const { effort, field } = thinkingOf(input, target, habits);
  if (effort !== "none" && effort !== null && field === null) {
    warnings.push(`${label} was not told how much ${target.id} should think.`);
  }
  const left = openAiFieldsSet(input, habits.leavesOut ?? []);
  if (left.length > 0) warnings.push(`Not sent to ${label}: ${left.join(", ")}.`);
  if (lacksSchema(input, habits)) {
    warnings.push(`${label} takes no JSON schema; it was put into the instructions.`);
  }
  return warnings;
}

function fill(body: Json, name: string, value: unknown): void {
  if (value !== undefined && body[name] == null) body[name] = value;
}

type Asked = { effort: Effort; field: ThinkingField } | { effort: Effort | null; field: null };

function thinkingOf(input: ChatInput, target: UpstreamTarget, { thinking }: BodyHabits): Asked {
  const effort = input.raw?.protocol === "openai-chat" ? null : reasoningEffort(input);
  if (effort === null || !thinking?.models.test(target.id ?? "")) return { effort, field: null };
  return { effort, field: thinking.field };
}

const FIELD_OF_EFFORT: Record<ThinkingField, (effort: Effort) => unknown> = {
  // The least that all of these models understand.
  reasoning_effort: (effort) => (effort === "none" || effort === "minimal" ? "low" : effort),
  thinking: (effort) => ({ type: effort === "none" ? "disabled" : "enabled" }),
  enable_thinking: (effort) => effort !== "none",
};

function lacksSchema({ responseFormat }: ChatInput, habits: BodyHabits): boolean {
  return habits.jsonSchema === false && responseFormat?.type === "json_schema";
}

/** Lowers the client's limit to what may be spent; sets one where the client set none. */
function limitOutput(
  body: Json,
  input: ChatInput,
  target: UpstreamTarget,
  habits: BodyHabits,
): void {
  const choices = typeof body.n === "number" && body.n > 1 ? body.n : 1;
  // The platform's limit holds for each choice, ours for all of them.
  const ceiling =
    target.maxOutputTokens === null
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.floor(target.maxOutputTokens / choices));
  let limited = false;
  for (const field of ["max_tokens", "max_completion_tokens"]) {
    const asked = body[field];
    if (typeof asked !== "number") continue;
    const name = habits.limitFieldOnly ? habits.limitField : field;
    if (name !== field) delete body[field];
    body[name] = Math.min(asked, ceiling);
    limited = true;
  }
  if (limited) return;
  const limit = Math.min(input.maxOutputTokens ?? Number.POSITIVE_INFINITY, ceiling);
  if (limit !== Number.POSITIVE_INFINITY) body[habits.limitField] = limit;
}

function messagesOf(input: ChatInput, habits: BodyHabits): Json[] {
  const hasTools = (input.tools?.length ?? 0) > 0;
  const written = input.raw?.protocol === "openai-chat";
  const turns = written ? input.messages : withFilesAfterResults(input.messages);
  const messages = turns.map((message) => {
    const encoded = messageOf(message);
    const renamed =
      encoded.role === "developer" && !habits.developerRole
        ? { ...encoded, role: "system" }
        : encoded;
    return habits.reasoningWithTools && renamed.role === "assistant"
      ? withReasoning(renamed, hasTools)
      : renamed;
  });
  const format = input.responseFormat;
  if (format?.type !== "json_schema" || habits.jsonSchema !== false) return messages;
  const schema = JSON.stringify(format.schema);
  // These platforms insist on the word JSON somewhere in the messages.
  return [
    { role: "system", content: `Answer with JSON that follows this JSON schema: ${schema}` },
    ...messages,
  ];
}

function withReasoning(message: Json, hasTools: boolean): Json {
  const { reasoning_content: reasoning, ...rest } = message;
  return hasTools ? { ...rest, reasoning_content: reasoning ?? "" } : rest;
}

function messageOf(message: ChatMessage): Json {
  if (message.raw?.protocol === "openai-chat") return message.raw.value;
  const encoded: Json = { role: message.role, content: contentOf(message.content) };
  if (message.name !== undefined) encoded.name = message.name;
  if (message.toolCallId !== undefined) encoded.tool_call_id = message.toolCallId;
  if (message.toolCalls && message.toolCalls.length > 0) {
    encoded.tool_calls = message.toolCalls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: call.argumentsText },
    }));
    if (encoded.content === "") encoded.content = null;
  }
  return encoded;
}

/** Plain text stays a string: some look-alikes take parts only with images. */
function contentOf(parts: readonly ContentPart[]): string | Json[] {
  if (parts.every((part) => part.type === "text")) {
    return parts.map((part) => part.text).join("\n\n");
  }
  return parts.map(partOf);
}

function partOf(part: ContentPart): Json {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return {
        type: "image_url",
        image_url: { url: part.url, ...(part.detail === undefined ? {} : { detail: part.detail }) },
      };
    case "file":
      return { type: "file", file: { file_data: part.url, filename: part.name } };
    case "audio":
      return { type: "input_audio", input_audio: { data: part.data, format: part.format } };
  }
}

function toolOf(tool: NonNullable<ChatInput["tools"]>[number]): Json {
  return { type: "function", function: { ...tool } };
}

function toolChoiceOf(choice: ChatInput["toolChoice"]): unknown {
  return typeof choice === "object"
    ? { type: "function", function: { name: choice.name } }
    : choice;
}

function responseFormatOf(format: ChatInput["responseFormat"]): unknown {
  if (format?.type !== "json_schema") return format;
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}
