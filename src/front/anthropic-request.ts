/** `POST /v1/messages`: the client's request, checked and turned into a `ChatInput`. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ChatInput, ToolChoice, ToolDefinition } from "../core/run.ts";
import { contentSchema, readMessage } from "./anthropic-content.ts";
import { threadOf } from "./client-thread.ts";
import { readAs } from "./read-as.ts";

const MAX_MESSAGES = 100_000;
/** Longer ones are no id of a person, and too long for some platforms. */
const MAX_USER_ID = 64;

const schemaObject = z.record(z.string(), z.unknown());
const toolSchema = z.looseObject({
  name: z.string().min(1),
  type: z.string().nullish(),
  description: z.string().nullish(),
  input_schema: schemaObject.nullish(),
  strict: z.boolean().nullish(),
});
const formatSchema = z.looseObject({ type: z.string(), schema: schemaObject.nullish() });

const requestSchema = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.number().int().min(1),
  messages: z
    .array(z.looseObject({ role: z.enum(["user", "assistant", "system"]), content: contentSchema }))
    .min(1)
    .max(MAX_MESSAGES),
  system: contentSchema.nullish(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  tools: z.array(toolSchema).max(512).nullish(),
  tool_choice: z
    .looseObject({
      type: z.enum(["auto", "any", "tool", "none"]),
      name: z.string().optional(),
      disable_parallel_tool_use: z.boolean().nullish(),
    })
    .nullish(),
  thinking: z
    .looseObject({ type: z.string(), budget_tokens: z.number().int().min(1).nullish() })
    .nullish(),
  output_config: z.looseObject({ format: formatSchema.nullish() }).nullish(),
  output_format: formatSchema.nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
});
/** To count tokens nothing need be limited. */
const countSchema = requestSchema.extend({ max_tokens: z.number().int().nullish() });
type MessagesRequest = z.infer<typeof countSchema>;

/** Read here, by connectors, or a mere hint. */
const READ: ReadonlySet<string> = new Set([...Object.keys(requestSchema.shape), "cache_control"]);

/** Fields that only an upstream of the same protocol can do; `auto` asks for nothing. */
function ownFields(request: MessagesRequest): string[] {
  const written = Object.entries(request).filter(([, value]) => value != null && value !== "auto");
  return written.map(([name]) => name).filter((name) => !READ.has(name));
}

export interface DecodedMessages {
  model: string;
  input: ChatInput;
  /** What of it only an upstream of the same protocol can do. */
  beyond: string[];
}

/**
 * `endUser` is the caller's own stable id, given to platforms that scope by user; `headers` are
 * the request's own.
 */
export function decodeMessages(
  body: unknown,
  endUser: string,
  headers: Headers,
  purpose: "answer" | "count" = "answer",
): Result<DecodedMessages, Failure> {
  const chosen = readHeaders(headers);
  if (!chosen.ok) return chosen;
  const read = readAs(purpose === "count" ? countSchema : requestSchema, body);
  if (!read.ok) return read;
  const request = read.value;
  const beyond = new Set(ownFields(request));
  const system = request.system
    ? readMessage({ role: "system", content: request.system }, beyond)
    : [];
  const turns = request.messages.flatMap((message) => readMessage(message, beyond));
  const userId = request.metadata?.user_id ?? "";
  const named = userId !== "" && userId.length <= MAX_USER_ID;
  const input: ChatInput = {
    messages: [...system, ...turns],
    stream: request.stream ?? false,
    endUser: named ? `${endUser}:${userId}` : endUser,
    ...threadOf({ metadata: request.metadata, user: userId }, turns),
    raw: {
      protocol: "anthropic-messages",
      body: body as Record<string, unknown>,
      headers: chosen.value,
    },
    ...optional(request, beyond),
  };
  return ok({ model: request.model, input, beyond: [...beyond] });
}

/** The version and the features that the client chose, as far as they may go on. */
function readHeaders(headers: Headers): Result<Record<string, string>, Failure> {
  const chosen: Record<string, string> = {};
  const version = headers.get("anthropic-version");
  if (version !== null) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(version)) {
      const message = `anthropic-version: "${version.slice(0, 40)}" is not a valid version`;
      return fail({ code: "invalid_value", message, param: "anthropic-version" });
    }
    chosen["anthropic-version"] = version;
  }
  // Those that change who is asking are not for us to hand on.
  const betas = (headers.get("anthropic-beta") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => /^[a-z0-9][a-z0-9.-]{0,80}$/i.test(name) && !name.startsWith("oauth-"));
  if (betas.length > 0) chosen["anthropic-beta"] = betas.join(",");
  return ok(chosen);
}

/** The fields that a client may leave out. */
function optional(request: MessagesRequest, beyond: Set<string>): Partial<ChatInput> {
  const fields: Partial<ChatInput> = {};
  if (request.max_tokens != null) fields.maxOutputTokens = request.max_tokens;
  if (request.temperature != null) fields.temperature = request.temperature;
  if (request.top_p != null) fields.topP = request.top_p;
  if (request.stop_sequences?.length) fields.stop = request.stop_sequences;
  const tools = toolsOf(request, beyond);
  if (tools.length > 0) {
    fields.tools = tools;
    const choice = toolChoiceOf(request.tool_choice);
    if (choice) fields.toolChoice = choice;
    if (request.tool_choice?.disable_parallel_tool_use) fields.parallelToolCalls = false;
  }
  const format = request.output_config?.format ?? request.output_format;
  if (format?.type === "json_schema") {
    fields.responseFormat = { type: "json_schema", name: "answer", schema: format.schema ?? {} };
  }
  return fields;
}

/** Tools that the client runs; those that run at Anthropic, or are known to its models alone, stay there. */
function toolsOf(request: MessagesRequest, beyond: Set<string>): ToolDefinition[] {
  return (request.tools ?? []).flatMap((tool) => {
    if (tool.type != null && tool.type !== "custom") {
      beyond.add(`the tool ${tool.type}`);
      return [];
    }
    const { name, description, input_schema: parameters, strict } = tool;
    return [
      {
        name,
        ...(description ? { description } : {}),
        ...(parameters ? { parameters } : {}),
        ...(strict == null ? {} : { strict }),
      },
    ];
  });
}

function toolChoiceOf(choice: MessagesRequest["tool_choice"]): ToolChoice | null {
  if (!choice) return null;
  if (choice.type === "any") return "required";
  if (choice.type !== "tool") return choice.type;
  return choice.name === undefined ? null : { name: choice.name };
}
