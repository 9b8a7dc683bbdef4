/**
 * Whole answers to clients that take a long silence for a failure and ask again, so that the same
 * work would be done and paid several times. After a while they get the head of the answer, and
 * blanks, which may stand before any JSON.
 */
import { streamSteps } from "./stream-answer.ts";

/** Before the first of these clients gives up, after a minute. */
const PATIENCE_MS = 40_000;

/**
 * The answer itself where it comes in time. Later its status and headers can no longer be told:
 * one that is not 200 breaks the answer off.
 */
export function patiently(
  work: Promise<Response>,
  patienceMs: number = PATIENCE_MS,
): Promise<Response> {
  return patientPieces(onceOf(work), { patienceMs });
}

async function* onceOf(work: Promise<Response>): AsyncGenerator<Response> {
  yield await work;
}

/**
 * The same for an answer in pieces. A response among them that comes first and in time is the
 * whole answer; `left` is called when the client leaves.
 */
export function patientPieces(
  pieces: AsyncIterator<Response | string>,
  { patienceMs = PATIENCE_MS, left }: { patienceMs?: number; left?: () => void },
): Promise<Response> {
  return streamSteps<Response | string>(
    {
      next: async () => {
        const { done, value } = await pieces.next();
        return done ? null : value;
      },
      refusal: (first) => (first instanceof Response ? first : null),
      encode: async (piece) => {
        if (typeof piece === "string") return piece;
        if (!piece.ok) throw new Error(`too late for an answer of ${piece.status}`);
        return await piece.text();
      },
      keepAlive: () => " ",
      firstStepMs: patienceMs,
      cancel: () => left?.(),
    },
    { "content-type": "application/json", "cache-control": "no-store" },
  );
}
