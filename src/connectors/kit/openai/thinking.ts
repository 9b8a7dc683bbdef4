/**
 * Thoughts that a model writes into its answer: `<think>…</think>` in front of the text. One
 * splitter per choice. Invariants:
 *
 * 1. No character of the answer is lost or doubled; only the marks are taken out.
 * 2. Only the beginning of an answer is looked at: a mark later on is text like any other.
 */

export interface Split {
  reasoning: string;
  text: string;
}

/** MiniMax M3 writes its own mark. */
const MARKS = [
  { open: "<think>", close: "</think>" },
  { open: "<mm:think>", close: "</mm:think>" },
] as const;

export class ThinkSplitter {
  /** Where in the answer we are: before it, in the thoughts, right behind them, or in the text. */
  #state: "start" | "thinking" | "behind" | "text" = "start";
  #close = "";
  /** What may be half a mark, or the space in front of one. */
  #held = "";

  feed(text: string): Split {
    const split: Split = { reasoning: "", text: "" };
    this.#held += text;
    if (this.#state === "start") this.#begin();
    if (this.#state === "thinking") this.#think(split);
    if (this.#state === "behind") this.#skipSpace();
    if (this.#state === "text") {
      split.text = this.#held;
      this.#held = "";
    }
    return split;
  }

  /** The answer has ended: what was held back. */
  flush(): Split {
    const left = this.#held;
    this.#held = "";
    if (this.#state === "thinking") return { reasoning: left, text: "" };
    return { reasoning: "", text: this.#state === "behind" ? "" : left };
  }

  #begin(): void {
    const begun = this.#held.trimStart();
    const mark = MARKS.find(({ open }) => begun.startsWith(open));
    if (mark) {
      this.#state = "thinking";
      this.#close = mark.close;
      this.#held = begun.slice(mark.open.length);
    } else if (!MARKS.some(({ open }) => open.startsWith(begun))) {
      this.#state = "text";
    }
  }

  #think(split: Split): void {
    const end = this.#held.indexOf(this.#close);
    if (end >= 0) {
      split.reasoning = this.#held.slice(0, end);
      this.#held = this.#held.slice(end + this.#close.length);
      this.#state = "behind";
      return;
    }
    const kept = halfMark(this.#held, this.#close);
    split.reasoning = this.#held.slice(0, this.#held.length - kept);
    this.#held = this.#held.slice(this.#held.length - kept);
  }

  /** The blank lines between the thoughts and the text belong to neither. */
  #skipSpace(): void {
    this.#held = this.#held.trimStart();
    if (this.#held !== "") this.#state = "text";
  }
}

/** How many characters at the end of `text` may be the beginning of `mark`. */
function halfMark(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (mark.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
