/** Errors as sentences in the language of the page. */
import { ApiError } from "@contract/call.ts";
import { type Dictionary, texts } from "./i18n.ts";

/** The sentence of an error code; the server's own, which may say more, for all others. */
export function sentenceOfCode(code: string, message: string, text: Dictionary): string {
  const known: Readonly<Record<string, string>> = text.errors;
  return Object.hasOwn(known, code) ? (known[code] ?? message) : message;
}

/** What to tell a person about a call that failed. */
export function sentenceOf(error: unknown, text: Dictionary = texts()): string {
  if (!(error instanceof ApiError) || error.status === 0) return text.networkProblem;
  return sentenceOfCode(error.code, error.message, text);
}
