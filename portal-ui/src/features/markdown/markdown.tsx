/**
 * Markdown as elements. Only React's API, so that both UIs can use it.
 *
 * 1. No HTML string is ever parsed by the browser: tokens become elements, HTML in the text stays
 *    text.
 * 2. A text that grows is lexed from its last blocks on, and only changed blocks render again.
 */
import type { Token } from "marked";
import { memo, useMemo, useRef } from "react";
import { Block } from "./blocks.tsx";
import { createGrowingLexer, type GrowingLexer, lex } from "./lexer.ts";
import "./markdown.css";

const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

interface Props {
  text: string;
  /** False while the text still grows. */
  finished?: boolean;
  /** Level of the heading above this text in the page's outline. */
  under?: number;
}

export const Markdown = memo(function Markdown({ text, finished = true, under = 2 }: Props) {
  const growing = useRef<GrowingLexer | null>(null);
  const tokens = useMemo(() => {
    // At the end of a long answer lexing it whole would be one long task for the same blocks;
    // only definitions that came after their use make a difference.
    if (finished && (!growing.current || DEFINITION.test(text))) return lex(text);
    growing.current ??= createGrowingLexer();
    return growing.current.lex(text);
  }, [text, finished]);
  const levels = headingLevels(tokens, under);
  return (
    <div className="md">
      {tokens.map((token, index) => (
        <Block
          key={index}
          token={token}
          finished={finished || index < tokens.length - 1}
          level={levels[index] ?? under + 1}
        />
      ))}
    </div>
  );
});

/** Ranks for headings that never skip a level of the outline, whatever the text begins with. */
export function headingLevels(tokens: Token[], under: number): number[] {
  let last = under;
  return tokens.map((token) => {
    if (token.type !== "heading") return Math.min(6, last + 1);
    last = Math.min(6, last + 1, under + Number(token.depth));
    return last;
  });
}
