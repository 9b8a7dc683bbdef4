/** An answer on its way to a client that may leave, read to its end for whoever asks again. */
import { LIMITS } from "../../durable/idempotency/protocol.ts";

export interface AnswerCopy {
  /** For the client. It ends when `close` is done: whoever has read its end can have it again. */
  body: ReadableStream<Uint8Array>;
  /** Outlives the client; never fails. */
  copied: Promise<void>;
}

/**
 * `close` is told the whole answer, or null where it broke off or is longer than may be kept. One
 * that is too long is read on only for a client that is there.
 */
export function copyWhole(
  source: ReadableStream<Uint8Array>,
  close: (whole: Uint8Array | null) => Promise<void>,
): AnswerCopy {
  let client: ReadableStreamDefaultController<Uint8Array> | null = null;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      client = controller;
    },
    cancel() {
      client = null;
    },
  });
  return { body, copied: copy(source, () => client, close) };
}

async function copy(
  source: ReadableStream<Uint8Array>,
  client: () => ReadableStreamDefaultController<Uint8Array> | null,
  close: (whole: Uint8Array | null) => Promise<void>,
): Promise<void> {
  const reader = source.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      if (bytes <= LIMITS.answerBytes) pieces.push(value);
      else if (client() === null) await reader.cancel();
      client()?.enqueue(value);
    }
  } catch (error) {
    await close(null);
    client()?.error(error);
    return;
  }
  await close(bytes <= LIMITS.answerBytes ? Buffer.concat(pieces) : null);
  client()?.close();
}
