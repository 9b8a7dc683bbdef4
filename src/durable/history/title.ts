import { LIMITS } from "./limits.ts";

/**
 * The title of a new conversation: the first line that says something, at most 60 characters,
 * cut between words where the language has spaces. Empty for a message of images alone.
 */
export function titleOf(text: string): string {
  const line = text
    .split("\n")
    .map((part) => part.replace(/\s+/g, " ").trim())
    .find((part) => part !== "");
  if (line === undefined) return "";
  const characters = [...line];
  if (characters.length <= LIMITS.titleCharacters) return line;
  const cut = characters.slice(0, LIMITS.titleCharacters).join("");
  if (characters[LIMITS.titleCharacters] === " ") return cut.trimEnd();
  const space = cut.lastIndexOf(" ");
  // A single word longer than half the title is cut through rather than dropped.
  return space > cut.length / 2 ? cut.slice(0, space) : cut;
}
