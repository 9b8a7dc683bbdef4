/** What the playground sends: a body of OpenAI's chat completions, as an app would write it. */
import type { NumberField } from "../../lib/validation.ts";

export interface Parameters {
  system: string;
  temperature: NumberField;
  topP: NumberField;
  maxTokens: NumberField;
  stop: readonly string[];
  format: "text" | "json_object" | "json_schema";
  /** JSON text, where the format is `json_schema`. */
  schema: string;
  stream: boolean;
}

export const PLAIN_PARAMETERS: Parameters = {
  system: "",
  temperature: "",
  topP: "",
  maxTokens: "",
  stop: [],
  format: "text",
  schema: '{\n  "type": "object",\n  "properties": { "answer": { "type": "string" } }\n}',
  stream: true,
};

export interface Question {
  text: string;
  /** `data:` addresses. */
  images: readonly string[];
}

export type Part =
  | { type: "text"; text: string }
  | { type: "image_url"; image_url: { url: string } };
export interface Message {
  role: "system" | "user" | "assistant";
  content: string | Part[];
}

export interface ChatBody {
  model: string;
  messages: Message[];
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  stop?: string[];
  response_format?:
    | { type: "json_object" }
    | {
        type: "json_schema";
        json_schema: { name: string; schema: Record<string, unknown>; strict: boolean };
      };
  stream?: boolean;
  stream_options?: { include_usage: boolean };
}

/** The object that the text is; null where it is none. */
export function schemaOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    // Being written.
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A turn of the conversation so far; what was never answered is not repeated. */
export interface Asked {
  question: Question;
  answer: { text: string };
}

export function chatBody(
  model: string,
  parameters: Parameters,
  before: readonly Asked[],
  question: Question,
): ChatBody {
  const { system, temperature, topP, maxTokens, stop, stream } = parameters;
  const format = formatOf(parameters);
  return {
    model,
    messages: [
      ...(system.trim() ? [{ role: "system", content: system } as const] : []),
      ...before
        .filter(({ answer }) => answer.text !== "")
        .flatMap((turn): Message[] => [
          { role: "user", content: contentOf(turn.question) },
          { role: "assistant", content: turn.answer.text },
        ]),
      { role: "user", content: contentOf(question) },
    ],
    ...(temperature === "" ? {} : { temperature }),
    ...(topP === "" ? {} : { top_p: topP }),
    ...(maxTokens === "" ? {} : { max_tokens: maxTokens }),
    ...(stop.length > 0 ? { stop: [...stop] } : {}),
    ...(format ? { response_format: format } : {}),
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
  };
}

function contentOf({ text, images }: Question): Message["content"] {
  if (images.length === 0) return text;
  return [
    ...(text ? [{ type: "text", text } as const] : []),
    ...images.map((url) => ({ type: "image_url", image_url: { url } }) as const),
  ];
}

function formatOf({ format, schema }: Parameters): ChatBody["response_format"] {
  if (format === "json_schema") {
    const json_schema = { name: "answer", schema: schemaOf(schema) ?? {}, strict: true };
    return { type: "json_schema", json_schema };
  }
  return format === "json_object" ? { type: "json_object" } : undefined;
}
