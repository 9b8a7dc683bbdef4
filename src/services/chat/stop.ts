/**
 * Telling a platform that nobody waits for its answer any more, where it would work on. Best effort,
 * behind the answer: what comes of it changes nothing here, so a failure is told to the log alone.
 */
import type { Decoder, Streaming, UpstreamTarget } from "../../connectors/connector.ts";
import { openStream } from "../../connectors/kit/invoke.ts";
import type { ChatInput } from "../../core/run.ts";
import type { OpenRoute } from "./open-route.ts";

/** Less than whoever pressed stop is kept waiting for the end. */
const WITHIN_MS = 2_000;

export async function stopWork(
  stop: NonNullable<Streaming<unknown, unknown>["stop"]>,
  { connector, account, options }: OpenRoute,
  decoder: Decoder,
  about: { target: UpstreamTarget; input: ChatInput },
): Promise<void> {
  const { work } = decoder;
  // Nothing has come yet by which the platform would know it.
  if (!work) return;
  const request = stop.prepare(account, { work, ...about });
  if (!request) return;
  // The signal is that of the answer, which is over.
  const { signal: _signal, ...more } = options();
  const asked = await openStream(connector, request, { ...more, deadlineMs: WITHIN_MS });
  if (asked.ok) await asked.value.frames.release();
  else console.warn("stop: the platform did not take it", connector.id, asked.error.reason);
}
