/**
 * A conversation as Converse takes it: user and assistant in turns, user first; calls of tools and
 * their results as blocks, but only where the request has tools, for blocks without are refused.
 */
import { argumentsObject } from "../../core/arguments.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatMessage, SealedThought, ToolCall, UpstreamError } from "../../core/run.ts";
import { upstreamError } from "../kit/http-errors.ts";
import type { Json } from "../kit/json.ts";
import { textOfParts } from "../kit/turns.ts";
import { contentBlocks } from "./blocks.ts";

export interface MessageHabits {
  /** Whether the request defines tools that may be called. */
  tools: boolean;
  /** Mistral's models take ids of nine letters and digits only. */
  shortIds: boolean;
  /** Whether the model reads its earlier thoughts; others refuse them. */
  thoughts: boolean;
}

interface Turn {
  role: "user" | "assistant";
  content: Json[];
}

/** Before an answer that nobody asked for (a greeting), as a conversation must begin with a user. */
const BEGINNING = "(The conversation begins.)";
/** A result must say something. */
const NO_RESULT = "(nothing)";

export function converseMessages(
  turns: readonly ChatMessage[],
  habits: MessageHabits,
): Result<Turn[], UpstreamError> {
  const messages: Turn[] = [];
  const ids = new ToolIds(habits.shortIds);
  for (const turn of turns) {
    const blocks = blocksOf(turn, habits, ids);
    if (!blocks.ok) return blocks;
    if (blocks.value.length === 0) continue;
    const role = turn.role === "assistant" ? "assistant" : "user";
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...blocks.value);
    else messages.push({ role, content: blocks.value });
  }
  if (messages.length === 0) return fail(upstreamError("rejected", "The conversation is empty."));
  if (messages[0]?.role === "assistant") {
    messages.unshift({ role: "user", content: [{ text: BEGINNING }] });
  }
  trimPrefill(messages.at(-1));
  return ok(messages);
}

function blocksOf(
  turn: ChatMessage,
  { tools, thoughts }: MessageHabits,
  ids: ToolIds,
): Result<Json[], UpstreamError> {
  const content = contentBlocks(turn);
  if (!content.ok) return content;
  if (turn.role === "tool") return ok(resultBlocks(turn, content.value, tools, ids));
  const calls = turn.toolCalls ?? [];
  const thought = thoughts ? (turn.thoughts ?? []).map(thoughtBlock) : [];
  return ok([...thought, ...content.value, ...calls.map((call) => callBlock(call, tools, ids))]);
}

function thoughtBlock({ text, seal, hidden }: SealedThought): Json {
  const reasoningText = { text, signature: seal };
  return { reasoningContent: hidden ? { redactedContent: seal } : { reasoningText } };
}

function callBlock(call: ToolCall, tools: boolean, ids: ToolIds): Json {
  if (!tools) return { text: `[Called ${call.name} with ${call.argumentsText || "{}"}]` };
  const input = argumentsObject(call.argumentsText);
  return { toolUse: { toolUseId: ids.of(call.id), name: call.name, input } };
}

function resultBlocks(turn: ChatMessage, content: Json[], tools: boolean, ids: ToolIds): Json[] {
  if (!tools) return [{ text: `[It answered: ${textOfParts(turn.content)}]` }];
  // A cache point stands behind the result, not in it.
  const said = content.filter((block) => !("cachePoint" in block));
  const marks = content.filter((block) => "cachePoint" in block);
  const toolResult = {
    toolUseId: ids.of(turn.toolCallId ?? ""),
    content: said.length > 0 ? said : [{ text: NO_RESULT }],
  };
  return [{ toolResult }, ...marks.slice(-1)];
}

/** An answer that is to be continued must not end in white space. */
function trimPrefill(last: Turn | undefined): void {
  const block = last?.content.at(-1);
  if (last?.role === "assistant" && typeof block?.text === "string") {
    block.text = block.text.trimEnd();
  }
}

/** Ids as Bedrock takes them; one that another platform made is replaced, the same one alike. */
class ToolIds {
  readonly #short: boolean;
  readonly #replaced = new Map<string, string>();

  constructor(short: boolean) {
    this.#short = short;
  }

  of(id: string): string {
    if ((this.#short ? /^[A-Za-z0-9]{9}$/ : /^[\w-]{1,64}$/).test(id)) return id;
    const known = this.#replaced.get(id) ?? `call${String(this.#replaced.size).padStart(5, "0")}`;
    this.#replaced.set(id, known);
    return known;
  }
}
