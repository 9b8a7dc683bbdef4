/** `POST /v1/responses`: the client's request, checked and turned into a `ChatInput`. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ChatInput, ToolDefinition } from "../core/run.ts";
import { threadOf } from "./client-thread.ts";
import { type Item, itemsSchema, messagesOf, unsupported } from "./openai-responses-items.ts";
import { readAs, wrong } from "./read-as.ts";

const MAX_METADATA = 16;

const nothing = (why: string) => z.union([z.null(), z.literal(false)], why).optional();

const toolSchema = z.discriminatedUnion(
  "type",
  [
    z.looseObject({
      type: z.literal("function"),
      name: z.string().min(1),
      description: z.string().nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    }),
  ],
  unsupported("tool"),
);

const choiceSchema = z.preprocess(
  (choice) => (typeof choice === "string" ? { type: choice } : choice),
  z.discriminatedUnion(
    "type",
    [
      z.looseObject({ type: z.enum(["none", "auto", "required"]) }),
      z.looseObject({ type: z.literal("function"), name: z.string().min(1) }),
      z.looseObject({
        type: z.literal("allowed_tools"),
        mode: z.enum(["auto", "required"]),
        tools: z.array(z.looseObject({ name: z.string().optional() })),
      }),
    ],
    unsupported("tool choice"),
  ),
);

const formatSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({ type: z.literal("json_object") }),
  z.looseObject({
    type: z.literal("json_schema"),
    name: z.string().min(1),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
]);

const requestSchema = z.looseObject({
  model: z.string().min(1),
  input: itemsSchema.optional(),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({}).nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  tools: z.array(toolSchema).max(512).nullish(),
  tool_choice: choiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z.looseObject({ effort: z.string().nullish() }).nullish(),
  text: z
    .looseObject({ format: formatSchema.nullish(), verbosity: z.string().nullish() })
    .nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  include: z.array(z.string()).nullish(),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= MAX_METADATA, `at most ${MAX_METADATA} pairs`)
    .nullish(),
  user: z.string().max(512).nullish(),
  safety_identifier: z.string().max(512).nullish(),
  background: nothing("responses are not made in the background here; ask without it"),
  conversation: nothing("conversations are not kept here; continue with previous_response_id"),
  prompt: nothing("prompts are not kept here; send instructions and input"),
});
export type ResponsesRequest = z.infer<typeof requestSchema>;

/** Fields that mean the same in a chat, for the upstreams that know them. */
const SAME_IN_CHAT = [
  "service_tier",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "user",
];
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(requestSchema.shape), ...SAME_IN_CHAT]);

/** What is asked, before what is kept of earlier responses is known. */
export function readResponses(body: unknown): Result<ResponsesRequest, Failure> {
  return readAs(requestSchema, body);
}

/**
 * `items` are those of the request with all that it refers to; `endUser` is the caller's own
 * stable id, given to platforms that scope by user.
 */
export function responsesInput(
  request: ResponsesRequest,
  items: readonly Item[],
  endUser: string,
): Result<ChatInput, Failure> {
  const turns = messagesOf(items);
  if (turns.length === 0) return fail(wrong("input", "there is nothing to answer"));
  const instructions = request.instructions ?? "";
  const system = instructions === "" ? [] : [{ type: "text" as const, text: instructions }];
  return ok({
    messages: [
      ...(system.length > 0 ? [{ role: "system" as const, content: system }] : []),
      ...turns,
    ],
    stream: request.stream ?? false,
    endUser: request.user ? `${endUser}:${request.user}` : endUser,
    ...threadOf(request, turns),
    raw: { protocol: "openai-chat", body: chatFields(request) },
    ...optional(request),
  });
}

/** What of the request nobody will do, in words for the client. */
export function leftOut(request: ResponsesRequest): string[] {
  const names = Object.keys(request).filter((name) => !KNOWN.has(name) && request[name] != null);
  if (request.truncation === "auto") names.push("truncation");
  for (const name of request.include ?? []) {
    if (name !== "reasoning.encrypted_content") names.push(`include ${name}`);
  }
  return names.length === 0 ? [] : [`Not done: ${names.join(", ")}.`];
}

/** The fields that the run vocabulary has no words for, in those of a chat. */
function chatFields(request: ResponsesRequest): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of SAME_IN_CHAT) if (request[name] != null) fields[name] = request[name];
  if (request.reasoning?.effort != null) fields.reasoning_effort = request.reasoning.effort;
  if (request.text?.verbosity != null) fields.verbosity = request.text.verbosity;
  return fields;
}

function optional(request: ResponsesRequest): Partial<ChatInput> {
  const fields: Partial<ChatInput> = {};
  if (request.max_output_tokens != null) fields.maxOutputTokens = request.max_output_tokens;
  if (request.temperature != null) fields.temperature = request.temperature;
  if (request.top_p != null) fields.topP = request.top_p;
  const tools = toolsOf(request);
  if (tools.length > 0) {
    fields.tools = tools;
    const choice = request.tool_choice;
    if (choice?.type === "function") fields.toolChoice = { name: choice.name };
    else if (choice)
      fields.toolChoice = choice.type === "allowed_tools" ? choice.mode : choice.type;
    if (request.parallel_tool_calls === false) fields.parallelToolCalls = false;
  }
  const format = request.text?.format;
  if (format?.type === "json_schema") {
    const { type, name, schema, strict } = format;
    fields.responseFormat = { type, name, schema, ...(strict == null ? {} : { strict }) };
  } else if (format) fields.responseFormat = { type: format.type };
  return fields;
}

/** The tools that may be called: where the client names some of them, those alone. */
function toolsOf({ tools, tool_choice: choice }: ResponsesRequest): ToolDefinition[] {
  const allowed =
    choice?.type === "allowed_tools" ? new Set(choice.tools.map(({ name }) => name)) : null;
  return (tools ?? [])
    .filter(({ name }) => allowed?.has(name) ?? true)
    .map(({ name, description, parameters, strict }) => ({
      name,
      ...(description == null ? {} : { description }),
      ...(parameters == null ? {} : { parameters }),
      ...(strict == null ? {} : { strict }),
    }));
}
