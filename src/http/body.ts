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

/** Bodies that more than one reader needs; an upload must not stand in memory twice. */
const kept = new WeakMap<Request, Uint8Array>();

/** The bytes of the body, for a look at them before somebody else reads it. */
export async function peekBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const bytes = await readBytes(request, maxBytes);
  kept.set(request, bytes);
  return bytes;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  if (kept.has(request)) return new TextDecoder().decode(await readBytes(request, maxBytes));
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > 0 && declared <= maxBytes) return await request.text();
  return new TextDecoder().decode(await readBytes(request, maxBytes));
}

/** The bytes of the body; refuses what is too large. */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const known = kept.get(request);
  if (known) return known.byteLength > maxBytes ? tooLarge(maxBytes) : known;
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) {
    await discard(request, declared);
    return tooLarge(maxBytes);
  }
  if (!request.body) return new Uint8Array();
  if (declared > 0) return new Uint8Array(await request.arrayBuffer());
  // No length was declared: count while reading.
  const reader = request.body.getReader();
  const pieces: Uint8Array[] = [];
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(pieces);
    received += value.byteLength;
    if (received > maxBytes) {
      await reader.cancel();
      return tooLarge(maxBytes);
    }
    pieces.push(value);
  }
}

/** A client that is still sending does not listen: up to here it is heard out and thrown away. */
const MAX_DISCARDED_BYTES = 128 * 1024 * 1024;

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
