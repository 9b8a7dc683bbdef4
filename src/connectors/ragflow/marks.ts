/** What RAGFlow writes into its texts beside words: marks of citations, and thoughts in front. */

/** `[ID:0]` of newer versions, `##0$$` of older ones; `<retrieving>` while it looks things up. */
const MARKS = / ?\[ID:\s?\d+\]| ?##\d+\$\$|<\/?retrieving>/g;
/** What may be the beginning of a mark. */
const HALF_MARK = / ?(\[(I(D(:\s?\d*)?)?)?|##?\d*\$?|<\/?[a-z]*)$| $/;

/** Sources are told beside the text, in an order of their own: marks in it would lead nowhere. */
export function withoutMarks(text: string): string {
  return text.replace(MARKS, "");
}

/** Takes marks out of a text that comes in pieces. */
export class MarkFilter {
  #held = "";

  feed(piece: string): string {
    const text = withoutMarks(this.#held + piece);
    const half = HALF_MARK.exec(text)?.index ?? text.length;
    this.#held = text.slice(half);
    return text.slice(0, half);
  }

  /** The text has ended: what was held back. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

const THOUGHT = /^\s*<think>([\s\S]*?)(?:<\/think>([\s\S]*)|<?\/?[a-z]{0,5})$/;

/** An answer so far, whose thoughts are in front; its last letters may be half a mark. */
export function splitThought(answer: string): { thought: string; text: string } {
  const [, thought, text = ""] = THOUGHT.exec(answer) ?? [];
  if (thought !== undefined) return { thought, text: text.trimStart() };
  return { thought: "", text: "<think>".startsWith(answer.trim()) ? "" : answer };
}
