import { expect } from "vitest";
import * as store from "../../src/store/connections.ts";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import { loadParts } from "../../src/store/parts.ts";
import { change, configVersion } from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import { type Claims, type FullSite, makeFullSite } from "./fixture.ts";

const VALUES = {
  slug: "openai",
  name: "OpenAI",
  connector: "openai",
  enabled: true,
  settings: { baseUrl: "https://api.example/v1" },
};

const only = async (db: Database, site: FullSite) =>
  (await loadParts(db, site.siteId)).connections[0];

const secret = (name: string, weight = 1): store.NewSecret => ({
  id: newId("secret"),
  name,
  weight,
  sealed: `v1.k.n.${name}`,
  hint: "…",
});

export const connectionClaims: Claims = {
  "secrets become exactly those given, in their order": async (db) => {
    const site = await makeFullSite(db);
    const secrets = [secret("b", 3), secret("a", 0), secret("c")];
    const { siteId, connectionId } = site;
    await change(db, siteId, store.replaceSecrets(db, siteId, connectionId, secrets));
    const stored = (await only(db, site))?.secrets;
    expect(stored?.map(({ name, weight }) => [name, weight])).toEqual([
      ["b", 3],
      ["a", 0],
      ["c", 1],
    ]);
    await change(db, siteId, store.replaceSecrets(db, siteId, connectionId, []));
    expect((await only(db, site))?.secrets).toEqual([]);
  },

  "a refused key says why, in the next snapshot, once, and where it is kept, until it works again":
    async (db) => {
      const site = await makeFullSite(db);
      const { siteId, connectionId, secretId } = site;
      const before = (await configVersion(db, siteId)) ?? 0;
      await store.disableSecret(db, siteId, secretId, "401: invalid key");
      expect(await configVersion(db, siteId)).toBe(before + 1);
      const reasons = async () =>
        (await loadSnapshot(db, siteId))?.connections
          .get(connectionId)
          ?.secrets.map((one) => one.disabledReason);
      expect(await reasons()).toEqual(["401: invalid key"]);
      await store.disableSecret(db, siteId, secretId, "403: said later");
      await store.disableSecret(db, siteId, newId("secret"), "there is no such key");
      expect(await reasons()).toEqual(["401: invalid key"]);
      expect(await configVersion(db, siteId)).toBe(before + 1);
      const kept = { ...secret("x"), id: secretId, disabledReason: "401: invalid key" };
      await change(db, siteId, store.replaceSecrets(db, siteId, connectionId, [kept, secret("y")]));
      expect(await reasons()).toEqual(["401: invalid key", null]);
      await store.enableSecrets(db, siteId, []);
      expect(await configVersion(db, siteId)).toBe(before + 2);
      await store.enableSecrets(db, siteId, [secretId]);
      expect(await reasons()).toEqual([null, null]);
      expect(await configVersion(db, siteId)).toBe(before + 3);
    },

  "a secret that is kept keeps what is sealed in it, whatever the caller had read": async (db) => {
    const site = await makeFullSite(db);
    const { siteId, connectionId } = site;
    const [first, other] = [secret("read-before"), secret("other")];
    const replace = (secrets: store.NewSecret[]) =>
      change(db, siteId, store.replaceSecrets(db, siteId, connectionId, secrets));
    await replace([first, other]);
    const swap = { from: first.sealed, to: "v1.k.n.renewed" };
    expect(await store.swapSealed(db, siteId, first.id, swap)).toBe(true);
    await replace([other, { ...first, name: "renamed", weight: 7 }]);
    const [second, kept] = (await only(db, site))?.secrets ?? [];
    expect(second).toMatchObject({ id: other.id, position: 0 });
    expect(kept).toMatchObject({ name: "renamed", weight: 7, sealed: "v1.k.n.renewed" });
  },

  "of those who put something in place of the same sealed text one succeeds": async (db) => {
    const { siteId, connectionId } = await makeFullSite(db);
    const one = secret("contested");
    await change(db, siteId, store.replaceSecrets(db, siteId, connectionId, [one]));
    const swaps = Array.from({ length: 8 }, (_, at) =>
      store.swapSealed(db, siteId, one.id, { from: one.sealed, to: `v1.k.n.${at}` }),
    );
    const won = (await Promise.all(swaps)).flatMap((swapped, at) => (swapped ? [at] : []));
    expect(won).toHaveLength(1);
    const stored = await store.findSecret(db, siteId, one.id);
    expect(stored?.sealed).toBe(`v1.k.n.${won[0]}`);
    expect(stored).toMatchObject({ name: "contested", disabledReason: null });
    const gone = { from: one.sealed, to: "v1.k.n.late" };
    expect(await store.swapSealed(db, siteId, newId("secret"), gone)).toBe(false);
    expect(await store.findSecret(db, siteId, newId("secret"))).toBeNull();
  },

  "health is remembered, and forgotten when the account behind it changes": async (db) => {
    const site = await makeFullSite(db);
    const { siteId, connectionId } = site;
    await store.noteHealth(db, siteId, connectionId, { state: "connected", detail: null });
    const update = (name: string, keepHealth: boolean) =>
      change(db, siteId, [
        store.updateConnection(db, siteId, connectionId, { ...VALUES, name }, keepHealth),
      ]);
    await update("Renamed", true);
    expect(await only(db, site)).toMatchObject({ name: "Renamed", health: "connected" });
    await update("Moved", false);
    expect(await only(db, site)).toMatchObject({ health: "unknown", checkedAt: null });
    const detail = "The key is refused.";
    await store.noteHealth(db, siteId, connectionId, { state: "needs_attention", detail });
    expect(await only(db, site)).toMatchObject({ health: "needs_attention", healthDetail: detail });
  },

  "a connection goes with its secrets": async (db) => {
    const site = await makeFullSite(db);
    const { siteId, connectionId } = site;
    await change(db, siteId, store.deleteConnection(db, siteId, connectionId));
    const snapshot = await loadSnapshot(db, siteId);
    expect([...(snapshot?.connections.keys() ?? [])]).toEqual([]);
    await change(db, siteId, [store.insertConnection(db, siteId, connectionId, VALUES)]);
    expect((await only(db, site))?.secrets).toEqual([]);
  },

  "a slug names one connection of a site": async (db) => {
    const { siteId } = await makeFullSite(db);
    const second = store.insertConnection(db, siteId, newId("connection"), VALUES);
    await expect(change(db, siteId, [second])).rejects.toThrow();
  },
};
