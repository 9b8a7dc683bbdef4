import type { WalletPeriod } from "@contract";

export interface Month {
  month: string;
  lines: WalletPeriod[];
  /** What the balance grew by. */
  sumMicro: number;
}

/** In the order in which they come. */
export function byMonth(periods: readonly WalletPeriod[]): Month[] {
  const months = new Map<string, Month>();
  for (const line of periods) {
    const { month } = line;
    const known = months.get(month) ?? { month, lines: [], sumMicro: 0 };
    known.lines.push(line);
    known.sumMicro += line.amount_micro;
    months.set(month, known);
  }
  return [...months.values()];
}
