/**
 * Follows a run to its end, through broken connections.
 *
 * 1. The run lives on the server: a connection that breaks is only reopened, after the last event
 *    that was seen, and nothing is sent twice.
 * 2. Before the first event the same request is repeated: its `clientId` makes that one run.
 * 3. It ends with the `end` event, an answer that refuses, or too many attempts without any event.
 */
import { ApiError } from "@contract/call.ts";
import type { PortalRunEvent } from "@contract/portal.ts";
import { readEvents } from "../../lib/sse.ts";

export interface RunConnection {
  /** Opens the run: sends the message, or attaches to one that is running. */
  open: (signal: AbortSignal) => Promise<Response>;
  /** Goes on with a run after an event. */
  resume: (runId: string, after: number, signal: AbortSignal) => Promise<Response>;
  onEvent: (event: PortalRunEvent) => void;
  /** The connection was lost (true) or is back (false). */
  onReconnecting: (reconnecting: boolean) => void;
  signal: AbortSignal;
  /** Milliseconds before the nth attempt without success; absent after the last. */
  delays?: readonly number[];
}

const DELAYS_MS = [300, 700, 1500, 3000, 6000, 10_000, 15_000] as const;

/** Resolves after `end`; throws the refusal, or the last failure when no attempt is left. */
export async function followRun(connection: RunConnection): Promise<void> {
  const { signal, delays = DELAYS_MS } = connection;
  let runId: string | null = null;
  let after = 0;
  let failures = 0;
  for (;;) {
    try {
      const response: Response =
        runId === null
          ? await connection.open(signal)
          : await connection.resume(runId, after, signal);
      for await (const { id, data } of readEvents(bodyOf(response))) {
        const event = JSON.parse(data) as PortalRunEvent;
        if (failures > 0) connection.onReconnecting(false);
        failures = 0;
        after = Number(id) || after;
        if (event.type === "start") runId = event.assistant.runId;
        connection.onEvent(event);
        if (event.type === "end") return;
      }
      throw lost("The connection ended before the run did.");
    } catch (error) {
      const delay = delays[failures];
      if (signal.aborted || delay === undefined || !isWorthRetrying(error)) throw error;
      failures += 1;
      connection.onReconnecting(true);
      await pause(delay, signal);
    }
  }
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  if (!response.body) throw lost("The answer has no body.");
  return response.body;
}

function lost(message: string): ApiError {
  return new ApiError(0, {
    message,
    type: "server_error",
    code: "unavailable",
    param: null,
    request_id: "",
  });
}

/** Silence and overload may pass; a refusal stays one, and so does a bug of ours. */
function isWorthRetrying(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 0 || error.status >= 502;
  // What a broken body throws: a TypeError in every browser.
  return error instanceof TypeError;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
