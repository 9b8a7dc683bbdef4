/** Files of the new message. Dify fetches them itself, so they need an address it can reach. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { type FilePart, newFiles } from "../kit/question.ts";

export interface DifyFile {
  type: "image" | "document";
  transfer_method: "remote_url";
  url: string;
}

export function filesOf(input: ChatInput): Result<DifyFile[], UpstreamError> {
  const files: DifyFile[] = [];
  for (const part of newFiles(input)) {
    const file = fileOf(part);
    if (!file) {
      return fail(
        upstreamError(
          "rejected",
          "This agent takes pictures and documents only as https addresses, not as uploaded data.",
        ),
      );
    }
    files.push(file);
  }
  return ok(files);
}

function fileOf(part: FilePart): DifyFile | null {
  if (part.type === "audio" || !part.url.startsWith("https://")) return null;
  const type = part.type === "image" ? "image" : "document";
  return { type, transfer_method: "remote_url", url: part.url };
}
