/** Limits of editions, as the store keeps them. */
import { eq } from "drizzle-orm";
import { expect } from "vitest";
import type { EditionLimits } from "../../src/contract/editions.ts";
import { FailureError } from "../../src/core/failure.ts";
import type { Database } from "../../src/store/database.ts";
import { changeEdition, listEditions, roomUsed } from "../../src/store/editions.ts";
import { newId } from "../../src/store/ids.ts";
import { deleteAgent, saveAgent } from "../../src/store/publishing.ts";
import * as schema from "../../src/store/schema.ts";
import { change, configVersion, updateSite } from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import { updateUser } from "../../src/store/users.ts";
import { agent, type Claims, fresh, makeSite, makeUser } from "./fixture.ts";

const CONNECTIONS = { connections: new Map([["openai", "con_1"]]), models: new Map() };

async function siteWith(db: Database, limits: Partial<EditionLimits>): Promise<string> {
  const { siteId } = await makeSite(db);
  await change(db, siteId, [updateSite(db, siteId, { editionLimits: limits })]);
  return siteId;
}

const publish = (db: Database, siteId: string, count = 1, more: object = {}): Promise<void> => {
  const statements = Array.from({ length: count }, () =>
    saveAgent(db, siteId, newId("agent"), agent(fresh("agent"), more), false, CONNECTIONS),
  );
  return change(db, siteId, statements.flat());
};

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof FailureError ? error.failure.code : String(error)),
  );

export const editionClaims: Claims = {
  "the editions are there, dearest last": async (db) => {
    const editions = await listEditions(db);
    expect(editions.map((one) => [one.slug, one.price.year])).toEqual([
      ["free", 0],
      ["standard", 588_000],
      ["enterprise", 1_280_000],
    ]);
  },

  "no more agents are published than the edition has, and none of a batch that would": async (
    db,
  ) => {
    const siteId = await siteWith(db, { agents: 2 });
    expect(await codeOf(publish(db, siteId, 3))).toBe("agents");
    expect((await roomUsed(db, siteId)).agents).toBe(0);
    await publish(db, siteId, 2);
    expect(await codeOf(publish(db, siteId))).toBe("agents");
    expect((await roomUsed(db, siteId)).agents).toBe(2);
  },

  "of many who publish into the last place one wins": async (db) => {
    const siteId = await siteWith(db, { agents: 1 });
    const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(publish(db, siteId))));
    expect(codes.filter((code) => code === "done")).toHaveLength(1);
    expect(codes.filter((code) => code === "agents")).toHaveLength(7);
    expect((await roomUsed(db, siteId)).agents).toBe(1);
  },

  "an agent that is off takes no place, and needs one to be switched on": async (db) => {
    const siteId = await siteWith(db, { agents: 1 });
    await publish(db, siteId);
    const id = newId("agent");
    const slug = fresh("agent");
    const save = (enabled: boolean, exists: boolean) =>
      change(db, siteId, saveAgent(db, siteId, id, agent(slug, { enabled }), exists, CONNECTIONS));
    await save(false, false);
    expect(await codeOf(save(true, true))).toBe("agents");
    expect(await codeOf(save(false, true))).toBe("done");
  },

  "a limit that falls takes nothing away: what is there can be changed, nothing comes": async (
    db,
  ) => {
    const siteId = await siteWith(db, { agents: null });
    const ids = [newId("agent"), newId("agent")];
    const save = (id: string, exists: boolean) =>
      change(db, siteId, saveAgent(db, siteId, id, agent(id.slice(4)), exists, CONNECTIONS));
    for (const id of ids) await save(id, false);
    await change(db, siteId, [updateSite(db, siteId, { editionLimits: { agents: 1 } })]);
    for (const id of ids) expect(await codeOf(save(id, true))).toBe("done");
    expect(await codeOf(publish(db, siteId))).toBe("agents");
    for (const id of ids) await change(db, siteId, deleteAgent(db, siteId, id));
    expect(await codeOf(publish(db, siteId))).toBe("done");
  },

  "users of each kind are counted apart, also when one becomes the other": async (db) => {
    const siteId = await siteWith(db, { externalUsers: 1, internalUsers: 1 });
    await makeUser(db, siteId);
    expect(await codeOf(makeUser(db, siteId))).toBe("external_users");
    const employee = await makeUser(db, siteId, { kind: "internal" });
    expect(await codeOf(makeUser(db, siteId, { kind: "internal" }))).toBe("internal_users");
    const turn = db
      .update(schema.users)
      .set({ kind: "external" })
      .where(eq(schema.users.id, employee));
    await expect(turn).rejects.toThrow();
    expect(await codeOf(updateUser(db, siteId, employee, { name: "Bo" }))).toBe("done");
    expect(await roomUsed(db, siteId)).toMatchObject({ externalUsers: 1, internalUsers: 1 });
  },

  "a site's limits are its edition's, but for those the operator has set for it": async (db) => {
    const siteId = await siteWith(db, { agents: 7, payment: true });
    const limits = (await loadSnapshot(db, siteId))?.limits;
    expect(limits).toMatchObject({ agents: 7, payment: true, externalUsers: 100 });
    await change(db, siteId, [updateSite(db, siteId, { edition: "enterprise" })]);
    expect((await loadSnapshot(db, siteId))?.limits).toMatchObject({
      agents: 7,
      externalUsers: null,
      unbranded: true,
    });
  },

  "a change of an edition is a change of each of its sites, and of no other": async (db) => {
    const [one, two] = [await makeSite(db), await makeSite(db)];
    await change(db, two.siteId, [updateSite(db, two.siteId, { edition: "standard" })]);
    const versions = () => Promise.all([one, two].map((site) => configVersion(db, site.siteId)));
    const [free, standard] = await versions();
    const [edition] = await listEditions(db);
    if (!edition) throw new Error("no editions");
    const { slug, name, price, limits } = edition;
    const write = (next: EditionLimits) =>
      changeEdition(db, { slug: slug as "free", name, price, limits: next }, 1);
    await write({ ...limits, callsPerMonth: 77 });
    expect(await versions()).toEqual([(free ?? 0) + 1, standard]);
    expect((await loadSnapshot(db, one.siteId))?.limits.callsPerMonth).toBe(77);
    await write(limits);
  },
};
