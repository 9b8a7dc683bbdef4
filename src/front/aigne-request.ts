/**
 * `POST /api/v2/chat`: what AIGNE's clients send, of every version. The name of the model stands
 * beside the input in old ones and among its options in new ones; the documents also show an input
 * without its wrapping, and a text in place of messages.
 */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ChatInput, ChatMessage, ContentPart, ToolChoice } from "../core/run.ts";
import { dataFile, partOfFile, unknownPart, urlFile } from "./aigne-files.ts";
import { readAs, wrong } from "./read-as.ts";
import { readSealedId } from "./sealed-ids.ts";

type Json = Record<string, unknown>;

const MAX_MESSAGES = 2048;

const cacheControl = z.looseObject({ type: z.string(), ttl: z.string().optional() }).nullish();
const textPart = z.looseObject({
  type: z.literal("text"),
  text: z.string(),
  /** A thought of an earlier answer, kept by the client among its texts. */
  isThinking: z.boolean().nullish(),
});
/** Of old clients. */
const imagePart = z.looseObject({ type: z.literal("image_url"), url: urlFile.shape.url });
const partSchema = z.discriminatedUnion(
  "type",
  [textPart, imagePart, urlFile, dataFile],
  unknownPart,
);
type Part = z.infer<typeof partSchema>;
/** A text alone is a list of one. */
const contentSchema = z.preprocess(
  (content) => (typeof content === "string" ? [{ type: "text", text: content }] : content),
  z.array(partSchema).nullish(),
);

const messageSchema = z.looseObject({
  role: z.enum(["system", "user", "agent", "assistant", "tool"]),
  content: contentSchema,
  toolCalls: z
    .array(
      z.looseObject({
        id: z.string(),
        function: z.looseObject({
          name: z.string(),
          arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
        }),
      }),
    )
    .nullish(),
  toolCallId: z.string().nullish(),
  name: z.string().nullish(),
  cacheControl,
});
type Message = z.infer<typeof messageSchema>;

const optionsSchema = z.looseObject({
  model: z.string().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  topP: z.number().min(0).max(1).nullish(),
  maxTokens: z.number().int().min(1).nullish(),
  frequencyPenalty: z.number().nullish(),
  presencePenalty: z.number().nullish(),
  parallelToolCalls: z.boolean().nullish(),
  modalities: z.array(z.string()).nullish(),
  reasoningEffort: z.union([z.number(), z.string()]).nullish(),
  cacheConfig: z
    .looseObject({
      enabled: z.boolean().nullish(),
      ttl: z.string().nullish(),
      strategy: z.string().nullish(),
      autoBreakpoints: z
        .looseObject({ system: z.boolean().nullish(), lastMessage: z.boolean().nullish() })
        .nullish(),
    })
    .nullish(),
});
type Options = z.infer<typeof optionsSchema>;
/** What is not among these nobody does. The last one is for the client itself. */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set([
  ...Object.keys(optionsSchema.shape),
  "preferInputFileType",
]);

