/**
 * The published clients behind one face: the same conversation said in each front protocol, and what
 * each client made of the answer. A conversation here knows no protocol.
 */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { keyOf } from "../server/support.ts";

export interface ToolUse {
  id: string;
  name: string;
  input: unknown;
}

export type Turn =
  /** `picture` is a PNG as base64. */
  | { role: "user"; text: string; picture?: string }
  | { role: "assistant"; calls: readonly ToolUse[] }
  | { role: "tool"; id: string; text: string };

export interface Asking {
  model: string;
  turns: readonly Turn[];
  stream: boolean;
  /** Offers `get_weather`. */
  tool?: boolean;
  /** Wants JSON of this schema. */
  schema?: Record<string, unknown>;
  signal?: AbortSignal;
  /** Told with every piece of text of a stream. */
  onText?(text: string): void;
}

export interface Told {
  text: string;
  calls: ToolUse[];
  finish: "stop" | "tools" | "other";
  input: number;
  output: number;
}

/** A published client; it throws its own errors, which all have `status` and `headers`. */
export interface Front {
  ask(asking: Asking): Promise<Told>;
  /** The headers of the newest answer. */
  headers(): Headers;
}

interface Address {
  origin: string;
  gateway: string;
  /** Whose key; Ann's where it is not said. */
  user?: string;
}

const TOOL = "get_weather";
const DESCRIPTION = "The weather of a city";
const SCHEMA = { type: "object" as const, properties: { city: { type: "string" } } };

export const FRONTS = ["OpenAI chat", "OpenAI responses", "Anthropic messages"] as const;
export type FrontName = (typeof FRONTS)[number];

const MAKERS: Record<FrontName, (fetch: typeof globalThis.fetch, at: Address) => Ask> = {
  "OpenAI chat": (fetch, at) => askChat(openai(fetch, at)),
  "OpenAI responses": (fetch, at) => askResponses(openai(fetch, at)),
  "Anthropic messages": (fetch, at) =>
    askMessages(
      new Anthropic({ apiKey: keyOf(at.user ?? "ann"), baseURL: at.origin, maxRetries: 0, fetch }),
    ),
};
type Ask = (asking: Asking) => Promise<Told>;

export function frontOf(name: FrontName, at: Address): Front {
  let headers = new Headers();
  const listening: typeof globalThis.fetch = async (...request) => {
    const response = await fetch(...request);
    headers = response.headers;
    return response;
  };
  return { ask: MAKERS[name](listening, at), headers: () => headers };
}

const openai = (fetch: typeof globalThis.fetch, { gateway, user = "ann" }: Address) =>
  new OpenAI({ apiKey: keyOf(user), baseURL: gateway, maxRetries: 0, fetch });

const read = (json: string): unknown => JSON.parse(json);
const options = ({ signal }: Asking) => (signal ? { signal } : {});

function askChat(client: OpenAI): Ask {
  return async (asking) => {
    const body = {
      model: asking.model,
      messages: asking.turns.map(chatMessage),
      ...(asking.tool ? { tools: [chatTool] } : {}),
      ...(asking.schema ? { response_format: chatFormat(asking.schema) } : {}),
    };
    const answer = asking.stream
      ? await client.chat.completions
          .stream({ ...body, stream_options: { include_usage: true } }, options(asking))
          .on("content", (text) => asking.onText?.(text))
          .finalChatCompletion()
      : await client.chat.completions.create(body, options(asking));
    const [choice] = answer.choices;
    const calls = choice?.message.tool_calls ?? [];
    const finishes = { stop: "stop", tool_calls: "tools" } as const;
    return {
      text: choice?.message.content ?? "",
      calls: calls.flatMap((call) =>
        call.type === "function"
          ? [{ id: call.id, name: call.function.name, input: read(call.function.arguments) }]
          : [],
      ),
      finish: finishes[choice?.finish_reason as keyof typeof finishes] ?? "other",
      input: answer.usage?.prompt_tokens ?? 0,
      output: answer.usage?.completion_tokens ?? 0,
    };
  };
}

const chatTool = {
  type: "function" as const,
  function: { name: TOOL, description: DESCRIPTION, parameters: SCHEMA },
};

const chatFormat = (schema: Record<string, unknown>) => ({
  type: "json_schema" as const,
  json_schema: { name: "answer", schema, strict: true },
});

