/** Reading what a client sends, within limits. */
import { refuse } from "../core/failure.ts";

export const MAX_BODY_BYTES = 20 * 1024 * 1024;
const MAX_DEPTH = 64;

/** The JSON value of the body; refuses what is too large, too deep or not JSON. */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const text = await readText(request, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("invalid_json", `The body is not valid JSON: ${(error as Error).message}`);
  }
  if (depthExceeds(text)) {
    return refuse("invalid_value", `The body is nested deeper than ${MAX_DEPTH} levels.`);
  }
  return value;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) {
    await discard(request, declared);
    return tooLarge(maxBytes);
  }
  if (!request.body) return "";
  if (declared > 0) return await request.text();
  // No length was declared: count while reading.
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    received += value.byteLength;
    if (received > maxBytes) {
      await reader.cancel();
      return tooLarge(maxBytes);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** A client that is still sending does not listen: up to here it is heard out and thrown away. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

async function discard(request: Request, declared: number): Promise<void> {
  if (declared <= MAX_DISCARDED_BYTES) await request.body?.pipeTo(new WritableStream());
}

function tooLarge(maxBytes: number): never {
  return refuse("request_too_large", `The body is larger than ${maxBytes / 1024 / 1024} MB.`);
}

/** Counts brackets outside strings: cheaper than walking the value, and it cannot overflow a stack. */
function depthExceeds(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 92) at++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 125 || code === 93) depth--;
  }
  return false;
}
