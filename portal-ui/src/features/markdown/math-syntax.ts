/** Where mathematics begins and ends: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`. */
import type { TokenizerExtensionFunction, TokenizerStartFunction } from "marked";

export interface MathToken {
  type: "math";
  raw: string;
  tex: string;
  display: boolean;
}

/** No formula is longer; an unclosed sign must not make the lexer look through a whole answer. */
const MAX_TEX = 10_000;
const CJK = /[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]/;

// A `$` before a digit or a space is money, and so is one that a digit follows at the end.
const DOLLAR = /^\$(?![\s\d$])((?:\\[^\n]|[^$\\\n])+?)\$(?![\d$])/;
const INLINE: { pattern: RegExp; display: boolean }[] = [
  { pattern: /^\$\$([\s\S]+?)\$\$/, display: true },
  { pattern: /^\\\(([\s\S]+?)\\\)/, display: false },
  { pattern: /^\\\[([\s\S]+?)\\\]/, display: true },
];
const BLOCK = [
  /^ {0,3}\$\$([\s\S]+?)\$\$[ \t]*(?:\n|$)/,
  /^ {0,3}\\\[([\s\S]+?)\\\][ \t]*(?:\n|$)/,
];

function mathToken(raw: string, tex: string, display: boolean): MathToken | undefined {
  const trimmed = tex.trim();
  return trimmed === "" ? undefined : { type: "math", raw, tex: trimmed, display };
}

export const inlineMath: TokenizerExtensionFunction = (src) => {
  const head = src.slice(0, MAX_TEX);
  for (const { pattern, display } of INLINE) {
    const match = pattern.exec(head);
    if (match) return mathToken(match[0], match[1] ?? "", display);
  }
  const match = DOLLAR.exec(head);
  const tex = match?.[1] ?? "";
  if (!match || /\s$/.test(tex)) return undefined;
  // “花了$a，又花了$b” is two amounts: Chinese stands in a formula only inside \text{…}.
  if (CJK.test(tex) && !tex.includes("\\")) return undefined;
  return mathToken(match[0], tex, false);
};

export const inlineMathStart: TokenizerStartFunction = (src) => {
  const index = src.search(/\$|\\[([]/);
  return index < 0 ? undefined : index;
};

export const blockMath: TokenizerExtensionFunction = (src) => {
  const head = src.slice(0, MAX_TEX);
  for (const pattern of BLOCK) {
    const match = pattern.exec(head);
    if (match) return mathToken(match[0], match[1] ?? "", true);
  }
  return undefined;
};

/** Ends a paragraph before a formula that stands on its own lines. */
export const blockMathStart: TokenizerStartFunction = (src) => {
  const index = src.search(/\n {0,3}(?:\$\$|\\\[)/);
  return index < 0 ? undefined : index + 1;
};
