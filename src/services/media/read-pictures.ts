/** Pictures that a client names by their addresses. These are its word: public, and https. */
import { readDataUrl } from "../../connectors/kit/data-url.ts";
import { fetchFile } from "../../connectors/kit/inline-files.ts";
import type { Failure } from "../../core/failure.ts";
import type { FormField, MediaFile } from "../../core/media.ts";
import { fail, type Result } from "../../core/result.ts";
import { pictures } from "../../front/openai-media-images.ts";

const LIMITS = { timeoutMs: 20_000, idleTimeoutMs: 10_000, responseBytesMax: 20 * 1024 * 1024 };

/** `param` is where the client named them. */
export async function readPictures(
  addresses: readonly string[],
  param: string,
): Promise<Result<MediaFile[], Failure>> {
  const fields: FormField[] = [];
  for (const address of addresses) {
    const data = readDataUrl(address)?.data ?? (await fetched(address));
    if (data === null) {
      const message = `${param}: the picture at ${address.slice(0, 200)} could not be fetched`;
      return fail({ code: "invalid_value", message, param });
    }
    const bytes = Buffer.from(data, "base64");
    fields.push({ name: param, value: { name: "image", mime: "image/*", bytes } });
  }
  return pictures(fields, param, LIMITS.responseBytesMax);
}

async function fetched(address: string): Promise<string | null> {
  const { timeoutMs } = LIMITS;
  const rules = {
    allowPrivate: false,
    signal: AbortSignal.timeout(timeoutMs),
    deadlineMs: timeoutMs,
  };
  const file = await fetchFile(address, LIMITS, rules);
  return file.ok ? file.value.data : null;
}
