/** The fields of a client's form, by name. */
import type { Failure } from "../core/failure.ts";
import type { FormField, MediaFile, RawFields } from "../core/media.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { wrong } from "./read-as.ts";

/** The texts of a form; a name that came several times, or ends in `[]`, is a list. */
export function textsOf(fields: readonly FormField[]): RawFields {
  const texts: Record<string, string | string[]> = {};
  for (const { name, value } of fields) {
    if (typeof value !== "string") continue;
    const before = texts[name];
    if (before !== undefined) texts[name] = [before, value].flat();
    else texts[name] = name.endsWith("[]") ? [value] : value;
  }
  return texts;
}

/** The files under `name`, `name[]` or `name[0]`; one that is empty is refused. */
export function filesOf(fields: readonly FormField[], name: string): Result<MediaFile[], Failure> {
  const files: MediaFile[] = [];
  for (const field of fields) {
    if (field.name.replace(/\[\d*\]$/, "") !== name) continue;
    if (typeof field.value === "string") return fail(wrong(field.name, "must be a file"));
    if (field.value.bytes.byteLength === 0) return fail(wrong(field.name, "the file is empty"));
    files.push(field.value);
  }
  return ok(files);
}
