/** Checks of form fields. Each answers null, or what to tell the person. */
import { parseRange } from "@contract/ip.ts";
import type { commonTexts } from "./common-texts.ts";
import { isSlug } from "./slug.ts";

type FormTexts = (typeof commonTexts)["en"]["form"];
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export type NumberField = number | "";

export const checks = (t: FormTexts) => ({
  required: (value: string): string | null => (value.trim() === "" ? t.required : null),
  slug: (value: string, taken: readonly string[] = []): string | null => {
    if (value === "") return t.required;
    if (!isSlug(value)) return t.slug;
    return taken.includes(value) ? t.slugTaken : null;
  },
  email: (value: string): string | null => {
    if (value.trim() === "") return t.required;
    return EMAIL.test(value.trim()) ? null : t.email;
  },
  address: (value: string): string | null => (parseRange(value) ? null : t.address(value)),
  password: (value: string): string | null => (value.length < 8 ? t.passwordShort : null),
  /** A number that must be there. */
  number: (value: NumberField, low: number, high: number): string | null => {
    if (value === "" || Number.isNaN(value)) return t.number;
    return value < low || value > high ? t.range(low, high) : null;
  },
  /** A number that may be left out. */
  optionalNumber: (value: NumberField, low: number, high: number): string | null => {
    if (value === "") return null;
    if (Number.isNaN(value)) return t.number;
    return value < low || value > high ? t.range(low, high) : null;
  },
});

/** The first line that is not as it should be. */
export function badLine(
  lines: readonly string[],
  isGood: (line: string) => boolean,
  message: (line: string) => string,
): string | null {
  const bad = lines.find((line) => !isGood(line));
  return bad === undefined ? null : message(bad);
}

/** Only the fields that are wrong. */
export function problems(all: Record<string, string | null | undefined>): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const [path, message] of Object.entries(all)) if (message) wrong[path] = message;
  return wrong;
}

/** Leaves out the fields that were left empty. */
export function filled<Key extends string>(
  values: Record<Key, NumberField | undefined>,
): Partial<Record<Key, number>> {
  const kept: Partial<Record<Key, number>> = {};
  for (const key of Object.keys(values) as Key[]) {
    const value = values[key];
    if (typeof value === "number") kept[key] = value;
  }
  return kept;
}
