/** What the scripted agent platforms say, and what they bill for it. */
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Billed, Call } from "./upstream-call.ts";
import { type Lines, sendStream } from "./upstream-stream.ts";

export const wordsOf = (behaviour: Behaviour): string[] =>
  Array.from({ length: behaviour.chunks }, (_, at) => (at === 0 ? "你好 " : `词${at} `));

export const tokensOf = (question: unknown): number =>
  Math.max(1, Math.ceil(String(question).length / 4));

type Script = Pick<Lines, "chunks" | "ending" | "error" | "contentType" | "stopped">;

/** Streams what `script` makes of the words, and writes the bill. */
export async function answerInWords(
  call: Call,
  target: string,
  question: unknown,
  script: (words: string[], bill: Billed) => Script,
): Promise<void> {
  const behaviour = call.behaviour(target);
  const words = wordsOf(behaviour);
  const bill = call.bill({ target, input: tokensOf(question), output: 0, complete: false });
  await sendStream(call.response, {
    behaviour,
    ...script(words, bill),
    onChunk: () => bill.output++,
    onEnd: () => {
      bill.output = words.length;
      bill.complete = true;
    },
  });
}
