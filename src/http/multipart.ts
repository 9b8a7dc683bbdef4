/**
 * Forms as clients send them. The body stands in memory once: its parts are views of it, as an
 * upload may be as large as a good part of what an isolate has.
 */
import { refuse } from "../core/failure.ts";
import type { FormField } from "../core/media.ts";
import { readBytes } from "./body.ts";

export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;
const MAX_FIELDS = 200;
const MAX_HEAD_BYTES = 8 * 1024;
const MAX_TEXT_BYTES = 1024 * 1024;

/** The fields in their order; refuses what is no form, or too large. */
export async function readForm(request: Request): Promise<FormField[]> {
  const type = request.headers.get("content-type") ?? "";
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type) ?? [];
  const boundary = quoted ?? bare;
  if (!/^multipart\/form-data\b/i.test(type) || boundary === undefined) {
    return refuse("invalid_value", "The body must be a form (multipart/form-data).");
  }
  return fieldsOf(await readBytes(request, MAX_UPLOAD_BYTES), boundary);
}

function fieldsOf(bytes: Uint8Array, boundary: string): FormField[] {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = Buffer.from(`--${boundary}`);
  const fields: FormField[] = [];
  let at = body.indexOf(mark);
  if (at < 0) return broken();
  for (;;) {
    at += mark.length;
    if (body.toString("latin1", at, at + 2) === "--") return fields;
    const head = at + 2;
    const headEnd = body.indexOf("\r\n\r\n", at);
    const end = headEnd < 0 ? -1 : body.indexOf(`\r\n--${boundary}`, headEnd + 2);
    if (end < 0 || headEnd - at > MAX_HEAD_BYTES) return broken();
    if (fields.length === MAX_FIELDS) {
      return refuse("invalid_value", `A form has at most ${MAX_FIELDS} fields.`);
    }
    const begin = Math.min(headEnd + 4, end);
    fields.push(fieldOf(body.toString("utf8", head, headEnd), bytes.subarray(begin, end)));
    at = end + 2;
  }
}

function fieldOf(head: string, content: Uint8Array): FormField {
  const headers = head.split("\r\n");
  const header = (name: string) =>
    headers.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1);
  const disposition = header("content-disposition") ?? "";
  const name = parameter(disposition, "name");
  if (name === null) return broken();
  const fileName = parameter(disposition, "filename");
  if (fileName === null) {
    if (content.byteLength > MAX_TEXT_BYTES) {
      refuse("invalid_value", `${name}: is longer than 1 MB`, { param: name });
    }
    return { name, value: new TextDecoder().decode(content) };
  }
  const mime = (header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  return { name, value: { name: fileName, mime: mime || OCTETS, bytes: content } };
}

const OCTETS = "application/octet-stream";

/** Browsers escape quotes and line breaks in names, and nothing else. */
function parameter(disposition: string, name: string): string | null {
  const found = new RegExp(`[;\\s]${name}=(?:"([^"]*)"|([^;\\s]+))`, "i").exec(disposition);
  const text = found?.[1] ?? found?.[2];
  if (text === undefined) return null;
  return text.replace(/%(22|0D|0A)/gi, (escaped) => decodeURIComponent(escaped));
}

const broken = (): never => refuse("invalid_value", "The form in the body is broken.");
