/** Files of the new message for Dify and its relatives: uploaded before, or addresses that they fetch. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import { readDataUrl } from "./data-url.ts";
import { upstreamError } from "./http-errors.ts";
import { type FilePart, newFiles } from "./question.ts";

type Kind = "image" | "document" | "audio" | "video";
export type DifyFile =
  | { type: Kind; transfer_method: "remote_url"; url: string }
  | { type: Kind; transfer_method: "local_file"; upload_file_id: string };

export const filesOf = (input: ChatInput): Result<DifyFile[], UpstreamError> =>
  newFilesAs(input, () => true);

/** Those of the new message that `wanted` says are. */
export function newFilesAs(
  input: ChatInput,
  wanted: (part: FilePart) => boolean,
): Result<DifyFile[], UpstreamError> {
  const files: DifyFile[] = [];
  for (const part of newFiles(input).filter(wanted)) {
    const file = filePartOf(part, input.uploads ?? {});
    if (!file) {
      const detail = "This agent takes pictures and files, uploaded or as https addresses.";
      return fail(upstreamError("rejected", detail));
    }
    files.push(file);
  }
  return ok(files);
}

/** Null where it is of no kind or address that Dify takes. */
export function filePartOf(
  part: FilePart,
  uploads: Readonly<Record<string, string>>,
): DifyFile | null {
  if (part.type === "audio") return null;
  const type = kindOf(part);
  const upload_file_id = uploads[part.url];
  if (upload_file_id !== undefined) return { type, transfer_method: "local_file", upload_file_id };
  if (!part.url.startsWith("https://")) return null;
  return { type, transfer_method: "remote_url", url: part.url };
}

function kindOf(part: Exclude<FilePart, { type: "audio" }>): Kind {
  if (part.type === "image") return "image";
  const [family] = (readDataUrl(part.url)?.mime ?? part.mime).split("/");
  return family === "image" || family === "audio" || family === "video" ? family : "document";
}
