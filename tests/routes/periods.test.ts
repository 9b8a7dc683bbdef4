import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { WalletPeriod } from "../../src/contract/wallet.ts";
import { errorOf } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

type Row = [month: string, type: string, model: string, key: string, ...sums: number[]];

const path = ({ userId }: WalletSite) => `/api/admin/users/${userId}/periods`;
const periodsOf = async (site: WalletSite) =>
  (await site.owner.json<{ data: WalletPeriod[] }>("GET", path(site))).data;

/** As if the wallet had folded entries of long ago. */
async function fold(site: WalletSite, ...rows: Row[]): Promise<void> {
  const { me } = await site.ann.json<{ me: { id: string } }>("GET", "/api/auth/boot");
  const found = await env.DB.prepare("SELECT site_id FROM users WHERE id = ?")
    .bind(me.id)
    .first<{ site_id: string }>();
  const stub = env.WALLET.getByName(`${found?.site_id}:${me.id}`);
  await runInDurableObject(stub, (_, { storage }) => {
    for (const row of rows) {
      storage.sql.exec("INSERT INTO periods VALUES (?, ?, ?, ?, ?, ?, ?)", ...row);
    }
  });
}

describe("what came before a user's statement", () => {
  it("is nothing while the statement goes back to the beginning", async () => {
    const site = await walletSite();
    await site.spend();
    expect(await periodsOf(site)).toEqual([]);
  });

  it("is told by month, the newest first, as the wallet has it", async () => {
    const site = await walletSite();
    await fold(
      site,
      ["2025-01", "grant", "", "", 1, 5_000_000, 0],
      ["2025-02", "charge", "up/ok", "key_1", 3, -2_000_000, 7],
    );
    expect(await periodsOf(site)).toEqual([
      {
        month: "2025-02",
        type: "charge",
        model: "up/ok",
        key_id: "key_1",
        entries: 3,
        amount_micro: -2_000_000,
        uncollected_micro: 7,
      },
      {
        month: "2025-01",
        type: "grant",
        model: null,
        key_id: null,
        entries: 1,
        amount_micro: 5_000_000,
        uncollected_micro: 0,
      },
    ]);
  });

  it("is not for members, and of a user who is not there there is none", async () => {
    const site = await walletSite();
    expect((await site.ann.fetch("GET", path(site))).status).toBe(403);
    const nobody = await site.owner.fetch("GET", "/api/admin/users/usr_nobody/periods");
    expect([nobody.status, (await errorOf(nobody)).code]).toEqual([404, "user_not_found"]);
  });
});
