/** Parts of a message as the content blocks of Converse. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatMessage, ContentPart, UpstreamError } from "../../core/run.ts";
import { readDataUrl } from "../kit/data-url.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, type Json } from "../kit/json.ts";

const IMAGE_FORMATS = new Set(["png", "jpeg", "gif", "webp"]);
const DOCUMENT_FORMATS = new Set(["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]);
/** Types whose name is not the format's. */
const FORMAT_OF_MIME: Record<string, string> = {
  "image/jpg": "jpeg",
  "text/plain": "txt",
  "text/markdown": "md",
  "application/msword": "doc",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.ms-excel": "xls",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
};
/** A document must not come alone. */
const ONLY_DOCUMENTS = "Please look at the attached document.";

/** The blocks of a message's parts, each followed by a cache point where the client marked one. */
export function contentBlocks(message: ChatMessage): Result<Json[], UpstreamError> {
  const blocks: Json[] = [];
  for (const [at, part] of message.content.entries()) {
    if (part.type === "text") {
      // Empty text is refused.
      if (part.text.trim() !== "") blocks.push({ text: part.text });
    } else {
      const file = fileBlock(part);
      if (!file.ok) return file;
      blocks.push(file.value);
    }
    const mark = cachePoint(message, at);
    if (mark && blocks.length > 0) blocks.push(mark);
  }
  const hasText = blocks.some((block) => "text" in block);
  if (!hasText && blocks.some((block) => "document" in block))
    blocks.push({ text: ONLY_DOCUMENTS });
  return ok(blocks);
}

/** `cache_control`, which clients write beside a part in both protocols that have parts. */
function cachePoint(message: ChatMessage, at: number): Json | null {
  const control = asObject(asObject(asArray(message.raw?.value.content)[at])?.cache_control);
  if (control?.type !== "ephemeral") return null;
  const ttl = asText(control.ttl);
  return { cachePoint: { type: "default", ...(ttl === null ? {} : { ttl }) } };
}

function fileBlock(part: Exclude<ContentPart, { type: "text" }>): Result<Json, UpstreamError> {
  if (part.type === "audio") return refused("Models of Bedrock take no sound.");
  const inline = readDataUrl(part.url);
  if (!inline) {
    return refused(
      "Bedrock does not fetch files from the web: send pictures and files as data: addresses.",
    );
  }
  const source = { bytes: inline.data };
  const format = formatOf(inline.mime, part.type === "file" ? part.name : "");
  if (IMAGE_FORMATS.has(format)) return ok({ image: { format, source } });
  if (part.type === "file" && DOCUMENT_FORMATS.has(format)) {
    return ok({ document: { format, name: documentName(part.name), source } });
  }
  return refused(
    `Bedrock takes no files of the type ${inline.mime}: pictures as png, jpeg, gif or webp; documents as pdf, csv, doc, docx, xls, xlsx, html, txt or md.`,
  );
}

const refused = (detail: string): Result<never, UpstreamError> =>
  fail(upstreamError("rejected", detail));

/** By the type; where that says nothing, by the name's ending. */
function formatOf(mime: string, name: string): string {
  const named = FORMAT_OF_MIME[mime] ?? mime.split("/").at(-1) ?? "";
  if (IMAGE_FORMATS.has(named) || DOCUMENT_FORMATS.has(named)) return named;
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  return ending === "jpg" ? "jpeg" : ending;
}

/** Only some characters are allowed, and no two spaces in a row. */
function documentName(name: string): string {
  const plain = name
    .replace(/\.[^.]*$/, "")
    .replace(/[^A-Za-z0-9()[\]-]+/g, " ")
    .trim();
  return plain.slice(0, 200) || "document";
}
