/**
 * Answers that are streamed. The body is pulled by the client; what happens when it leaves is said
 * by `cancel` alone (docs/decisions/0003).
 */

/** Silence after which something keeps proxies from closing the stream. */
const KEEP_ALIVE_MS = 15_000;
/** A client waits this long for the first step before the answer's headers are sent anyway. */
const FIRST_STEP_MS = 8_000;

export interface Steps<Step> {
  /** Null after the last. */
  next(): Promise<Step | null>;
  /** The answer where the first step is a failure, whose status can still be told. */
  refusal(first: Step): Response | null;
  /** May be empty. One that throws breaks the answer off. */
  encode(step: Step): string | Uint8Array | Promise<string | Uint8Array>;
  /**
   * Null for a file, into which nothing can be put: its headers wait for its first bytes. An empty
   * sign is not sent.
   */
  keepAlive: (() => string) | null;
  /** In place of FIRST_STEP_MS. */
  firstStepMs?: number;
  cancel(): void;
}

/**
 * Begins with the first step, so that a failure before it can still be told as a status; but no
 * client of a stream that can be kept alive waits longer than FIRST_STEP_MS for the headers.
 */
export async function streamSteps<Step>(
  steps: Steps<Step>,
  headers: Record<string, string>,
): Promise<Response> {
  const { keepAlive } = steps;
  let pending: Promise<Step | null> | null = steps.next();
  const first = keepAlive
    ? await within(pending, steps.firstStepMs ?? FIRST_STEP_MS)
    : { value: await pending };
  if (first) {
    const refusal = first.value === null ? null : steps.refusal(first.value);
    if (refusal) return refusal;
  }
  const encoder = new TextEncoder();
  let timer: ReturnType<typeof setInterval> | undefined;
  let lastWriteAt = Date.now();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (!keepAlive) return;
      timer = setInterval(() => {
        const sign = keepAlive();
        if (sign === "" || Date.now() - lastWriteAt < KEEP_ALIVE_MS) return;
        lastWriteAt = Date.now();
        controller.enqueue(encoder.encode(sign));
      }, KEEP_ALIVE_MS / 3);
    },
    async pull(controller) {
      for (;;) {
        const step = await (pending ?? steps.next());
        pending = null;
        if (step === null) {
          clearInterval(timer);
          controller.close();
          return;
        }
        const piece = await steps.encode(step);
        if (piece.length === 0) continue;
        lastWriteAt = Date.now();
        controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
        return;
      }
    },
    cancel() {
      clearInterval(timer);
      steps.cancel();
    },
  });
  return new Response(body, { headers });
}

export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/** The work's value; null when it was waited for in vain. Leaves no timer behind. */
async function within<Value>(work: Promise<Value>, ms: number): Promise<{ value: Value } | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
