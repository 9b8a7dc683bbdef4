/**
 * The events of one run, numbered, for any number of readers.
 *
 * 1. Sequence numbers start at 1, grow, and mean the same to every reader; whoever has read up to
 *    n and asks for what comes after n misses nothing and gets nothing twice.
 * 2. A reader pulls. Pushing never waits for one, and one that leaves changes nothing.
 * 3. Memory is bounded: the oldest events are dropped, and a reader that had not taken them gets
 *    the message as it stands (`start` and `replace`) instead.
 * 4. Texts that nobody has taken yet are joined.
 * 5. After `close` a reader gets what is left, then the end of the stream.
 */
import type { PortalRunEvent } from "../../contract/portal.ts";

const KEEP_ALIVE_MS = 10_000;
/** Longest burst in one write. */
const BATCH_CHARACTERS = 64_000;
/** What the log may hold before its older half is dropped. */
const LOG_EVENTS_MAX = 4_096;
const LOG_CHARACTERS_MAX = 1_000_000;

interface Entry {
  sequence: number;
  event: LoggedEvent;
}

/** The first event may carry a user's pictures, so it is not kept but asked for. */
type LoggedEvent = PortalRunEvent | { type: "opening" };

export interface FeedSource {
  /** The first event of the run, as at its beginning. */
  opening(): PortalRunEvent;
  /** The message as it stands now, for a reader that fell behind. */
  standing(): PortalRunEvent[];
}

export class Feed {
  #log: Entry[] = [];
  #sequence = 0;
  #characters = 0;
  /** Up to here entries were dropped. */
  #dropped = 0;
  /** Up to here some reader has taken entries: they may no longer change. */
  #taken = 0;
  #closed = false;
  readonly #waiting = new Set<() => void>();
  readonly #source: FeedSource;

  constructor(source: FeedSource) {
    this.#source = source;
    this.#append({ type: "opening" });
  }

  push(event: PortalRunEvent): void {
    this.#append(event);
    this.#wake();
  }

  #append(event: LoggedEvent): void {
    const last = this.#log.at(-1);
    const joined = last && last.sequence > this.#taken ? join(last.event, event) : null;
    if (last && joined) last.event = joined;
    else {
      this.#sequence += 1;
      this.#log.push({ sequence: this.#sequence, event });
    }
    this.#characters += charactersOf(event);
    if (this.#log.length > LOG_EVENTS_MAX || this.#characters > LOG_CHARACTERS_MAX) this.#drop();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Server-sent events after a sequence number, to the end of the run. */
  follow(after: number): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const reader = { position: Math.min(after, this.#beforeEnd()), left: false };
    let leave = () => {};
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const text = await this.#next(reader, (wake) => {
            leave = wake;
          });
          if (reader.left) return;
          if (text === null) controller.close();
          else controller.enqueue(encoder.encode(text));
        },
        cancel: () => {
          reader.left = true;
          leave();
        },
      },
      // Nothing is read ahead for a reader: it is as slow as it likes at its own cost.
      { highWaterMark: 0 },
    );
  }

  async #next(
    reader: { position: number; left: boolean },
    onWait: (wake: () => void) => void,
  ): Promise<string | null> {
    while (!reader.left) {
      const batch = this.#batch(reader.position);
      if (batch) {
        reader.position = batch.position;
        this.#taken = Math.max(this.#taken, batch.position);
        return batch.text;
      }
      if (this.#closed) return null;
      if (!(await this.#changed(onWait))) return ": keep-alive\n\n";
    }
    return null;
  }

  /** What follows a position, texts joined; null when nothing does. */
  #batch(after: number): { text: string; position: number } | null {
    if (after < this.#dropped) return this.#standing();
    const fresh: Entry[] = [];
    let characters = 0;
    for (let at = after - this.#dropped; at < this.#log.length; at += 1) {
      const entry = this.#log[at];
      if (!entry || characters > BATCH_CHARACTERS) break;
      characters += charactersOf(entry.event);
      const last = fresh.at(-1);
      const joined = last ? join(last.event, entry.event) : null;
      if (joined) fresh[fresh.length - 1] = { sequence: entry.sequence, event: joined };
      else fresh.push(entry);
    }
    const position = fresh.at(-1)?.sequence;
    if (position === undefined) return null;
    return { text: fresh.map((entry) => this.#encode(entry)).join(""), position };
  }

  /** The message as it stands; the number comes last, so that half of it is not resumed from. */
  #standing(): { text: string; position: number } {
    const position = this.#beforeEnd();
    const events = this.#source.standing();
    const numbered = events.map((event, at) =>
      sse(event, at === events.length - 1 ? position : null),
    );
    return { text: numbered.join(""), position };
  }

  /** The last number before `end`, which is told to everybody, whatever he has read. */
  #beforeEnd(): number {
    return this.#log.at(-1)?.event.type === "end" ? this.#sequence - 1 : this.#sequence;
  }

  #encode({ event, sequence }: Entry): string {
    return sse(event.type === "opening" ? this.#source.opening() : event, sequence);
  }

  #drop(): void {
    let count = 0;
    while (
      count < this.#log.length - 1 &&
      (this.#log.length - count > LOG_EVENTS_MAX / 2 || this.#characters > LOG_CHARACTERS_MAX / 2)
    ) {
      const entry = this.#log[count];
      if (entry) this.#characters -= charactersOf(entry.event);
      count += 1;
    }
    this.#log = this.#log.slice(count);
    this.#dropped += count;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** True when something happened, false when nothing did for the time of a keep-alive. */
  #changed(onWait: (wake: () => void) => void): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (happened: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(happened);
      };
      const wake = () => finish(true);
      const timer = setTimeout(() => finish(false), KEEP_ALIVE_MS);
      this.#waiting.add(wake);
      onWait(wake);
    });
  }
}

/** One server-sent event; without a number where a reader must not resume from it. */
export function sse(event: PortalRunEvent, sequence: number | null): string {
  const id = sequence === null ? "" : `id: ${sequence}\n`;
  return `${id}data: ${JSON.stringify(event)}\n\n`;
}

function join(first: LoggedEvent, second: LoggedEvent): LoggedEvent | null {
  if (first.type === "text" && second.type === "text") {
    return { type: "text", text: first.text + second.text };
  }
  if (first.type === "reasoning" && second.type === "reasoning") {
    return { type: "reasoning", text: first.text + second.text };
  }
  return null;
}

function charactersOf(event: LoggedEvent): number {
  return event.type === "text" || event.type === "reasoning" || event.type === "replace"
    ? event.text.length
    : 0;
}
