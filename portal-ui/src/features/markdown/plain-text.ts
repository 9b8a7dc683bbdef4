/** What an answer says without its marks, for “copy as text” and for titles. */
import type { Token } from "marked";
import { lex } from "./lexer.ts";
import { decodeEntities } from "./links.ts";

interface Loose {
  type: string;
  raw: string;
  text?: string;
  tex?: string;
  href?: string;
  ordered?: boolean;
  start?: number | "";
  tokens?: Token[];
  items?: Loose[];
  header?: { tokens: Token[] }[];
  rows?: { tokens: Token[] }[][];
}

const inline = (tokens: Token[] | undefined): string =>
  (tokens ?? []).map((token) => textOf(token as Loose)).join("");

function listText(token: Loose): string {
  const first = typeof token.start === "number" ? token.start : 1;
  const items = (token.items ?? []).map((item, index) => {
    const mark = token.ordered ? `${first + index}. ` : "- ";
    return mark + blocks(item.tokens ?? []).replace(/\n/g, "\n  ");
  });
  return items.join("\n");
}

function textOf(token: Loose): string {
  switch (token.type) {
    case "space":
    case "def":
      return "";
    case "br":
      return "\n";
    case "hr":
      return "———";
    case "math":
      return token.tex ?? "";
    case "code":
    case "codespan":
      return token.text ?? "";
    case "list":
      return listText(token);
    case "table":
      return [token.header ?? [], ...(token.rows ?? [])]
        .map((row) => row.map((cell) => inline(cell.tokens)).join("\t"))
        .join("\n");
    case "blockquote":
      return blocks(token.tokens ?? []);
    case "image":
      return decodeEntities(token.text ?? "");
    default:
      return token.tokens ? inline(token.tokens) : decodeEntities(token.text ?? token.raw);
  }
}

const blocks = (tokens: Token[]): string =>
  tokens
    .map((token) => textOf(token as Loose))
    .filter((text) => text !== "")
    .join("\n\n");

/** The text of a markdown answer, without marks. */
export function plainText(markdown: string): string {
  return blocks(lex(markdown))
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
