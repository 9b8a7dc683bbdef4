/** Markdown text → tokens, at once or while the text grows. No HTML is made anywhere. */
import { getDefaults, Lexer, type Links, type Token } from "marked";
import { CjkTokenizer } from "./cjk.ts";
import {
  blockMath,
  blockMathStart,
  inlineMath,
  inlineMathStart,
  type MathToken,
} from "./math-syntax.ts";

export type MarkdownToken = Token | MathToken;

const extensions = {
  renderers: {},
  childTokens: {},
  inline: [inlineMath],
  startInline: [inlineMathStart],
  block: [blockMath],
  startBlock: [blockMathStart],
};

function lexWith(text: string, known: Links): { tokens: Token[]; links: Links } {
  const lexer = new Lexer({
    ...getDefaults(),
    gfm: true,
    // People press Enter once and mean it; models write single line breaks in verse and lists.
    breaks: true,
    tokenizer: new CjkTokenizer(),
    extensions,
  });
  lexer.tokens.links = { ...known };
  const tokens = lexer.lex(text);
  return { tokens, links: tokens.links };
}

const normalise = (text: string) => text.replace(/\r\n?/g, "\n");

/** The blocks of a finished text. */
export function lex(text: string): Token[] {
  return lexWith(normalise(text), {}).tokens;
}

export interface GrowingLexer {
  /** The blocks of the text so far; the text is the earlier one with something added, as a rule. */
  lex(text: string): Token[];
}

/**
 * Lexes only the end of a growing text again.
 *
 * 1. Text can only change the meaning of the last two blocks: a list goes on after a blank line,
 *    a paragraph becomes a heading or a table. Everything before them is kept as it is.
 * 2. The kept tokens' raw texts are exactly the kept prefix.
 * 3. When the text is not a continuation, everything is lexed anew.
 * Link definitions that come after their use are honoured once the text is finished and lexed whole.
 */
export function createGrowingLexer(): GrowingLexer {
  let kept: Token[] = [];
  let prefix = "";
  let links: Links = {};
  return {
    lex(source) {
      const text = normalise(source);
      if (!text.startsWith(prefix)) {
        kept = [];
        prefix = "";
        links = {};
      }
      const rest = text.slice(prefix.length);
      const { tokens, links: found } = lexWith(rest, links);
      const count = settledCount(tokens);
      const all = [...kept, ...tokens];
      const settled = tokens.slice(0, count);
      const raw = settled.map((token) => token.raw).join("");
      if (count > 0 && rest.startsWith(raw)) {
        kept = [...kept, ...settled];
        prefix += raw;
        links = found;
      }
      return all;
    },
  };
}

/** How many blocks at the front can no longer change: all but the last two that are not blank. */
function settledCount(tokens: Token[]): number {
  let open = 0;
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    if (tokens[index]?.type !== "space") open += 1;
    if (open === 2) return index;
  }
  return 0;
}

/** Whether a fenced code block has its closing fence. An indented one is always closed. */
export function isClosedFence(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (!fence) return true;
  const last = raw.trimEnd().split("\n").slice(1).at(-1)?.trim() ?? "";
  return last.length >= fence.length && [...last].every((char) => char === fence.charAt(0));
}
