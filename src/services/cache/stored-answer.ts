/** An answer written down while it is given, and given again as if an upstream had. */
import { isContent, type RunEvent, type WireProtocol } from "../../core/run.ts";
import type { OpenedUpstream } from "../chat/run-parts.ts";
import { NO_FRAMES } from "./response-cache.ts";

export interface StoredAnswer {
  /** What the upstream spoke, and what of the request it would not do. */
  wire: WireProtocol | null;
  warnings: readonly string[];
  events: readonly RunEvent[];
}

/** Deltas are put together up to here, for fewer and longer events. */
const DELTA_LENGTH_MAX = 400;

/**
 * The upstream, with its answer told to `store` when it has come to its own end. What was cut or
 * failed is not, nor what holds only for this once: files, conversations of the platform.
 */
export function recorded(
  opened: OpenedUpstream,
  store: (answer: StoredAnswer) => void,
): OpenedUpstream {
  const { connector, decoder, warnings } = opened;
  const events: RunEvent[] = [];
  const take = (given: RunEvent[]): RunEvent[] => {
    for (const event of given) {
      append(events, event);
      if (event.type !== "run-end" || !mayStay(events)) continue;
      store({ wire: connector.chat?.wire ?? null, warnings, events });
    }
    return given;
  };
  return {
    ...opened,
    decoder: { push: (frame) => take(decoder.push(frame)), end: () => take(decoder.end()) },
  };
}

function append(events: RunEvent[], event: RunEvent): void {
  const last = events.at(-1);
  const isText = event.type === "text-delta" || event.type === "reasoning-delta";
  if (isText && last?.type === event.type && last.text.length < DELTA_LENGTH_MAX) {
    events[events.length - 1] = { type: event.type, text: last.text + event.text };
  } else events.push(event);
}

function mayStay(events: readonly RunEvent[]): boolean {
  const finish = events.flatMap((event) => (event.type === "run-end" ? [event.finish] : []));
  const isWhole = finish.length === 1 && (finish[0] === "stop" || finish[0] === "tool_calls");
  const isForOnce = ({ type }: RunEvent) =>
    type === "run-error" || type === "file" || type === "conversation";
  return isWhole && events.some(isContent) && !events.some(isForOnce);
}

/** In place of an upstream: all of the answer at once. */
export function replayed({ wire, warnings, events }: StoredAnswer): OpenedUpstream {
  return {
    connector: { disconnect: "cancel", ...(wire === null ? {} : { chat: { wire } }) },
    decoder: { push: () => [], end: () => [...events] },
    frames: NO_FRAMES,
    warnings,
  };
}
