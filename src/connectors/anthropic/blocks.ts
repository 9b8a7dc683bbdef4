/** Parts of a message as the content blocks of Anthropic. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatMessage, ContentPart, UpstreamError } from "../../core/run.ts";
import { readDataUrl } from "../kit/data-url.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, type Json } from "../kit/json.ts";

const IMAGE_TYPES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/** The blocks of a message's parts, with the marks for the prompt cache where the client set some. */
export function contentBlocks(message: ChatMessage): Result<Json[], UpstreamError> {
  const blocks: Json[] = [];
  for (const [at, part] of message.content.entries()) {
    const block = blockOf(part);
    if (!block.ok) return block;
    if (block.value) blocks.push({ ...block.value, ...cacheMark(partAsWritten(message, at)) });
  }
  return ok(blocks);
}

function partAsWritten(message: ChatMessage, at: number): Json | null {
  return asObject(asArray(message.raw?.value.content)[at]);
}

/** `cache_control`, which OpenAI's clients write beside a part or a tool. */
export function cacheMark(written: Json | null): Json {
  const control = asObject(written?.cache_control);
  return control ? { cache_control: control } : {};
}

/** Null for empty text, which is refused. */
function blockOf(part: ContentPart): Result<Json | null, UpstreamError> {
  switch (part.type) {
    case "text":
      return ok(part.text.trim() === "" ? null : { type: "text", text: part.text });
    case "image":
      return imageBlock(part.url);
    case "file":
      return fileBlock(part);
    case "audio":
      return refused("Models of Anthropic take no sound.");
  }
}

function imageBlock(url: string): Result<Json, UpstreamError> {
  const inline = readDataUrl(url);
  if (!inline) return ok({ type: "image", source: { type: "url", url } });
  const type = inline.mime === "image/jpg" ? "image/jpeg" : inline.mime;
  if (!IMAGE_TYPES.has(type)) {
    return refused(`Anthropic takes no pictures of the type ${type}: only jpeg, png, gif, webp.`);
  }
  const source = { type: "base64", media_type: type, data: inline.data };
  return ok({ type: "image", source });
}

function fileBlock(file: ContentPart & { type: "file" }): Result<Json, UpstreamError> {
  const { url, name, mime } = file;
  const title = name === "" ? {} : { title: name };
  const inline = readDataUrl(url);
  const type = inline?.mime ?? mime;
  if (type.startsWith("image/")) return imageBlock(url);
  if (!inline) return ok({ type: "document", source: { type: "url", url }, ...title });
  if (type === "application/pdf") {
    const source = { type: "base64", media_type: type, data: inline.data };
    return ok({ type: "document", source, ...title });
  }
  const data = type.startsWith("text/") ? textOf(inline.data) : null;
  if (data === null) {
    return refused(`Anthropic takes no files of the type ${type}: only pictures, pdf and text.`);
  }
  return ok({
    type: "document",
    source: { type: "text", media_type: "text/plain", data },
    ...title,
  });
}

function textOf(base64: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    // Not what its type says.
    return null;
  }
}

const refused = (detail: string): Result<never, UpstreamError> =>
  fail(upstreamError("rejected", detail));
