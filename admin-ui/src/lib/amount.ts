/** Numbers as people type them: `1,000.5`, a comma grouping thousands and a point for decimals. */

/** Empty stays empty; what is no number is NaN. */
export function amountOf(text: string): number | "" {
  const plain = text.replace(/[\s,，]/g, "");
  if (plain === "") return "";
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN;
}

/** Several numbers, `10, 1` or `1,000 10`; what is no number is NaN. */
export const amountsOf = (text: string): number[] =>
  text
    .split(/[\s;；、，]+|,(?!\d{3}(?!\d))/)
    .filter(Boolean)
    .map((part) => Number(amountOf(part)));

/** Every digit, never `1e-7`. */
export function amountText(value: number | ""): string {
  if (value === "" || Number.isNaN(value)) return "";
  return new Intl.NumberFormat("en", { maximumFractionDigits: 12 }).format(value);
}
