/** One question in the body of each protocol that the gateway speaks. */
import type { ChatBody, Message, Part } from "./request.ts";

/** A picture in full would bury the sample. */
const SHOWN_PICTURE_MAX = 200;
const PICTURE = "https://example.com/picture.png";
/** Anthropic's protocol cannot leave it open. */
const MESSAGES_MAX_TOKENS = 1024;

type Fields = Record<string, unknown>;
export interface Bodies {
  chat: Fields;
  responses: Fields;
  messages: Fields;
  completions: Fields;
}

export function bodiesOf(asked: ChatBody): Bodies {
  const messages = asked.messages.map(withShortPictures);
  const system = textOf(messages.filter(({ role }) => role === "system"));
  const spoken = messages.filter(({ role }) => role !== "system");
  const { model, temperature, top_p, max_tokens, stop, stream, response_format } = asked;
  const common = { model, temperature, top_p, stream };
  const { stream_options: _, ...chat } = asked;
  return {
    chat: { ...chat, messages },
    responses: given({
      ...common,
      instructions: system || undefined,
      input: spoken.map(inResponses),
      max_output_tokens: max_tokens,
      text: response_format && { format: inText(response_format) },
    }),
    messages: given({
      ...common,
      max_tokens: max_tokens ?? MESSAGES_MAX_TOKENS,
      system: system || undefined,
      messages: spoken.map(inMessages),
      stop_sequences: stop,
      output_config: response_format && inOutput(response_format),
    }),
    completions: given({ ...common, prompt: textOf(messages), max_tokens, stop }),
  };
}

function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function withShortPictures({ role, content }: Message): Message {
  if (typeof content === "string") return { role, content };
  const short = (part: Part): Part =>
    part.type === "image_url" && part.image_url.url.length > SHOWN_PICTURE_MAX
      ? { type: "image_url", image_url: { url: PICTURE } }
      : part;
  return { role, content: content.map(short) };
}

const partsOf = ({ content }: Message): readonly Part[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content;

function textOf(messages: readonly Message[]): string {
  const texts = messages.flatMap(partsOf);
  return texts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

function inResponses(message: Message): Fields {
  const { role, content } = message;
  if (typeof content === "string") return { role, content };
  const part = (one: Part): Fields =>
    one.type === "text"
      ? { type: "input_text", text: one.text }
      : { type: "input_image", image_url: one.image_url.url, detail: "auto" };
  return { role, content: content.map(part) };
}

function inText(format: NonNullable<ChatBody["response_format"]>): Fields {
  return format.type === "json_schema" ? { type: format.type, ...format.json_schema } : format;
}

/** Anthropic's protocol knows schemas alone. */
function inOutput(format: NonNullable<ChatBody["response_format"]>): Fields | undefined {
  if (format.type !== "json_schema") return undefined;
  return { format: { type: format.type, schema: format.json_schema.schema } };
}

function inMessages(message: Message): Fields {
  const { role, content } = message;
  if (typeof content === "string") return { role, content };
  const part = (one: Part): Fields =>
    one.type === "text" ? one : { type: "image", source: pictureOf(one.image_url.url) };
  return { role, content: content.map(part) };
}

function pictureOf(url: string): Fields {
  const [, media_type, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return media_type ? { type: "base64", media_type, data } : { type: "url", url };
}
