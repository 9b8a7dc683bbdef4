import { describe, expect, it } from "vitest";
import { assertMicro, type Grant, GrantBook } from "../../../src/durable/wallet/ledger.ts";

const grant = (id: number, remainingMicro: number, change: Partial<Grant> = {}): Grant => ({
  id,
  remainingMicro,
  reservedMicro: 0,
  expiresAt: null,
  priority: 0,
  ...change,
});

describe("the order in which grants are used", () => {
  it("is by expiry first, never-expiring last", () => {
    const book = new GrantBook([
      grant(1, 10),
      grant(2, 10, { expiresAt: 200 }),
      grant(3, 10, { expiresAt: 100 }),
    ]);
    expect(book.reserve(25)).toEqual([
      [3, 10],
      [2, 10],
      [1, 5],
    ]);
  });

  it("is by priority among those that expire together, then by age", () => {
    const book = new GrantBook([
      grant(3, 10, { priority: 1 }),
      grant(2, 10, { priority: 0 }),
      grant(1, 10, { priority: 1 }),
    ]);
    expect(book.reserve(30)).toEqual([
      [2, 10],
      [1, 10],
      [3, 10],
    ]);
  });

  it("holds for charges too: an older grant that another hold let go of is used first", () => {
    const book = new GrantBook([grant(1, 10, { expiresAt: 100 }), grant(2, 10)]);
    const first = book.reserve(10);
    const second = book.reserve(10);
    book.pay(first, 0);
    expect(book.pay(second, 4).map((one) => [one.id, one.remainingMicro])).toEqual([[1, 6]]);
    expect(book.expire(100)).toMatchObject([{ micro: 6 }]);
    expect(book.balanceMicro).toBe(10);
  });
});

describe("a grant that expires while a hold counts on it", () => {
  it("keeps what was promised, for that hold alone, and loses the rest", () => {
    const book = new GrantBook([grant(1, 10, { expiresAt: 100 })]);
    const earmarks = book.reserve(6);
    expect(book.expire(100)).toMatchObject([{ micro: 4 }]);
    expect(book).toMatchObject({ balanceMicro: 6, heldMicro: 6, availableMicro: 0 });
    expect(book.pay(earmarks, 5)).toMatchObject([{ id: 1, remainingMicro: 1 }]);
    expect(book.expire(100)).toMatchObject([{ micro: 1 }]);
    expect(book.balanceMicro).toBe(0);
  });

  it("is not expired a second time", () => {
    const book = new GrantBook([grant(1, 10, { expiresAt: 100 })]);
    expect(book.expire(100)).toHaveLength(1);
    expect(book.expire(101)).toHaveLength(0);
  });

  it("is not waited for by the alarm while all of it is held", () => {
    const book = new GrantBook([
      grant(1, 10, { expiresAt: 100 }),
      grant(2, 10, { expiresAt: 300 }),
      grant(3, 10),
    ]);
    expect(book.nextExpiry()).toBe(100);
    book.reserve(10);
    expect(book.nextExpiry()).toBe(300);
  });
});

describe("the books", () => {
  it("refuse to hold what is not there", () => {
    const book = new GrantBook([grant(1, 10)]);
    expect(() => book.reserve(11)).toThrow("a hold is covered by grants");
  });

  it("refuse to pay more than the hold and what is available", () => {
    const book = new GrantBook([grant(1, 10)]);
    const mine = book.reserve(4);
    book.reserve(4);
    expect(() => book.pay(mine, 7)).toThrow("a charge is covered by grants");
  });

  it("refuse to give one hold back twice", () => {
    const book = new GrantBook([grant(1, 10)]);
    const earmarks = book.reserve(10);
    book.pay(earmarks, 0);
    expect(() => book.pay(earmarks, 0)).toThrow("an earmark is in its grant");
  });

  it("refuse a stored grant that promises more than it has", () => {
    expect(() => new GrantBook([grant(1, 10, { reservedMicro: 11 })])).toThrow("available ≥ 0");
  });

  it("refuse a balance that a number cannot hold exactly", () => {
    const book = new GrantBook([grant(1, Number.MAX_SAFE_INTEGER)]);
    expect(() => book.add(grant(2, 1))).toThrow("counted exactly");
  });

  it("take only whole, non-negative, exact amounts", () => {
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => assertMicro(wrong, "amount")).toThrow(RangeError);
    }
    expect(() => assertMicro(0, "amount")).not.toThrow();
  });
});
