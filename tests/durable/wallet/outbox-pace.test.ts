import { describe, expect, it } from "vitest";
import type { OutboxRow, WalletNotes } from "../../../src/durable/wallet/notes.ts";
import { Outbox } from "../../../src/durable/wallet/outbox.ts";

const NOTHING = { records: async () => undefined, notices: async () => undefined };

/** An outbox over a list in memory, and when what is added at a moment leaves. */
function paced() {
  const rows: OutboxRow[] = [];
  const notes = {
    waiting: (after: number, limit: number) =>
      rows.filter((row) => row.seq > after).slice(0, limit),
  } as WalletNotes;
  const outbox = new Outbox(notes);
  return {
    add(now: number): number {
      rows.push({ seq: rows.length + 1, kind: "usage", record: "{}" });
      return outbox.added(now);
    },
    flush: (now: number) => outbox.flush(NOTHING, () => now),
  };
}

describe("how often records leave", () => {
  it("is ever more rarely while the wallet is busy, and within ten seconds", async () => {
    const { add, flush } = paced();
    const waits: number[] = [];
    let now = 1_000_000;
    for (let delivery = 0; delivery < 7; delivery++) {
      const due = add(now + 1);
      waits.push(due - now - 1);
      now = due;
      await flush(now);
    }
    expect(waits).toEqual([1_000, 1_999, 3_999, 7_999, 9_999, 9_999, 9_999]);
  });

  it("is at once again after a quiet time", async () => {
    const { add, flush } = paced();
    let now = 1_000_000;
    for (let delivery = 0; delivery < 5; delivery++) {
      now = add(now + 1);
      await flush(now);
    }
    expect(add(now + 30_001)).toBe(now + 31_001);
  });

  it("does not move for what is added to something that waits already", () => {
    const { add } = paced();
    const due = add(1_000_000);
    expect(add(1_000_900)).toBe(due);
  });
});
