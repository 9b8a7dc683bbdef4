/** Sending, as the scripted upstream does it: paced, cut, stalled, or all at once. */
import type { ServerResponse } from "node:http";
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";

/** Answers that the upstream itself broke: not the client's doing. */
export const cutByUs = new WeakSet<ServerResponse>();

export const sleep = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** What is the same for every protocol; true when the call is answered (or never will be). */
export async function misbehaves(
  { response, followed }: Pick<Call, "response" | "followed">,
  behaviour: Behaviour,
): Promise<boolean> {
  await sleep(behaviour.delayMs);
  if (behaviour.hang) return true;
  if (behaviour.redirect === "forever" || (behaviour.redirect === "self" && !followed)) {
    response.writeHead(307, { location: "?followed" }).end();
    return true;
  }
  if (behaviour.redirect?.startsWith("http")) {
    response.writeHead(307, { location: `${behaviour.redirect}/v1/models` }).end();
    return true;
  }
  if (behaviour.page) {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end("<!doctype html><title>Log in</title>");
    return true;
  }
  return false;
}

export interface Lines {
  behaviour: Behaviour;
  /** Of the answer; server-sent events where nothing else is said. */
  contentType?: string;
  /** One line (or message) a chunk. */
  chunks: (string | Uint8Array)[];
  /** After the last chunk: end marks, usage. */
  ending: string | Uint8Array;
  /** In the middle, when the behaviour says so. */
  error: string | Uint8Array;
  /** What ends the answer early, once somebody has had it stopped; null until then. */
  stopped?(): string | null;
  /** Told with every chunk that was written, and at the end. */
  onChunk(): void;
  onEnd(): void;
}

/** Streams the chunks as the behaviour says; ends the response unless it stalls. */
export async function sendStream(response: ServerResponse, lines: Lines): Promise<void> {
  const { behaviour, chunks, contentType = "text/event-stream" } = lines;
  response.writeHead(200, { "content-type": contentType, "cache-control": "no-cache" });
  if (behaviour.garbage) {
    response.end("data: {this is no JSON\n\ndata: [DONE]\n\n");
    return;
  }
  const half = Math.ceil(chunks.length / 2);
  for (const [at, chunk] of chunks.entries()) {
    if (response.destroyed) return;
    const early = lines.stopped?.() ?? null;
    if (early !== null) {
      response.end(early);
      return;
    }
    if (at === half && behaviour.errorMid) {
      response.end(lines.error);
      return;
    }
    if (at === half && behaviour.endEarly) {
      response.end();
      return;
    }
    if (at === half && behaviour.cut) {
      cutByUs.add(response);
      // What was written must be on its way before the connection breaks.
      await sleep(20);
      response.destroy();
      return;
    }
    if (at > 0) await sleep(behaviour.paceMs);
    response.write(chunk);
    lines.onChunk();
    if (behaviour.stall) return;
  }
  if (response.destroyed) return;
  lines.onEnd();
  response.end(lines.ending);
}
