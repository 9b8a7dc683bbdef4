/** Limits as fields: a number, empty, or a word for "no limit". */
import type { EditionLimits } from "@contract";
import { COUNTED, FEATURES } from "../editions/limit-names.ts";

type Counted = (typeof COUNTED)[number];
type Feature = (typeof FEATURES)[number];

/** What a field says of a limit: digits, `none`, or nothing. */
export type LimitFields = Record<Counted | Feature, string>;
export const NONE = "none";

const textOf = (value: number | boolean | null | undefined): string =>
  value === undefined ? "" : value === null ? NONE : String(value);

/** Fields of some limits; what is absent is empty. */
export function limitFields(
  limits: { [Name in keyof EditionLimits]?: EditionLimits[Name] | undefined },
): LimitFields {
  const fields = [...COUNTED, ...FEATURES].map((name) => [name, textOf(limits[name])]);
  return Object.fromEntries(fields) as LimitFields;
}

/** Whether a field can be read; an empty one where that means something. */
export const isCount = (text: string): boolean => text === NONE || /^\d{1,9}$/.test(text);

/** The limits that the fields say; empty ones are left out. */
export function limitsOf(fields: LimitFields): Partial<EditionLimits> {
  const counts = COUNTED.filter((name) => fields[name] !== "").map((name) => [
    name,
    fields[name] === NONE ? null : Number(fields[name]),
  ]);
  const features = FEATURES.filter((name) => fields[name] !== "").map((name) => [
    name,
    fields[name] === "true",
  ]);
  return Object.fromEntries([...counts, ...features]) as Partial<EditionLimits>;
}
