import { expect } from "vitest";
import * as connections from "../../src/store/connections.ts";
import { atomically, type Database, type Statement } from "../../src/store/database.ts";
import * as hosts from "../../src/store/hosts.ts";
import * as keys from "../../src/store/keys.ts";
import { acknowledge, pendingProfiles } from "../../src/store/outbox.ts";
import { loadParts } from "../../src/store/parts.ts";
import * as prices from "../../src/store/prices.ts";
import * as publishing from "../../src/store/publishing.ts";
import * as sessions from "../../src/store/sessions.ts";
import * as sites from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import * as users from "../../src/store/users.ts";
import { pageUsers } from "../../src/store/users-list.ts";
import {
  agent,
  type Claims,
  dumpSite,
  type FullSite,
  level,
  makeFullSite,
  model,
} from "./fixture.ts";

/** Every way to change something, tried by another tenant with the ids of the first. */
function attacks(db: Database, other: string, victim: FullSite): Record<string, () => unknown> {
  const write = (statements: Statement[]) => () => atomically(db, statements);
  const references = {
    connections: new Map([["openai", victim.connectionId]]),
    models: new Map<string, string>(),
  };
  const values = { slug: "stolen", name: "x", connector: "x", enabled: false, settings: {} };
  const stolen = { id: victim.modelId, price: { perRequest: 9 }, cost: null };
  const health = { state: "needs_attention" as const, detail: "x" };
  const named = { id: victim.groupId, slug: "staff", name: "Stolen" };
  const unit = { id: victim.departmentId, slug: "sales", name: "Stolen", parentId: null };
  const { saveModel, saveAgent, saveLevel, saveGroup, saveDepartment } = publishing;
  return {
    updateSite: write([sites.bumpVersion(db, other)]),
    removeHost: write(hosts.removeHost(db, other, victim.host, 9)),
    loseHost: () => hosts.loseHost(db, { host: victim.host, siteId: other, token: "" }, {}, 9),
    updateUser: () => users.updateUser(db, other, victim.userId, { name: "Stolen" }, []),
    setPassword: () => users.setPassword(db, other, victim.userId, "scrypt$x"),
    noteLogin: () => users.noteLogin(db, other, victim.userId, 9),
    touchProfile: write([users.touchProfile(db, other, victim.userId)]),
    leaveGroups: write([users.leaveGroups(db, other, victim.userId)]),
    revokeSession: () => sessions.revokeSession(db, other, victim.sessionId),
    revokeAllSessions: () => sessions.revokeAllSessions(db, other, victim.userId),
    revokeKey: () => keys.revokeKey(db, other, victim.userId, victim.keyId),
    changeKey: () => keys.changeKey(db, other, victim.userId, victim.keyId, { name: "stolen" }),
    updateKey: write([keys.updateKey(db, other, victim.keyId, { name: "stolen" })]),
    updateConnection: write([connections.updateConnection(db, other, victim.connectionId, values)]),
    replaceSecrets: write(connections.replaceSecrets(db, other, victim.connectionId, [])),
    deleteConnection: write(connections.deleteConnection(db, other, victim.connectionId)),
    noteHealth: () => connections.noteHealth(db, other, victim.connectionId, health),
    disableSecret: () => connections.disableSecret(db, other, victim.secretId, "x"),
    swapSealed: async () => {
      const from = (await connections.findSecret(db, victim.siteId, victim.secretId))?.sealed ?? "";
      const swap = { from, to: "v1.stolen", name: "Stolen" };
      expect(await connections.swapSealed(db, other, victim.secretId, swap)).toBe(false);
      expect(await connections.findSecret(db, other, victim.secretId)).toBeNull();
    },
    enableSecrets: () => connections.enableSecrets(db, other, [victim.secretId]),
    saveModel: write(saveModel(db, other, victim.modelId, model("gpt"), true, references)),
    deleteModel: write(publishing.deleteModel(db, other, victim.modelId)),
    saveAgent: write(saveAgent(db, other, victim.agentId, agent("x"), true, references)),
    setPrices: write([
      prices.setPrices(db, other, [stolen]),
      ...prices.newVersions(db, other, "x"),
    ]),
    placeAgent: write([publishing.placeAgent(db, other, victim.agentId, 99)]),
    deleteAgent: write(publishing.deleteAgent(db, other, victim.agentId)),
    saveLevel: write(saveLevel(db, other, victim.levelId, level("x", { default: true }), true)),
    deleteLevel: write(publishing.deleteLevel(db, other, victim.levelId)),
    saveGroup: write(saveGroup(db, other, named, true)),
    deleteGroup: write(publishing.deleteGroup(db, other, victim.groupId)),
    saveDepartment: write(saveDepartment(db, other, unit, true)),
    deleteDepartment: write(publishing.deleteDepartment(db, other, victim.departmentId)),
  };
}

export const isolationClaims: Claims = {
  "no writing call of another tenant changes anything of this one": async (db) => {
    const [victim, other] = [await makeFullSite(db), await makeFullSite(db)];
    const before = await dumpSite(db, victim.siteId);
    for (const [name, attack] of Object.entries(attacks(db, other.siteId, victim))) {
      await attack();
      expect(await dumpSite(db, victim.siteId), name).toBe(before);
    }
  },

  "no reading call of another tenant finds anything of this one": async (db) => {
    const [victim, other] = [await makeFullSite(db), await makeFullSite(db)];
    const { siteId } = other;
    expect(await users.findById(db, siteId, victim.userId)).toBeNull();
    expect(await users.findByEmail(db, siteId, victim.email)).toBeNull();
    expect(await users.findByEmails(db, siteId, [victim.email])).toEqual([]);
    expect(await users.loadProfile(db, siteId, victim.userId)).toBeNull();
    expect((await users.groupsOfUsers(db, siteId, [victim.userId])).size).toBe(0);
    expect(await keys.keysOfUser(db, siteId, victim.userId)).toEqual([]);
    expect(await sessions.liveSessions(db, siteId, victim.userId)).toEqual([]);
    const seen = JSON.stringify([
      await pageUsers(db, siteId, { limit: 100, search: "acme" }),
      await keys.keysOfSite(db, siteId),
      await hosts.hostsOf(db, siteId),
      await loadParts(db, siteId),
      await users.countUsers(db, siteId),
      await prices.pagePrices(db, siteId, victim.modelId, { limit: 100 }),
    ]);
    for (const id of Object.values(victim)) expect(seen).not.toContain(id);
  },

  "another tenant's snapshot knows nothing of this one": async (db) => {
    const [victim, other] = [await makeFullSite(db), await makeFullSite(db)];
    const snapshot = await loadSnapshot(db, other.siteId);
    const text = JSON.stringify([
      [...(snapshot?.connections.values() ?? [])],
      [...(snapshot?.models.values() ?? [])],
      [...(snapshot?.agents.values() ?? [])],
      [...(snapshot?.levels.values() ?? [])],
    ]);
    for (const id of Object.values(victim)) expect(text).not.toContain(id);
  },

  "an announcement is acknowledged by its own site alone": async (db) => {
    const [victim, other] = [await makeFullSite(db), await makeFullSite(db)];
    const before = await pendingProfiles(db, 100, victim.siteId);
    for (const row of before) await acknowledge(db, other.siteId, row.id);
    expect(await pendingProfiles(db, 100, victim.siteId)).toEqual(before);
  },
};
