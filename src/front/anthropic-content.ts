/** Messages as clients of Anthropic write them, in the words of a run. */
import * as z from "zod";
import type { ChatMessage, ContentPart, SealedThought, ToolCall } from "../core/run.ts";
import { readSealedId } from "./sealed-ids.ts";

type Json = Record<string, unknown>;

const webUrl = z.string().regex(/^https?:\/\//, "an http(s) address");
const source = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("base64"), media_type: z.string(), data: z.string() }),
  z.looseObject({ type: z.literal("url"), url: webUrl }),
  z.looseObject({ type: z.literal("text"), data: z.string() }),
  z.looseObject({ type: z.literal("content"), content: z.unknown() }),
  z.looseObject({ type: z.literal("file"), file_id: z.string() }),
]);
type Source = z.infer<typeof source>;

const said = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);
const known = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("image"), source }),
  z.looseObject({
    type: z.literal("document"),
    source,
    title: z.string().nullish(),
    citations: z.looseObject({ enabled: z.boolean().nullish() }).nullish(),
  }),
  z.looseObject({
    type: z.literal("search_result"),
    title: z.string(),
    source: z.string(),
    content: said,
  }),
  z.looseObject({
    type: z.literal("tool_use"),
    id: z.string().min(1),
    name: z.string().min(1),
    input: z.record(z.string(), z.unknown()),
  }),
  z.looseObject({
    type: z.literal("tool_result"),
    tool_use_id: z.string().min(1),
    content: said.nullish(),
    is_error: z.boolean().nullish(),
  }),
  z.looseObject({
    type: z.literal("thinking"),
    thinking: z.string(),
    signature: z.string().nullish(),
  }),
  z.looseObject({ type: z.literal("redacted_thinking"), data: z.string() }),
]);
const KINDS: ReadonlySet<string> = new Set(known.options.map(({ shape }) => shape.type.value));
type Block = z.infer<typeof known>;

/** A kind that is not in the list is no error: an upstream that speaks this protocol may know it. */
const blockSchema = z.looseObject({}).superRefine((block, context) => {
  if (typeof block.type !== "string") {
    context.addIssue({ code: "custom", path: ["type"], message: "a block says its type" });
    return;
  }
  if (!KINDS.has(block.type)) return;
  const parsed = known.safeParse(block);
  for (const issue of parsed.error?.issues ?? []) {
    context.addIssue({ code: "custom", path: issue.path, message: issue.message });
  }
});
export const contentSchema = z.union([z.string(), z.array(blockSchema)]);

export interface WrittenMessage {
  role: "user" | "assistant" | "system";
  content: string | readonly Json[];
}

/**
 * One message of the protocol as those of a run: results of tools stand apart. Kinds of blocks
 * that only this protocol knows go into `beyond`.
 */
export function readMessage(written: WrittenMessage, beyond: Set<string>): ChatMessage[] {
  const { role, content } = written;
  if (typeof content === "string") {
    return [{ role, content: [{ type: "text", text: content }], raw: rawOf({ ...written }) }];
  }
  const blocks = content.map(withPlainIds);
  if (role === "assistant") {
    return [{ ...readAnswer(content, beyond), raw: rawOf({ ...written, content: blocks }) }];
  }
  const results = blocks.filter((block) => block.type === "tool_result");
  const others = blocks.filter((block) => block.type !== "tool_result");
  const messages = results.map((block) => readResult(block, beyond));
  if (others.length > 0 || messages.length === 0) {
    const parts = others.flatMap((block) => partsOf(block, beyond));
    messages.push({ role, content: parts, raw: rawOf({ ...written, content: others }) });
  }
  return messages;
}

const rawOf = (value: Json): NonNullable<ChatMessage["raw"]> => ({
  protocol: "anthropic-messages",
  value,
});

/** A block whose ids carry no seals, which are nobody else's business. */
function withPlainIds(block: Json): Json {
  const { id, tool_use_id: answered } = block;
  if (block.type === "tool_use" && typeof id === "string") {
    return { ...block, id: readSealedId(id).id };
  }
  return block.type === "tool_result" && typeof answered === "string"
    ? { ...block, tool_use_id: readSealedId(answered).id }
    : block;
}

function readAnswer(blocks: readonly Json[], beyond: Set<string>): ChatMessage {
  const content: ContentPart[] = [];
  const toolCalls: ToolCall[] = [];
  const thoughts: SealedThought[] = [];
  for (const value of blocks) {
    const block = KINDS.has(String(value.type)) ? (value as Block) : null;
    if (block?.type === "tool_use") {
      const { id, name, input } = block;
      toolCalls.push({ ...readSealedId(id), name, argumentsText: JSON.stringify(input) });
    } else if (block?.type === "thinking") {
      const { thinking: text, signature: seal } = block;
      if (seal) thoughts.push({ text, seal, hidden: false });
    } else if (block?.type === "redacted_thinking") {
      thoughts.push({ text: "", seal: block.data, hidden: true });
    } else content.push(...partsOf(value, beyond));
  }
  return {
    role: "assistant",
    content,
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    ...(thoughts.length > 0 ? { thoughts } : {}),
  };
}

function readResult(value: Json, beyond: Set<string>): ChatMessage {
  const block = value as Block & { type: "tool_result" };
  const content =
    typeof block.content === "string"
      ? [textPart(block.content)]
      : (block.content ?? []).flatMap((inner) => partsOf(inner, beyond));
  return {
    role: "tool",
    toolCallId: block.tool_use_id,
    // Other protocols have no mark for it.
    content: block.is_error ? [textPart("The tool failed."), ...content] : content,
    raw: rawOf({ role: "user", content: [value] }),
  };
}

const textPart = (text: string): ContentPart => ({ type: "text", text });

function partsOf(value: Json, beyond: Set<string>): ContentPart[] {
  const parsed = known.safeParse(value);
  const block = parsed.data;
  switch (block?.type) {
    case "text":
      return [textPart(block.text)];
    case "image":
      return filePart(block.source, "image", beyond, (url) => ({ type: "image", url }));
    case "document": {
      const name = block.title ?? "document";
      if (block.citations?.enabled) beyond.add("citations");
      return block.source.type === "text"
        ? [textPart(`${name}:\n\n${block.source.data}`)]
        : filePart(block.source, "document", beyond, (url, mime) => ({
            type: "file",
            url,
            name,
            mime,
          }));
    }
    case "search_result":
      return [textPart(`${block.title} (${block.source}):\n\n${textOf(block.content)}`)];
    default:
      beyond.add(String(value.type));
      return [];
  }
}

function filePart(
  from: Source,
  kind: string,
  beyond: Set<string>,
  make: (url: string, mime: string) => ContentPart,
): ContentPart[] {
  switch (from.type) {
    case "base64":
      return [make(`data:${from.media_type};base64,${from.data}`, from.media_type)];
    case "url":
      return [make(from.url, kind === "document" ? "application/pdf" : "image/*")];
    case "text":
      return [textPart(from.data)];
    case "content":
      return [textPart(textOf(from.content))];
    case "file":
      beyond.add(`${kind} by file_id`);
      return [];
  }
}

/** The texts in what may be a text or a list of blocks. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const blocks = Array.isArray(content) ? (content as Json[]) : [];
  return blocks.map((block) => (typeof block?.text === "string" ? block.text : "")).join("\n\n");
}
