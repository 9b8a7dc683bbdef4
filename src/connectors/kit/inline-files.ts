/**
 * Files of the web in a conversation, for platforms that do not fetch them: read here and put in
 * as data. Their addresses come from whoever asks, not from an admin: only https, and nothing
 * private, whatever the operator allows for connections.
 */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, ChatMessage, ContentPart, UpstreamError } from "../../core/run.ts";
import type { Streaming } from "../connector.ts";
import type { InlineData } from "./data-url.ts";
import { upstreamError } from "./http-errors.ts";
import { type InvokeError, type InvokeOptions, invoke } from "./invoke.ts";

const FILES_MAX = 20;
const LIMITS = { timeoutMs: 20_000, idleTimeoutMs: 10_000, responseBytesMax: 10 * 1024 * 1024 };

export interface FetchRules {
  /** True in tests only, which have no other place to fetch from. */
  allowPrivate: boolean;
  signal: AbortSignal;
  deadlineMs: number;
}

/** The input with those files inside that the platform would not read itself. */
export async function withInlineFiles(
  chat: Pick<Streaming<never, never>, "needsInline">,
  input: ChatInput,
  rules: FetchRules,
): Promise<Result<ChatInput, UpstreamError>> {
  const urls = new Set<string>();
  for (const part of input.messages.flatMap((message) => message.content)) {
    const url = urlOf(part);
    if (url !== null && chat.needsInline?.(url)) urls.add(url);
  }
  if (urls.size === 0) return ok(input);
  if (urls.size > FILES_MAX) return refused(`At most ${FILES_MAX} files of the web at once.`);
  const fetched = await Promise.all(
    [...urls].map(async (url) => [url, await fetchInline(url, rules)] as const),
  );
  const inline = new Map<string, string>();
  for (const [url, data] of fetched) {
    if (!data.ok) return data;
    inline.set(url, data.value);
  }
  return ok({ ...input, messages: input.messages.map((message) => replaced(message, inline)) });
}

function urlOf(part: ContentPart): string | null {
  const hasUrl = part.type === "image" || part.type === "file";
  return hasUrl && /^https?:/i.test(part.url) ? part.url : null;
}

function replaced(message: ChatMessage, inline: ReadonlyMap<string, string>): ChatMessage {
  const content = message.content.map((part) => {
    const data = inline.get(urlOf(part) ?? "");
    return data === undefined ? part : ({ ...part, url: data } as ContentPart);
  });
  return { ...message, content };
}

/** The file as a `data:` address. */
async function fetchInline(url: string, rules: FetchRules): Promise<Result<string, UpstreamError>> {
  const file = await fetchFile(url, LIMITS, rules);
  if (!file.ok) return refused(sentenceOf(url, file.error));
  return ok(`data:${file.value.mime};base64,${file.value.data}`);
}

/** A file of the web in base64. */
export async function fetchFile(
  url: string,
  limits: InvokeOptions["limits"],
  rules: FetchRules,
): Promise<Result<InlineData, InvokeError>> {
  const request = { method: "GET", url, headers: {}, framing: "base64" } as const;
  const opened = await invoke(request, { limits, secrets: [], ...rules });
  if (!opened.ok) return opened;
  const { frames, headers } = opened.value;
  let data = "";
  for (;;) {
    const piece = await frames.next();
    if (!piece.ok) return piece;
    if (piece.value === null) break;
    for (const frame of piece.value) data += frame.data;
  }
  const mime = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  return ok({ mime: mime || "application/octet-stream", data });
}

/** Whoever asks need not know what else the address answers. */
function sentenceOf(url: string, error: InvokeError): string {
  const why: Partial<Record<UpstreamError["reason"], string>> = {
    address_not_allowed: error.detail,
    answer_too_large: "it is larger than 10 MB",
    timeout: "it took too long",
    protocol_violation: "it is a web page",
  };
  const status = error.status === null ? "nothing answered" : `HTTP ${error.status}`;
  return `The file at ${url.slice(0, 200)} could not be fetched: ${why[error.reason] ?? status}.`;
}

const refused = (detail: string): Result<never, UpstreamError> =>
  fail(upstreamError("rejected", detail));
