/**
 * Files of a message, given to a platform that wants them beforehand. A file that was given to the
 * same platform for the same person lately is not sent again: this isolate remembers its id.
 */
import type { Streaming, Upload, UpstreamTarget } from "../../connectors/connector.ts";
import { readDataUrl } from "../../connectors/kit/data-url.ts";
import { upstreamError } from "../../connectors/kit/http-errors.ts";
import { exchange } from "../../connectors/kit/invoke.ts";
import { newFiles } from "../../connectors/kit/question.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Candidate } from "./health.ts";
import type { OpenRoute } from "./open-route.ts";

const FILES_MAX = 10;
const REMEMBERED_MAX = 500;
/** Platforms keep files for days at least. */
const REMEMBERED_MS = 3_600_000;

const remembered = new Map<string, { id: string; at: number }>();

/** The input with the platform's ids of the new message's files. */
export async function withUploads(
  chat: Streaming<unknown, unknown>,
  route: OpenRoute,
  { route: { connection }, secret }: Candidate,
  target: UpstreamTarget,
  input: ChatInput,
): Promise<Result<ChatInput, UpstreamError>> {
  const parts = newFiles(input).filter((part) => part.type !== "audio" && isInline(part.url));
  if (!chat.upload || parts.length === 0) return ok(input);
  if (chat.upload.taken?.(target) === false) return ok(input);
  if (parts.length > FILES_MAX) {
    return fail(upstreamError("rejected", `At most ${FILES_MAX} files in one message.`));
  }
  const conversation = input.upstreamConversation ?? input.newConversation ?? null;
  // One key may not see what another has been given, nor a conversation that is begun first.
  const inside = chat.begin ? `${target.id} ${conversation}` : "";
  const place = `${connection.id} ${secret?.id ?? ""} ${inside}`;
  const uploads: Record<string, string> = {};
  for (const part of parts) {
    if (part.type === "audio" || uploads[part.url] !== undefined) continue;
    const name = part.type === "file" ? part.name : null;
    const { endUser } = input;
    const about = { url: part.url, name, endUser, target, conversation };
    const id = await uploadOnce(chat.upload, route, place, about);
    if (!id.ok) return id;
    uploads[part.url] = id.value;
  }
  return ok({ ...input, uploads });
}

const isInline = (url: string): boolean => url.startsWith("data:");

async function uploadOnce(
  upload: NonNullable<Streaming<unknown, unknown>["upload"]>,
  { connector, account, options }: OpenRoute,
  place: string,
  { url, name, ...about }: Omit<Upload, "file"> & { url: string; name: string | null },
): Promise<Result<string, UpstreamError>> {
  const inline = readDataUrl(url);
  const bytes = inline && bytesOf(inline.data);
  if (!inline || !bytes) return fail(upstreamError("rejected", "A file is no valid data: URL."));
  const key = `${place} ${about.endUser} ${await digestOf(bytes)}`;
  const known = remembered.get(key);
  if (known && Date.now() - known.at < REMEMBERED_MS) return ok(known.id);
  const file = {
    name: name ?? `file.${inline.mime.split("/")[1] ?? "bin"}`,
    mime: inline.mime,
    bytes,
  };
  const made = await exchange(connector, upload, account, { file, ...about }, options());
  if (made.ok) remember(key, made.value);
  return made;
}

function remember(key: string, id: string): void {
  remembered.delete(key);
  remembered.set(key, { id, at: Date.now() });
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
}

/** Null where it is no base64. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Buffer.from(digest).toString("base64url");
}
