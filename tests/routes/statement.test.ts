import { describe, expect, it } from "vitest";
import type { OwnRequest } from "../../src/contract/portal.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { call, errorOf } from "./support.ts";
import { type EntryPage, walletSite } from "./wallet-site.ts";

describe("a wallet", () => {
  it("shows live grants in order of use, with what is left of each and until when", async () => {
    const { owner, userId, wallet, spend } = await walletSite();
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const grant = { credits: 5, reason: "trial", expiresAt, operationId: "grant-of-trial" };
    await owner.json("POST", `/api/admin/users/${userId}/grants`, grant);
    await spend();
    const { grants, balance_micro } = await wallet();
    const [first, second] = grants;
    expect(first).toMatchObject({ amount_micro: 5e6, expires_at: expiresAt, reason: "trial" });
    expect(first?.remaining_micro).toBeLessThan(5e6);
    expect(second).toEqual({
      amount_micro: 100e6,
      remaining_micro: 100e6,
      expires_at: null,
      reason: "file",
    });
    expect((first?.remaining_micro ?? 0) + 100e6).toBe(balance_micro);
  });

  it("tells the lowest threshold that the balance is below, and nothing above all", async () => {
    const low = await walletSite({ lowBalance: [50, 200, 150] });
    expect((await low.wallet()).low).toEqual({ threshold_micro: 150e6 });
    const fine = await walletSite({ lowBalance: [] });
    expect((await fine.wallet()).low).toBeNull();
  });

  it("is told the new thresholds when the site changes them", async () => {
    const { owner, wallet } = await walletSite();
    expect((await wallet()).low).toBeNull();
    const changed = await owner.json<{ lowBalance: number[] }>("PATCH", "/api/admin/site", {
      lowBalance: [120, 500, 120],
    });
    expect(changed.lowBalance).toEqual([500, 120]);
    expect((await wallet()).low).toEqual({ threshold_micro: 120e6 });
  });
});

describe("a statement", () => {
  it("is filtered by type, model, key, request and time, all at once", async () => {
    const { entries, spend } = await walletSite();
    const first = await spend("up/ok");
    const second = await spend("up/other");
    const all = (await entries()).data;
    expect(all.map((entry) => entry.type)).toEqual(["charge", "charge", "grant"]);
    const ids = async (query: string) =>
      (await entries(query)).data.map((entry) => entry.request_id);
    expect(await ids("type=charge")).toEqual([second, first]);
    expect(await ids("type=charge&model=up/ok")).toEqual([first]);
    expect(await ids(`request_id=${second}`)).toEqual([second]);
    expect(await ids(`key_id=${all[0]?.key_id}`)).toEqual([second, first]);
    expect(await ids("key_id=key_of_nobody")).toEqual([]);
    expect(await ids(`from=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect(await ids(`to=${all[2]?.at}`)).toEqual([]);
    expect(await ids(`from=${all[2]?.at}&type=grant`)).toEqual([null]);
  });

  it("goes on with the filter where the page before ended", async () => {
    const { entries, spend } = await walletSite();
    const ids = [await spend(), await spend(), await spend()];
    const seen: (string | null)[] = [];
    let page: EntryPage | null = null;
    do {
      const after: string = page?.next ? `&after=${page.next}` : "";
      page = await entries(`type=charge&limit=1${after}`);
      expect(page.data).toHaveLength(1);
      seen.push(page.data[0]?.request_id ?? null);
    } while (page.has_more);
    expect(seen).toEqual(ids.toReversed());
  });

  it.each(["type=theft", "from=yesterday", "to=2026-13-01T00:00:00Z", `model=${"x".repeat(301)}`])(
    "refuses the filter %s and names it",
    async (query) => {
      const { ann, slug, key } = await walletSite();
      const param = query.split("=")[0];
      const portal = await ann.fetch("GET", `/api/portal/wallet/entries?${query}`);
      expect([portal.status, (await errorOf(portal)).param]).toEqual([400, param]);
      const headers = { authorization: `Bearer ${key}` };
      const gateway = await call(slug, `/v1/wallet/entries?${query}`, { headers });
      expect([gateway.status, (await errorOf(gateway)).param]).toEqual([400, param]);
    },
  );

  it("is the same for the owner's apps, the portal and the console", async () => {
    const { ann, owner, slug, key, userId, spend } = await walletSite();
    await spend();
    const query = "type=charge";
    const portal = await ann.json<EntryPage>("GET", `/api/portal/wallet/entries?${query}`);
    const path = `/api/admin/users/${userId}/entries?${query}`;
    const headers = { authorization: `Bearer ${key}` };
    const gateway = await call(slug, `/v1/wallet/entries?${query}&limit=9999`, { headers });
    expect(await owner.json("GET", path)).toEqual(portal);
    expect(await gateway.json()).toEqual(portal);
    expect(portal.data).toHaveLength(1);
  });
});

describe("a request of one's own", () => {
  it("is told with tokens and source, and without what it cost the site or where it went", async () => {
    const { ann, owner, key, slug, spend } = await walletSite();
    const id = await spend();
    const record = await eventually(() =>
      ann.json<OwnRequest>("GET", `/api/portal/requests/${id}`),
    );
    expect(record).toMatchObject({ request_id: id, model: "up/ok", usage_source: "reported" });
    expect(record.tokens.input).toBeGreaterThan(0);
    for (const name of ["cost_micro", "connection", "upstream_model", "attempts"]) {
      expect(record).not.toHaveProperty(name);
    }
    const headers = { authorization: `Bearer ${key}` };
    const usage = (await (await call(slug, `/v1/usage/${id}`, { headers })).json()) as UsageRecord;
    expect(usage.cost_micro).toBeNull();
    const stranger = await owner.fetch("GET", `/api/portal/requests/${id}`);
    expect([stranger.status, (await errorOf(stranger)).code]).toEqual([404, "request_not_found"]);
  });
});

/** The record travels through the wallet's outbox. */
async function eventually<Value>(attempt: () => Promise<Value>): Promise<Value> {
  const until = Date.now() + 5_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
