import { expect, it } from "vitest";
import { chaos } from "../chaos/chaos.ts";

it("SIGKILL again and again during mixed traffic leaves every micro-credit explained", async () => {
  const { figures, unexplained } = await chaos({ seconds: 12, seed: 11, users: 8, apart: [3, 5] });
  expect(unexplained).toEqual([]);
  expect(figures.kills).toBeGreaterThanOrEqual(3);
  expect(figures["answered to their end"]).toBeGreaterThan(50);
  expect(figures["records: lost in a crash"]).toBeGreaterThan(0);
}, 150_000);
