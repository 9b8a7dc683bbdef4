/** Files as AIGNE's clients send them: an address, or the content in base64. */
import * as z from "zod";
import type { ContentPart } from "../core/run.ts";

const told = { filename: z.string().nullish(), mimeType: z.string().nullish() };

export const urlFile = z.looseObject({
  type: z.literal("url"),
  url: z.string().regex(/^(https?:\/\/|data:)/, "an http(s) or a data: address"),
  ...told,
});
export const dataFile = z.looseObject({
  type: z.literal("file"),
  data: z.string().min(1),
  ...told,
});

/** What is wrong with a part of another type: its path alone would tell nobody. */
export const unknownPart = {
  error: ({ code, input }: { code?: string; input?: unknown }) => {
    if (code !== "invalid_union") return undefined;
    const type = String((input as { type?: unknown } | null)?.type);
    return type === "local"
      ? "a file of the client's own machine cannot be read from here; send its content or address"
      : `this type of content is not supported: ${type}`;
  },
};
export const fileSchema = z.discriminatedUnion("type", [urlFile, dataFile], unknownPart);
export type AigneFile = z.infer<typeof fileSchema>;

const TYPES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  json: "application/json",
  html: "text/html",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  mp4: "video/mp4",
};

function typeByName(name: string): string | undefined {
  return TYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""];
}

/** What base64 begins with. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^iVBORw0KGgo/, "image/png"],
  [/^\/9j\//, "image/jpeg"],
  [/^UklGR/, "image/webp"],
  [/^R0lGOD/, "image/gif"],
  [/^JVBERi/, "application/pdf"],
];

export function typeOfBase64(data: string): string | undefined {
  return BEGINNINGS.find(([mark]) => mark.test(data))?.[1];
}

/** Clients that say no type mostly send pictures. */
function typeOf(file: AigneFile): string {
  const named = file.mimeType ?? typeByName(file.filename ?? "");
  if (named) return named.toLowerCase();
  if (file.type === "file") return typeOfBase64(file.data) ?? "application/octet-stream";
  const inline = /^data:([^;,]+)/.exec(file.url)?.[1];
  return inline ?? typeByName(URL.parse(file.url)?.pathname ?? "") ?? "image/*";
}

export function addressOf(file: AigneFile): string {
  return file.type === "url" ? file.url : `data:${typeOf(file)};base64,${file.data}`;
}

const SOUNDS: Record<string, string> = { mpeg: "mp3", "x-wav": "wav", wave: "wav" };

export function partOfFile(file: AigneFile): ContentPart {
  const mime = typeOf(file);
  const url = addressOf(file);
  if (mime.startsWith("image/")) return { type: "image", url };
  if (file.type === "file" && mime.startsWith("audio/")) {
    const format = mime.slice("audio/".length);
    return { type: "audio", data: file.data, format: SOUNDS[format] ?? format };
  }
  return { type: "file", url, name: file.filename ?? "file", mime };
}

/** A file of an answer, as these clients read it. */
export function answeredFile(file: { url: string; mime: string; name: string }): object {
  const { url, mime: mimeType, name: filename } = file;
  const inline = /^data:[^,]*;base64,/i.exec(url)?.[0];
  return inline === undefined
    ? { type: "url", url, mimeType, filename }
    : { type: "file", data: url.slice(inline.length), mimeType, filename };
}
