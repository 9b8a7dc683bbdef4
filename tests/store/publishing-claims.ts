import { expect } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import { loadParts } from "../../src/store/parts.ts";
import * as store from "../../src/store/publishing.ts";
import { change } from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import { loadProfile } from "../../src/store/users.ts";
import { agent, type Claims, type FullSite, level, makeFullSite, model } from "./fixture.ts";

async function saveModel(db: Database, site: FullSite, more: object): Promise<void> {
  const references = { connections: new Map([["openai", site.connectionId]]), models: new Map() };
  const config = model("gpt", more);
  const statements = store.saveModel(db, site.siteId, site.modelId, config, true, references);
  await change(db, site.siteId, statements);
}

export const publishingClaims: Claims = {
  "routes keep their order, and a saved model has only the new ones": async (db) => {
    const site = await makeFullSite(db);
    const routes = ["c", "a", "b"].map((name) => ({ connection: "openai", model: name }));
    await saveModel(db, site, { routes });
    const [stored] = (await loadParts(db, site.siteId)).models;
    expect(stored?.config.routes.map((route) => route.model)).toEqual(["c", "a", "b"]);
    await saveModel(db, site, { routes: routes.slice(1, 2) });
    const [after] = (await loadParts(db, site.siteId)).models;
    expect(after?.config.routes.map((route) => route.model)).toEqual(["a"]);
  },

  "a model and an agent come back in the words in which they were saved": async (db) => {
    const site = await makeFullSite(db);
    const config = model("gpt", {
      kind: "embedding",
      enabled: false,
      vision: true,
      price: { perRequest: 0.000_001, images: [{ size: "1024x1024", credits: 2 }] },
      cost: { perRequest: 0.000_000_5 },
      limits: { maxOutputTokens: 4096, contextTokens: 128_000 },
      cache: { ttlSeconds: 60, price: 0.25, tools: true, agents: false },
      access: { everyone: true, levels: ["free"] },
    });
    await saveModel(db, site, config);
    const target = { model: "gpt", prompt: "Be brief.", parameters: { temperature: 0.5 } };
    const helper = agent("helper", {
      name: "助手",
      group: "G",
      order: 7,
      suggestedQuestions: ["?"],
      target,
      price: { perMessage: 2 },
    });
    const references = { connections: new Map(), models: new Map([["gpt", site.modelId]]) };
    await change(
      db,
      site.siteId,
      store.saveAgent(db, site.siteId, site.agentId, helper, true, references),
    );
    const parts = await loadParts(db, site.siteId);
    expect(parts.models[0]?.config).toEqual(config);
    expect(parts.agents[0]?.config).toEqual(helper);
    expect((await loadSnapshot(db, site.siteId))?.agents.get("helper")?.target).toEqual({
      kind: "prompt",
      modelId: site.modelId,
      prompt: "Be brief.",
      temperature: 0.5,
      topP: null,
      maxOutputTokens: null,
    });
  },

  "one level is the default: the newest word counts": async (db) => {
    const site = await makeFullSite(db);
    const { siteId } = site;
    const pro = level("pro", { default: true, monthlyCredits: 0.5, price: { month: 2900 } });
    await change(db, siteId, store.saveLevel(db, siteId, newId("level"), pro, false));
    const levels = (await loadParts(db, siteId)).levels.map((one) => one.config);
    expect(levels).toEqual([level("free", { limits: { rpm: 5 } }), pro]);
  },

  "a deleted group leaves its members, a deleted department its people": async (db) => {
    const site = await makeFullSite(db);
    const { siteId } = site;
    await change(db, siteId, [
      ...store.deleteGroup(db, siteId, site.groupId),
      ...store.deleteDepartment(db, siteId, site.departmentId),
    ]);
    expect(await loadProfile(db, siteId, site.userId)).toMatchObject({
      groupIds: [],
      departmentIds: [],
    });
    const access = (await loadSnapshot(db, siteId))?.agents.get("helper")?.access;
    expect(access).toMatchObject({ levels: [site.levelId], groups: [], departments: [] });
  },

  "agents are listed in the order they were put in": async (db) => {
    const site = await makeFullSite(db);
    const { siteId } = site;
    const references = { connections: new Map([["openai", site.connectionId]]), models: new Map() };
    const other = newId("agent");
    const config = agent("aaa", { order: 5 });
    await change(db, siteId, store.saveAgent(db, siteId, other, config, false, references));
    const slugs = async () => (await loadParts(db, siteId)).agents.map((one) => one.config.slug);
    expect(await slugs()).toEqual(["helper", "aaa"]);
    await change(db, siteId, [
      store.placeAgent(db, siteId, site.agentId, 9),
      store.placeAgent(db, siteId, other, 1),
    ]);
    expect(await slugs()).toEqual(["aaa", "helper"]);
  },

  "a model that routes to nowhere is a mistake of the caller, not a row": async (db) => {
    const site = await makeFullSite(db);
    const nowhere = { connections: new Map(), models: new Map() };
    const save = () =>
      store.saveModel(db, site.siteId, newId("model"), model("other"), false, nowhere);
    expect(save).toThrow("unknown reference: openai");
  },
};
