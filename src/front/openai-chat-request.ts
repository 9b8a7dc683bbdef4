/** `POST /v1/chat/completions`: the client's request, checked and turned into a `ChatInput`. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import { ok, type Result } from "../core/result.ts";
import type { ChatInput, ChatMessage, ContentPart, ToolChoice } from "../core/run.ts";
import { threadOf } from "./client-thread.ts";
import { readAs } from "./read-as.ts";
import { readSealedId } from "./sealed-ids.ts";

const MAX_MESSAGES = 2048;

const textPart = z.looseObject({ type: z.literal("text"), text: z.string() });
const imagePart = z.looseObject({
  type: z.literal("image_url"),
  image_url: z.looseObject({
    url: z
      .string()
      .regex(/^(https?:\/\/|data:image\/)/, "an http(s) address or a data:image/ address"),
    detail: z.string().optional(),
  }),
});
const audioPart = z.looseObject({
  type: z.literal("input_audio"),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
});
const filePart = z.looseObject({
  type: z.literal("file"),
  file: z.looseObject({
    file_data: z.string("files are not kept here; send the file itself, as file_data"),
    filename: z.string().optional(),
  }),
});
const refusalPart = z.looseObject({ type: z.literal("refusal"), refusal: z.string() });
const contentSchema = z.union([
  z.string(),
  z.array(z.discriminatedUnion("type", [textPart, imagePart, audioPart, filePart, refusalPart])),
]);

const calledSchema = z.looseObject({ name: z.string(), arguments: z.string() });
const toolCallSchema = z.looseObject({
  id: z.string(),
  function: calledSchema.optional(),
  /** Of a tool that takes any text. */
  custom: z.looseObject({ name: z.string(), input: z.string() }).optional(),
});

const messageSchema = z.looseObject({
  role: z.enum(["developer", "system", "user", "assistant", "tool", "function"]),
  content: contentSchema.nullish(),
  name: z.string().optional(),
  tool_calls: z.array(toolCallSchema).nullish(),
  tool_call_id: z.string().optional(),
});

const namedSchema = z.looseObject({ name: z.string() });
const toolSchema = z.looseObject({
  type: z.string(),
  function: z
    .looseObject({
      name: z.string().min(1),
      description: z.string().optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
      strict: z.boolean().nullish(),
    })
    .optional(),
});

const allowanceSchema = z.looseObject({
  mode: z.enum(["auto", "required"]),
  tools: z.array(z.looseObject({ function: namedSchema.optional() })),
});

const requestSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1).max(MAX_MESSAGES),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  n: z.number().int().min(1).max(16).nullish(),
  tools: z.array(toolSchema).max(512).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      z.looseObject({
        type: z.string(),
        function: namedSchema.optional(),
        allowed_tools: allowanceSchema.optional(),
      }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: z
    .discriminatedUnion("type", [
      z.looseObject({ type: z.literal("text") }),
      z.looseObject({ type: z.literal("json_object") }),
      z.looseObject({
        type: z.literal("json_schema"),
        json_schema: z.looseObject({
          name: z.string(),
          schema: z.record(z.string(), z.unknown()).optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .nullish(),
  user: z.string().max(512).nullish(),
  metadata: z.looseObject({}).nullish(),
});
type ChatRequest = z.infer<typeof requestSchema>;

export interface DecodedChat {
  model: string;
  input: ChatInput;
  /** The client asked for the usage chunk at the end of its stream. */
  includeUsage: boolean;
}

/** `endUser` is the caller's own stable id, given to platforms that scope by user. */
export function decodeChat(body: unknown, endUser: string): Result<DecodedChat, Failure> {
  const read = readAs(requestSchema, body);
  if (!read.ok) return read;
  const request = read.value;
  const messages = request.messages.map(toMessage);
  const input: ChatInput = {
    messages,
    ...threadOf(request, messages),
    stream: request.stream ?? false,
    endUser: request.user ? `${endUser}:${request.user}` : endUser,
    raw: { protocol: "openai-chat", body: body as Record<string, unknown> },
    ...optional(request),
  };
  return ok({
    model: request.model,
    input,
    includeUsage: request.stream_options?.include_usage ?? false,
  });
}

/** The fields that a client may leave out. */
function optional(request: ChatRequest): Partial<ChatInput> {
  const fields: Partial<ChatInput> = {};
  const limits = [request.max_tokens, request.max_completion_tokens].filter((one) => one != null);
  // Several choices are as many answers to pay for: the hold must cover each.
  if (limits.length > 0) fields.maxOutputTokens = Math.min(...limits) * (request.n ?? 1);
  if (request.temperature != null) fields.temperature = request.temperature;
  if (request.top_p != null) fields.topP = request.top_p;
  if (request.stop != null) fields.stop = [request.stop].flat();
  const tools = toolsOf(request);
  if (tools.length > 0) {
    fields.tools = tools.map((tool) => ({
      name: tool.name,
      ...(tool.description === undefined ? {} : { description: tool.description }),
      ...(tool.parameters === undefined ? {} : { parameters: tool.parameters }),
      ...(tool.strict == null ? {} : { strict: tool.strict }),
    }));
  }
  const choice = toToolChoice(request.tool_choice);
  if (choice) fields.toolChoice = choice;
  if (request.parallel_tool_calls === false) fields.parallelToolCalls = false;
  const format = request.response_format;
  if (format?.type === "json_schema") {
    fields.responseFormat = {
      type: "json_schema",
      name: format.json_schema.name,
      schema: format.json_schema.schema ?? {},
      ...(format.json_schema.strict == null ? {} : { strict: format.json_schema.strict }),
    };
  } else if (format) {
    fields.responseFormat = { type: format.type };
  }
  return fields;
}

/** The functions that may be called: where the client allows some of them, those alone. */
function toolsOf({ tools, tool_choice: choice }: ChatRequest) {
  const functions = (tools ?? []).flatMap((tool) => (tool.function ? [tool.function] : []));
  const allowed = typeof choice === "object" ? choice?.allowed_tools : null;
  if (!allowed) return functions;
  const names = new Set(allowed.tools.map((tool) => tool.function?.name));
  return functions.filter(({ name }) => names.has(name));
}

function toToolChoice(choice: ChatRequest["tool_choice"]): ToolChoice | null {
  if (choice == null) return null;
  if (typeof choice === "string") return choice;
  return choice.function ? { name: choice.function.name } : (choice.allowed_tools?.mode ?? null);
}

const ROLES = {
  developer: "system",
  system: "system",
  user: "user",
  assistant: "assistant",
  tool: "tool",
  function: "tool",
} as const;

type Message = ChatRequest["messages"][number];

function toMessage(message: Message): ChatMessage {
  const result: ChatMessage = {
    role: ROLES[message.role],
    content: toParts(message.content),
    raw: { protocol: "openai-chat", value: withPlainIds(message) },
  };
  if (message.name !== undefined) result.name = message.name;
  if (message.tool_call_id !== undefined) result.toolCallId = readSealedId(message.tool_call_id).id;
  if (message.tool_calls) {
    result.toolCalls = message.tool_calls.map((call) => ({
      ...readSealedId(call.id),
      name: call.function?.name ?? call.custom?.name ?? "",
      argumentsText: call.function?.arguments ?? call.custom?.input ?? "",
    }));
  }
  return result;
}

/** The message as it was written, but for the seals in its ids, which are nobody else's business. */
function withPlainIds(message: Message): Record<string, unknown> {
  const { tool_call_id: answered, tool_calls: calls } = message;
  if (answered === undefined && !calls) return message;
  return {
    ...message,
    ...(answered === undefined ? {} : { tool_call_id: readSealedId(answered).id }),
    ...(calls
      ? { tool_calls: calls.map((call) => ({ ...call, id: readSealedId(call.id).id })) }
      : {}),
  };
}

function toParts(content: ChatRequest["messages"][number]["content"]): ContentPart[] {
  if (content == null) return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map(toPart);
}

type InputPart = Exclude<
  ChatRequest["messages"][number]["content"],
  string | null | undefined
>[number];

function toPart(part: InputPart): ContentPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "image_url":
      return {
        type: "image",
        url: part.image_url.url,
        ...(part.image_url.detail === undefined ? {} : { detail: part.image_url.detail }),
      };
    case "input_audio":
      return { type: "audio", data: part.input_audio.data, format: part.input_audio.format };
    case "file":
      return {
        type: "file",
        url: part.file.file_data,
        name: part.file.filename ?? "file",
        mime: "application/octet-stream",
      };
  }
}
