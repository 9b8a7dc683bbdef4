/**
 * Emphasis next to Chinese, Japanese and Korean text.
 *
 * CommonMark decides by the characters around `**` whether it may open or close, and counts CJK
 * punctuation like ASCII punctuation: `**注意：**请` never closes, as a closer after punctuation
 * must be followed by space or punctuation. CJK text has no spaces to follow. So the delimiters are
 * looked for in a copy in which such punctuation is a letter, and the text is cut from the original.
 */
import { type Token, Tokenizer, type Tokens } from "marked";

const LETTER = "字";
const RUN_START = /[*~]/;
// Punctuation only CJK text uses: CJK symbols, full-width forms, vertical and small forms.
const CJK_PUNCTUATION =
  /[\u3001-\u303f\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u30fb]/;
const CJK_LETTER = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]/;
// What must stay what it is: other delimiters, and the backslash that escapes one.
const FIXED = /[*_~\\\s]/;
const PUNCTUATION = /[\p{P}\p{S}]/u;

const isCjk = (char: string) => CJK_LETTER.test(char) || CJK_PUNCTUATION.test(char);

/** One side of a run of delimiters: a letter instead, where CJK text makes the punctuation moot. */
function neutralSide(char: string, opposite: string): string {
  if (char === "" || FIXED.test(char) || !PUNCTUATION.test(char)) return char;
  return CJK_PUNCTUATION.test(char) || isCjk(opposite) ? LETTER : char;
}

/** The text with the punctuation around `*` and `~` runs made letters where CJK text is involved. */
export function neutralise(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text;
  const chars = text.split("");
  for (let start = 0; start < text.length; start += 1) {
    if (!RUN_START.test(text.charAt(start))) continue;
    let end = start + 1;
    while (text.charAt(end) === text.charAt(start)) end += 1;
    const left = text.charAt(start - 1);
    const right = text.charAt(end);
    if (left !== "") chars[start - 1] = neutralSide(left, right);
    if (right !== "") chars[end] = neutralSide(right, left);
    start = end - 1;
  }
  return chars.join("");
}

const NO_TOKENS = { inlineTokens: (): Token[] => [] };
const URL_END = /[\u3000-\u303f\uff00-\uffef“”‘’…—]/;

/** marked's tokenizer with CJK-aware emphasis, and bare addresses that end where Chinese goes on. */
export class CjkTokenizer extends Tokenizer {
  #masked = { source: "", neutral: "" };

  override emStrong(
    src: string,
    masked: string,
    before = "",
  ): Tokens.Em | Tokens.Strong | undefined {
    // `_` inside a word means nothing, so making letters of its neighbours would break it.
    if (src.startsWith("_")) return super.emStrong(src, masked, before);
    const run = /^\*+/.exec(src)?.[0].length ?? 0;
    const found = super.emStrong.call(this.#blind(), ...this.#neutral(src, masked, before, run));
    if (!found) return undefined;
    const width = found.type === "strong" ? 2 : 1;
    const raw = src.slice(0, found.raw.length);
    const text = raw.slice(width, -width);
    return { type: found.type, raw, text, tokens: this.lexer.inlineTokens(text) } as
      | Tokens.Em
      | Tokens.Strong;
  }

  override del(src: string, masked: string, before = ""): Tokens.Del | undefined {
    // One `~` is a range in Chinese (5~10 个); only two strike out.
    const run = /^~+/.exec(src)?.[0].length ?? 0;
    if (run !== 2) return undefined;
    const found = super.del.call(this.#blind(), ...this.#neutral(src, masked, before, run));
    if (!found) return undefined;
    const raw = src.slice(0, found.raw.length);
    const text = raw.slice(2, -2);
    return { type: "del", raw, text, tokens: this.lexer.inlineTokens(text) };
  }

  override url(src: string): Tokens.Link | undefined {
    const found = super.url(src);
    if (!found) return undefined;
    const host = /^(?:https?:\/\/)?[^/?#]*/i.exec(found.raw)?.[0] ?? "";
    const inHost = host.split("").findIndex(isCjk);
    const cut = inHost >= 0 ? inHost : found.raw.search(URL_END);
    if (cut < 0) return found;
    return super.url(src.slice(0, cut));
  }

  /** This tokenizer without its lexer: what is inside a neutral copy must not be lexed. */
  #blind(): Tokenizer {
    return Object.create(this, { lexer: { value: NO_TOKENS } });
  }

  /** The arguments of a delimiter's method, made neutral. */
  #neutral(src: string, masked: string, before: string, run: number): [string, string, string] {
    if (this.#masked.source !== masked) {
      this.#masked = { source: masked, neutral: neutralise(masked) };
    }
    // Only the characters around the opening run are read from `src`.
    const after = src.charAt(run);
    const head = src.slice(0, run) + (after === "" ? "" : neutralSide(after, before));
    const left = before === "" ? "" : neutralSide(before, after);
    return [head + src.slice(run + 1), this.#masked.neutral, left];
  }
}