function chatMessage(turn: Turn): OpenAI.ChatCompletionMessageParam {
  if (turn.role === "tool") return { role: "tool", tool_call_id: turn.id, content: turn.text };
  if (turn.role === "assistant") {
    const tool_calls = turn.calls.map(({ id, name, input }) => ({
      id,
      type: "function" as const,
      function: { name, arguments: JSON.stringify(input) },
    }));
    return { role: "assistant", content: null, tool_calls };
  }
  const { text, picture } = turn;
  if (picture === undefined) return { role: "user", content: text };
  const image_url = { url: `data:image/png;base64,${picture}` };
  return {
    role: "user",
    content: [
      { type: "text", text },
      { type: "image_url", image_url },
    ],
  };
}

function askResponses(client: OpenAI): Ask {
  return async (asking) => {
    const body = {
      model: asking.model,
      input: asking.turns.flatMap(responseItems),
      store: false,
      ...(asking.tool ? { tools: [responseTool] } : {}),
      ...(asking.schema ? { text: { format: responseFormat(asking.schema) } } : {}),
    };
    const answer = asking.stream
      ? await client.responses
          .stream(body, options(asking))
          .on("response.output_text.delta", ({ delta }) => asking.onText?.(delta))
          .finalResponse()
      : await client.responses.create(body, options(asking));
    const calls = answer.output.flatMap((item) =>
      item.type === "function_call"
        ? [{ id: item.call_id, name: item.name, input: read(item.arguments) }]
        : [],
    );
    const finish = calls.length > 0 ? "tools" : "stop";
    return {
      text: answer.output_text,
      calls,
      finish: answer.status === "completed" ? finish : "other",
      input: answer.usage?.input_tokens ?? 0,
      output: answer.usage?.output_tokens ?? 0,
    };
  };
}

const responseTool = {
  type: "function" as const,
  name: TOOL,
  description: DESCRIPTION,
  parameters: SCHEMA,
  strict: false,
};

const responseFormat = (schema: Record<string, unknown>) => ({
  type: "json_schema" as const,
  name: "answer",
  schema,
  strict: true,
});

function responseItems(turn: Turn): OpenAI.Responses.ResponseInputItem[] {
  if (turn.role === "tool") {
    return [{ type: "function_call_output", call_id: turn.id, output: turn.text }];
  }
  if (turn.role === "assistant") {
    return turn.calls.map(({ id, name, input }) => ({
      type: "function_call",
      call_id: id,
      name,
      arguments: JSON.stringify(input),
    }));
  }
  const { text, picture } = turn;
  if (picture === undefined) return [{ role: "user", content: text }];
  const image_url = `data:image/png;base64,${picture}`;
  return [
    {
      role: "user",
      content: [
        { type: "input_text", text },
        { type: "input_image", image_url, detail: "auto" },
      ],
    },
  ];
}

function askMessages(client: Anthropic): Ask {
  return async (asking) => {
    const body = {
      model: asking.model,
      max_tokens: 1000,
      messages: asking.turns.map(message),
      ...(asking.tool ? { tools: [messageTool] } : {}),
      ...(asking.schema ? { output_config: { format: messageFormat(asking.schema) } } : {}),
    };
    const answer = asking.stream
      ? await client.messages
          .stream(body, options(asking))
          .on("text", (text) => asking.onText?.(text))
          .finalMessage()
      : await client.messages.create(body, options(asking));
    const finishes = { end_turn: "stop", tool_use: "tools" } as const;
    const { usage } = answer;
    return {
      text: answer.content.map((block) => (block.type === "text" ? block.text : "")).join(""),
      calls: answer.content.flatMap((block) =>
        block.type === "tool_use" ? [{ id: block.id, name: block.name, input: block.input }] : [],
      ),
      finish: finishes[answer.stop_reason as keyof typeof finishes] ?? "other",
      input:
        usage.input_tokens +
        (usage.cache_read_input_tokens ?? 0) +
        (usage.cache_creation_input_tokens ?? 0),
      output: usage.output_tokens,
    };
  };
}

const messageTool = { name: TOOL, description: DESCRIPTION, input_schema: SCHEMA };

const messageFormat = (schema: Record<string, unknown>) => ({
  type: "json_schema" as const,
  schema,
});

function message(turn: Turn): Anthropic.MessageParam {
  if (turn.role === "assistant") {
    const content = turn.calls.map((call) => ({ type: "tool_use" as const, ...call }));
    return { role: "assistant", content };
  }
  if (turn.role === "tool") {
    const result = { type: "tool_result" as const, tool_use_id: turn.id, content: turn.text };
    return { role: "user", content: [result] };
  }
  const { text, picture } = turn;
  if (picture === undefined) return { role: "user", content: text };
  const source = { type: "base64" as const, media_type: "image/png" as const, data: picture };
  return {
    role: "user",
    content: [
      { type: "text", text },
      { type: "image", source },
    ],
  };
}
