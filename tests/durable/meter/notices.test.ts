import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { type SiteNotice, siteNoticeSchema } from "../../../src/contract/notices.ts";
import { count, evict, isolate, meter, NOON } from "./support.ts";

isolate();

const notice = (id: string, at: number) =>
  ({
    id,
    at: new Date(at).toISOString(),
    kind: "low_balance" as const,
    user_id: "usr_ann",
    user_email: "ann@example.com",
    threshold_micro: 1_000_000,
    available_micro: 250_000,
  }) satisfies SiteNotice;
const ids = async (filter: { after?: string; kind?: "low_balance" } = {}) =>
  (await meter().notices({ limit: 10, ...filter })).data.map((one) => one.id);

it("a notice is kept as it was sent, and the contract takes it", async () => {
  const sent = notice("n1", NOON);
  await meter().notice([sent]);
  await evict(meter());
  const { data } = await meter().notices({ limit: 10 });
  expect(data).toEqual([sent]);
  expect(siteNoticeSchema.parse(data[0])).toEqual(sent);
});

it("a notice that comes again, in the same batch or later, changes nothing", async () => {
  const first = notice("n1", NOON);
  await meter().notice([first, { ...first, available_micro: 0 }]);
  await meter().notice([notice("n1", NOON + 5)]);
  expect((await meter().notices({ limit: 10 })).data).toEqual([first]);
});

it("notices are newest first, page without gaps or repeats, and are filtered by kind", async () => {
  const times = [3, 1, 2, 2, 5];
  await meter().notice(times.map((time, at) => notice(`n${at}`, NOON + time)));
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await meter().notices({ limit: 2, ...(after ? { after } : {}) });
    seen.push(...page.data.map((one) => one.id));
    after = page.next ?? undefined;
  } while (after);
  expect(seen).toEqual(["n4", "n0", "n3", "n2", "n1"]);
  expect(await ids({ kind: "low_balance" })).toEqual(seen);
  expect(await ids({ after: "not ours" })).toEqual([]);
});

it("a notice whose time cannot be read is one of its arrival", async () => {
  const sent = { ...notice("n1", NOON), at: "soon" };
  await meter().notice([
    notice("old", Date.now() - 1_000),
    sent,
    notice("new", Date.now() + 60_000),
  ]);
  expect(await ids()).toEqual(["new", "n1", "old"]);
});

it("none is stored when one of a batch cannot be", async () => {
  const broken = { ...notice("n2", NOON), id: null as unknown as string };
  await runInDurableObject(meter(), async (instance) => {
    await expect(instance.notice([notice("n1", NOON), broken])).rejects.toThrow("NOT NULL");
  });
  expect(await count(meter(), "notices")).toBe(0);
});
