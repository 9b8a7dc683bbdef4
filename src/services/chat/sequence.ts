/**
 * Several chats asked in one request, answered one after another. Invariants:
 *
 * 1. All are admitted before the first is asked: what cannot be paid or allowed begins nothing.
 * 2. Each is a request of its own in the statement; the first has the id that the client is told.
 * 3. The first failure, or the reader's leaving, ends those that have not begun, at no cost.
 */
import { makeId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ChatInput, Usage, WireProtocol } from "../../core/run.ts";
import type { Services } from "../services.ts";
import type { Rates, Refused } from "./admit.ts";
import type { RunTimings, Settlement } from "./call-parts.ts";
import type { Run } from "./run.ts";
import type { Step } from "./run-parts.ts";
import { type ChatOrder, startChat } from "./start.ts";

/** What an answer is written from: one run, or several in a row. */
export interface Answering {
  next(): Promise<Step | null>;
  cancel(why: "left" | "stop"): void;
  speaks(protocol: WireProtocol): boolean;
  passesThrough(protocol: WireProtocol): boolean;
  /** Set once it has ended. */
  readonly settlement: Pick<Settlement, "usage" | "costMicro" | "spent"> | null;
  readonly warnings: readonly string[];
  readonly timings: RunTimings;
}

export async function startChats(
  services: Services,
  order: Omit<ChatOrder, "input">,
  inputs: readonly [ChatInput, ...ChatInput[]],
): Promise<Result<{ run: Answering; rates: Rates; cached: boolean }, Refused>> {
  const [input, ...others] = inputs;
  // Who wants several answers wants them to differ.
  const anew = others.length > 0;
  const first = await startChat(services, { ...order, input, anew });
  if (!first.ok || others.length === 0) return first;
  const runs = [first.value.run];
  let { rates } = first.value;
  for (const other of others) {
    const requestId = makeId("request", crypto.getRandomValues(new Uint8Array(10)));
    const started = await startChat(services, { ...order, requestId, input: other, anew });
    if (!started.ok) {
      for (const run of runs) run.cancel("stop");
      return started;
    }
    runs.push(started.value.run);
    rates = started.value.rates;
  }
  return ok({ run: new RunSequence(runs, first.value.run), rates, cached: false });
}

export class RunSequence implements Answering {
  readonly #runs: readonly Run[];
  readonly #first: Run;
  #at = 0;

  constructor(runs: readonly Run[], first: Run) {
    this.#runs = runs;
    this.#first = first;
  }

  async next(): Promise<Step | null> {
    for (let run = this.#runs[this.#at]; run; run = this.#runs[this.#at]) {
      const step = await run.next();
      if (step?.events.some(({ type }) => type === "run-error")) this.#stopFrom(this.#at + 1);
      if (step) return step;
      this.#at++;
    }
    return null;
  }

  cancel(why: "left" | "stop"): void {
    this.#stopFrom(this.#at + 1);
    this.#runs[this.#at]?.cancel(why);
  }

  get settlement(): Answering["settlement"] {
    const usage: Usage = { input: 0, output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 };
    let costMicro = 0;
    let spent = false;
    for (const { settlement } of this.#runs) {
      if (!settlement) return null;
      for (const name of COUNTS) usage[name] += settlement.usage[name];
      costMicro += settlement.costMicro;
      spent ||= settlement.spent;
    }
    return { usage, costMicro, spent };
  }

  speaks(protocol: WireProtocol): boolean {
    return this.#runs.every((run) => run.speaks(protocol));
  }

  /** Their frames know nothing of each other. */
  passesThrough(): boolean {
    return false;
  }

  get warnings(): readonly string[] {
    return [...new Set(this.#runs.flatMap((run) => run.warnings))];
  }

  get timings(): RunTimings {
    return this.#first.timings;
  }

  #stopFrom(at: number): void {
    for (const run of this.#runs.slice(at)) run.cancel("stop");
  }
}

const COUNTS = ["input", "output", "cachedInput", "cacheWrite", "reasoning"] as const;
