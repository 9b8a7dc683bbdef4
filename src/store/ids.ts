import { type ID_PREFIXES, makeId } from "../core/ids.ts";

/** A new id of a noun, from fresh randomness. */
export function newId(kind: keyof typeof ID_PREFIXES): string {
  return makeId(kind, crypto.getRandomValues(new Uint8Array(10)));
}
