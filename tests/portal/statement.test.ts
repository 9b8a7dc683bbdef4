import type { WalletEntry } from "@contract/wallet.ts";
import {
  changedSearch,
  entryFilter,
  fileAddress,
  readFilter,
} from "@portal/features/wallet/filter.ts";
import { isOldNews } from "@portal/features/wallet/low-notice.tsx";
import { walletTextsOf } from "@portal/features/wallet/texts.ts";
import { entryNote, entryTitle, priceLines, reasonText } from "@portal/features/wallet/words.ts";
import { describe, expect, test } from "vitest";

const en = walletTextsOf("en");
const zh = walletTextsOf("zh-CN");
const search = (text: string) => new URLSearchParams(text);

describe("the filter of the statement", () => {
  test("is read from the address, and what is not of it is left alone there", () => {
    expect(readFilter(search("type=charge&model=&x=1"))).toEqual({ type: "charge" });
    const changed = changedSearch(search("type=charge&x=1"), { type: "", model: "agent/guide" });
    expect(changed.toString()).toBe("x=1&model=agent%2Fguide");
  });

  test("forgets the days when another time is chosen", () => {
    const own = search("time=own&from=2026-11-01&to=2026-11-30");
    expect(changedSearch(own, { time: "7d" }).toString()).toBe("time=7d");
    expect(changedSearch(own, { to: "" }).toString()).toBe("time=own&from=2026-11-01");
  });

  test("counts whole days where the person is, the last one with all its hours", () => {
    const { from, to } = entryFilter({ time: "own", from: "2026-11-30", to: "2026-11-30" });
    expect(from).toBe(new Date(2026, 10, 30).toISOString());
    expect(to).toBe(new Date(2026, 11, 1).toISOString());
  });

  test("asks the same question all day long", () => {
    const morning = entryFilter({ time: "7d" }, new Date(2026, 10, 21, 8, 0));
    expect(entryFilter({ time: "7d" }, new Date(2026, 10, 21, 23, 59))).toEqual(morning);
    expect(morning).toEqual({ from: new Date(2026, 10, 14).toISOString() });
    expect(entryFilter({ time: "today" }, new Date(2026, 10, 21, 8, 0)).from).toBe(
      new Date(2026, 10, 21).toISOString(),
    );
  });

  test("asks nothing that the server would refuse, whatever stands in the address", () => {
    expect(entryFilter({ type: "theft", time: "never", model: "up/ok" })).toEqual({
      model: "up/ok",
    });
    expect(entryFilter({ time: "own", from: "2026-13-40", to: "tomorrow" })).toEqual({});
  });

  test("leads to the file with the same lines, in the language of the page", () => {
    const address = fileAddress({ type: "charge", model: "agent/a b" }, "zh-CN");
    expect(address).toBe(
      "/api/portal/wallet/statement.csv?type=charge&model=agent%2Fa+b&locale=zh-CN",
    );
  });
});

const entry = (part: Partial<WalletEntry>): WalletEntry => ({
  id: "ent_1",
  operation_id: "op",
  type: "charge",
  amount_micro: -1,
  balance_micro: 0,
  request_id: null,
  held_micro: null,
  uncollected_micro: null,
  usage_source: null,
  model: null,
  key_id: null,
  price_version: null,
  reason: null,
  actor: null,
  at: "2026-11-20T10:00:00.000Z",
  ...part,
});

describe("a line of the statement", () => {
  test("of a use is called as the agent or model, also when that is gone", () => {
    expect(entryTitle(entry({ model: "agent/guide" }), "Guide", en)).toBe("Guide");
    expect(entryTitle(entry({ model: "agent/gone" }), undefined, en)).toBe("agent/gone");
  });

  test("of credits says why, in the language of the page where Portico gave them itself", () => {
    const grant = (reason: string) => entry({ type: "grant", amount_micro: 1, reason });
    expect(entryTitle(grant("monthly"), undefined, zh)).toBe("每月积分");
    expect(entryTitle(grant("Thanks for waiting"), undefined, zh)).toBe("Thanks for waiting");
    expect(reasonText("constructor", en)).toBe("constructor");
  });

  test("of a correction names the reason and who made it", () => {
    const correction = entry({ type: "correction", reason: "double", actor: "boss@acme.example" });
    expect(entryTitle(correction, undefined, en)).toBe("Correction");
    expect(entryNote(correction, en)).toBe("double · by boss@acme.example");
    expect(entryNote(entry({ type: "expiry", reason: "expired" }), en)).toBe("");
  });
});

describe("the price behind a line", () => {
  test("is told part by part, without what costs nothing", () => {
    const price = { inputPerMillion: 0.15, outputPerMillion: 0, perRequest: 2 };
    expect(priceLines(price, en)).toEqual([
      { credits: 0.15, unit: "per million tokens in" },
      { credits: 2, unit: "per request" },
    ]);
    expect(priceLines({ perMessage: 2 }, zh)).toEqual([{ credits: 2, unit: "每条消息" }]);
  });

  test("names the sizes and qualities of images", () => {
    const images = [{ size: "1024x1024", quality: "high", credits: 4 }, { credits: 1 }];
    expect(priceLines({ images }, en).map(({ unit }) => unit)).toEqual([
      "per image 1024x1024 high",
      "per image",
    ]);
  });

  test("is none where it was free", () => {
    expect(priceLines({ free: true }, en)).toEqual([]);
    expect(priceLines({}, en)).toEqual([]);
  });
});

describe("the notice that credits run low", () => {
  test("that was closed comes again below a lower threshold, and not above it", () => {
    expect(isOldNews(null, 10)).toBe(false);
    expect(isOldNews("10", 10)).toBe(true);
    expect(isOldNews("10", 1)).toBe(false);
    expect(isOldNews("1", 10)).toBe(true);
  });
});
