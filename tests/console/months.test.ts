import type { WalletPeriod } from "@contract";
import { expect, test } from "vitest";
import { byMonth } from "../../admin-ui/src/features/users/months.ts";

const line = (month: string, amount_micro: number): WalletPeriod => ({
  month,
  type: amount_micro > 0 ? "grant" : "charge",
  model: null,
  key_id: null,
  entries: 1,
  amount_micro,
  uncollected_micro: 0,
});

test("lines of one month stand together, with what the balance grew by", () => {
  const lines = [line("2025-02", -3), line("2025-02", 10), line("2025-01", -1)];
  expect(byMonth(lines)).toEqual([
    { month: "2025-02", lines: lines.slice(0, 2), sumMicro: 7 },
    { month: "2025-01", lines: lines.slice(2), sumMicro: -1 },
  ]);
});

test("no lines are no months", () => {
  expect(byMonth([])).toEqual([]);
});