const toolSchema = z.looseObject({
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const inputSchema = z.looseObject({
  model: z.string().nullish(),
  messages: z.preprocess(
    (messages) => (typeof messages === "string" ? [{ role: "user", content: messages }] : messages),
    z.array(messageSchema).min(1).max(MAX_MESSAGES),
  ),
  tools: z.array(toolSchema).max(512).nullish(),
  toolChoice: z
    .union([
      z.enum(["auto", "none", "required"]),
      z.looseObject({ function: z.looseObject({ name: z.string() }) }),
    ])
    .nullish(),
  responseFormat: z
    .discriminatedUnion("type", [
      z.looseObject({ type: z.literal("text") }),
      z.looseObject({
        type: z.literal("json_schema"),
        jsonSchema: z.looseObject({
          name: z.string().nullish(),
          schema: z.record(z.string(), z.unknown()),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .nullish(),
  modelOptions: optionsSchema.nullish(),
});
type Input = z.infer<typeof inputSchema>;

const requestSchema = z.looseObject({
  model: z.string().nullish(),
  input: inputSchema,
  options: z
    .looseObject({ streaming: z.boolean().nullish(), modelOptions: optionsSchema.nullish() })
    .nullish(),
});

export interface DecodedAigneChat {
  model: string;
  input: ChatInput;
  /** Options that nobody does. */
  beyond: string[];
}

/** `endUser` is the caller's own stable id. */
export function decodeAigneChat(body: unknown, endUser: string): Result<DecodedAigneChat, Failure> {
  const read = readAs(requestSchema, wrapped(body));
  if (!read.ok) return isWrapped(body) ? read : fail(unwrapped(read.error));
  const { model: beside, input, options } = read.value;
  const settings = { ...options?.modelOptions, ...input.modelOptions };
  const model = [beside, input.model, settings.model].find((name) => name);
  if (!model) return fail(wrong("input.modelOptions.model", "the name of a model is needed"));
  const chat: ChatInput = {
    messages: withMarks(input.messages.map(toMessage), settings.cacheConfig),
    stream: options?.streaming ?? false,
    endUser,
    raw: { protocol: "openai-chat", body: chatFields(settings) },
    ...parameters(settings),
    ...toolsOf(input, settings),
    ...formatOf(input),
  };
  const beyond = Object.keys(settings).filter(
    (name) => !KNOWN_OPTIONS.has(name) && settings[name] != null,
  );
  return ok({ model, input: chat, beyond });
}

export const isWrapped = (body: unknown): boolean =>
  typeof body !== "object" || body === null || "input" in body || !("messages" in body);

/** An input on its own, as one in its wrapping. */
function wrapped(body: unknown): unknown {
  if (isWrapped(body)) return body;
  const { model, stream, modelOptions, ...input } = body as Json;
  const asked = Object.entries(input).filter(([name]) => name in optionsSchema.shape);
  const options = { ...Object.fromEntries(asked), ...(modelOptions as Json | undefined) };
  return { model, input: { ...input, modelOptions: options }, options: { streaming: stream } };
}

function unwrapped(failure: Failure): Failure {
  const plain = (text: string) => text.replace(/^input\.(modelOptions\.)?/, "");
  const { param, message } = failure;
  return { ...failure, message: plain(message), ...(param ? { param: plain(param) } : {}) };
}

function toMessage(message: Message): ChatMessage {
  const { role, content, toolCalls, toolCallId, name } = message;
  const kept = (content ?? []).filter((part) => !(part.type === "text" && part.isThinking));
  const result: ChatMessage = {
    role: role === "agent" ? "assistant" : role,
    content: kept.map(toPart),
  };
  const marks = kept.map((part) => part.cacheControl);
  if (message.cacheControl && marks.length > 0) marks[marks.length - 1] ??= message.cacheControl;
  if (marks.some((mark) => mark != null)) result.raw = markedParts(marks);
  if (name != null) result.name = name;
  if (toolCallId != null) result.toolCallId = readSealedId(toolCallId).id;
  if (toolCalls && toolCalls.length > 0) {
    result.toolCalls = toolCalls.map((call) => ({
      ...readSealedId(call.id),
      name: call.function.name,
      argumentsText: textOfArguments(call.function.arguments),
    }));
  }
  return result;
}

/** Marks for the prompt cache, where connectors look for them whose platforms are told what to keep. */
const markedParts = (marks: readonly unknown[]): NonNullable<ChatMessage["raw"]> => ({
  protocol: "aigne",
  value: { content: marks.map((mark) => ({ cache_control: mark })) },
});

/**
 * New clients ask with every request that prompts be cached up to its end. Where somebody has set
 * marks himself, those alone count.
 */
function withMarks(messages: ChatMessage[], config: Options["cacheConfig"]): ChatMessage[] {
  if (config == null || config.enabled === false || config.strategy === "manual") return messages;
  if (messages.some(({ raw }) => raw)) return messages;
  const { system, lastMessage } = config.autoBreakpoints ?? {};
  const instructions = system === false ? -1 : messages.findLastIndex(isInstruction);
  const last = lastMessage === true ? messages.length - 1 : -1;
  const mark = { type: "ephemeral", ...(config.ttl === "1h" ? { ttl: config.ttl } : {}) };
  return messages.map((message, at) => {
    if ((at !== instructions && at !== last) || message.content.length === 0) return message;
    const marks = message.content.map((_, part, { length }) => (part < length - 1 ? null : mark));
    return { ...message, raw: markedParts(marks) };
  });
}

const isInstruction = ({ role }: ChatMessage) => role === "system";

function textOfArguments(written: string | Json | null | undefined): string {
  return typeof written === "string" ? written : JSON.stringify(written ?? {});
}

function toPart(part: Part): ContentPart {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "image_url") return { type: "image", url: part.url };
  return partOfFile(part);
}

function parameters({ temperature, topP, maxTokens }: Options): Partial<ChatInput> {
  return {
    ...(temperature == null ? {} : { temperature }),
    ...(topP == null ? {} : { topP }),
    ...(maxTokens == null ? {} : { maxOutputTokens: maxTokens }),
  };
}

function toolsOf(input: Input, { parallelToolCalls }: Options): Partial<ChatInput> {
  if (!input.tools || input.tools.length === 0) return {};
  const tools = input.tools.map(({ function: { name, description, parameters: schema } }) => ({
    name,
    ...(description == null ? {} : { description }),
    ...(schema == null ? {} : { parameters: schema }),
  }));
  const choice = toChoice(input.toolChoice);
  return {
    tools,
    ...(choice === null ? {} : { toolChoice: choice }),
    ...(parallelToolCalls === false ? { parallelToolCalls } : {}),
  };
}

function toChoice(choice: Input["toolChoice"]): ToolChoice | null {
  if (choice == null || typeof choice === "string") return choice ?? null;
  return { name: choice.function.name };
}

function formatOf({ responseFormat }: Input): Partial<ChatInput> {
  if (responseFormat?.type !== "json_schema") return {};
  const { name, schema, strict } = responseFormat.jsonSchema;
  return {
    responseFormat: {
      type: "json_schema",
      name: name ?? "output",
      schema,
      ...(strict == null ? {} : { strict }),
    },
  };
}

/** The options that the run vocabulary has no words for, in those of OpenAI's chat. */
function chatFields(options: Options): Json {
  const fields: Json = {};
  const { frequencyPenalty, presencePenalty, modalities, reasoningEffort } = options;
  if (frequencyPenalty != null) fields.frequency_penalty = frequencyPenalty;
  if (presencePenalty != null) fields.presence_penalty = presencePenalty;
  if (modalities != null) fields.modalities = modalities;
  if (reasoningEffort != null) fields.reasoning_effort = effortOf(reasoningEffort);
  return fields;
}

/** A number is a budget of tokens. */
function effortOf(effort: number | string): string {
  if (typeof effort === "string") return effort;
  if (effort <= 0) return "none";
  if (effort <= 4096) return "low";
  return effort <= 12_288 ? "medium" : "high";
}
