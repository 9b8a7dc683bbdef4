/**
 * An answer as it grows. Invariants:
 *
 * 1. Whoever shows it is told once per frame, whatever the pace at which its pieces come.
 * 2. A new state is told at once, to the page too.
 */
import { useSyncExternalStore } from "react";
import { type Answer, newAnswer } from "./exchange.ts";
import type { ChatBody } from "./request.ts";

export class LiveAnswer {
  readonly #listeners = new Set<() => void>();
  readonly #onState: () => void;
  #latest: Answer;
  #shown: Answer;
  #frame = 0;

  constructor(body: ChatBody, onState: () => void) {
    this.#latest = this.#shown = newAnswer(body);
    this.#onState = onState;
  }

  /** With every piece that has come. */
  get latest(): Answer {
    return this.#latest;
  }

  change(part: Partial<Answer>): void {
    const { state } = this.#latest;
    this.#latest = { ...this.#latest, ...part };
    if (this.#latest.state === state) {
      this.#frame ||= requestAnimationFrame(this.#show);
    } else {
      cancelAnimationFrame(this.#frame);
      this.#show();
      this.#onState();
    }
  }

  /** What the page shows now. */
  readonly shown = (): Answer => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly #show = (): void => {
    this.#frame = 0;
    this.#shown = this.#latest;
    for (const listener of this.#listeners) listener();
  };
}

export const useAnswer = (live: LiveAnswer): Answer =>
  useSyncExternalStore(live.subscribe, live.shown);
