/** Limits as a form holds them: a field left empty sets no limit. */
import type { Limits } from "@contract";
import { filled, type NumberField } from "./validation.ts";

export type LimitFields = Record<keyof Limits, NumberField>;

const RANGES = {
  rpm: [1, 1_000_000],
  tpm: [1, 1_000_000_000],
  concurrency: [1, 10_000],
  creditsPerDay: [0, 1_000_000_000],
  creditsPerMonth: [0, 1_000_000_000],
} as const satisfies Record<keyof Limits, readonly [number, number]>;

export const limitFields = (limits: Limits = {}): LimitFields => ({
  rpm: limits.rpm ?? "",
  tpm: limits.tpm ?? "",
  concurrency: limits.concurrency ?? "",
  creditsPerDay: limits.creditsPerDay ?? "",
  creditsPerMonth: limits.creditsPerMonth ?? "",
});

export const limitsOf = (fields: LimitFields): Limits => filled(fields);

/** Messages by path, under `limits.`. */
export function limitProblems(
  fields: LimitFields,
  range: (value: NumberField, low: number, high: number) => string | null,
): Record<string, string | null> {
  const found: Record<string, string | null> = {};
  for (const [name, [low, high]] of Object.entries(RANGES)) {
    found[`limits.${name}`] = range(fields[name as keyof Limits], low, high);
  }
  return found;
}
