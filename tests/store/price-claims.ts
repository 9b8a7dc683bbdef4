import { expect } from "vitest";
import type { AgentConfig, ModelConfig } from "../../src/contract/config.ts";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import { findPrice, newVersions, pagePrices, setPrices } from "../../src/store/prices.ts";
import * as store from "../../src/store/publishing.ts";
import { change } from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import { agent, type Claims, type FullSite, makeFullSite, model } from "./fixture.ts";

/** Saves models and agents of a full site in one batch, as a file does. */
async function save(
  db: Database,
  site: FullSite,
  { models = [], agents = [] }: { models?: ModelConfig[]; agents?: AgentConfig[] },
): Promise<void> {
  const { siteId, connectionId, modelId, agentId } = site;
  const references = {
    connections: new Map([["openai", connectionId]]),
    models: new Map([["gpt", modelId]]),
  };
  await change(db, siteId, [
    ...models.flatMap((one) => store.saveModel(db, siteId, modelId, one, true, references)),
    ...agents.flatMap((one) => store.saveAgent(db, siteId, agentId, one, true, references)),
    ...newVersions(db, siteId, "ann@acme.example"),
  ]);
}

const versionsOf = async (db: Database, site: FullSite, targetId: string) =>
  (await pagePrices(db, site.siteId, targetId, { limit: 50 })).data
    .map(({ version, name, price, cost }) => ({ version, name, price, cost }))
    .reverse();

const helper = (more: object = {}): AgentConfig =>
  agent("helper", { target: { model: "gpt" }, ...more });

export const priceClaims: Claims = {
  "a changed price makes a version, the same price keeps it, an old one is never lost": async (
    db,
  ) => {
    const site = await makeFullSite(db);
    const { modelId, siteId } = site;
    await save(db, site, {
      models: [model("gpt", { price: { inputPerMillion: 1, perImage: 2 } })],
    });
    const turned = { price: { perImage: 2, inputPerMillion: 1 }, vision: true };
    await save(db, site, { models: [model("gpt", turned)] });
    await save(db, site, { models: [model("gpt", { price: { inputPerMillion: 3e-9 } })] });
    const versions = [
      { version: 1, name: "gpt", price: {}, cost: null },
      { version: 2, name: "gpt", price: { inputPerMillion: 1, perImage: 2 }, cost: null },
      { version: 3, name: "gpt", price: { inputPerMillion: 3e-9 }, cost: null },
    ];
    expect(await versionsOf(db, site, modelId)).toEqual(versions);
    expect((await loadSnapshot(db, siteId))?.models.get("gpt")).toMatchObject({
      price: { inputPerMillion: 3e-9 },
      priceVersion: 3,
    });
    await change(db, siteId, store.deleteModel(db, siteId, modelId));
    expect(await versionsOf(db, site, modelId)).toEqual(versions);
    expect(await findPrice(db, siteId, "gpt", 2)).toMatchObject({
      price: { inputPerMillion: 1, perImage: 2 },
      createdBy: "ann@acme.example",
    });
    expect(await findPrice(db, siteId, "gpt", 4)).toBeNull();
  },

  "a changed cost makes a version too, and the snapshot knows it": async (db) => {
    const site = await makeFullSite(db);
    await save(db, site, { models: [model("gpt", { cost: { inputPerMillion: 1 } })] });
    await save(db, site, { models: [model("gpt")] });
    const costs = (await versionsOf(db, site, site.modelId)).map(({ cost }) => cost);
    expect(costs).toEqual([null, { inputPerMillion: 1 }, null]);
    await save(db, site, { models: [model("gpt", { cost: { inputPerMillion: 1 } })] });
    expect((await loadSnapshot(db, site.siteId))?.models.get("gpt")).toMatchObject({
      cost: { inputPerMillion: 1 },
      priceVersion: 4,
    });
  },

  "an agent that is paid by tokens gets a version when its model's price changes": async (db) => {
    const site = await makeFullSite(db);
    const cost = { inputPerMillion: 0.5 };
    await save(db, site, { agents: [helper()] });
    await save(db, site, { models: [model("gpt", { price: { inputPerMillion: 1 }, cost })] });
    await save(db, site, { agents: [helper({ price: { perMessage: 2 } })] });
    await save(db, site, { models: [model("gpt", { price: { inputPerMillion: 5 }, cost })] });
    const name = "agent/helper";
    expect(await versionsOf(db, site, site.agentId)).toEqual([
      { version: 1, name, price: { free: true }, cost: null },
      { version: 2, name, price: {}, cost: null },
      { version: 3, name, price: { inputPerMillion: 1 }, cost },
      { version: 4, name, price: { perMessage: 2 }, cost },
    ]);
    const snapshot = await loadSnapshot(db, site.siteId);
    expect(snapshot?.agents.get("helper")?.priceVersion).toBe(4);
    expect(snapshot?.models.get("gpt")?.priceVersion).toBe(3);
  },

  "a model and the agent on it that change together have one version each": async (db) => {
    const site = await makeFullSite(db);
    const models = [model("gpt", { price: { outputPerMillion: 7 } })];
    await save(db, site, { models, agents: [helper()] });
    expect(await versionsOf(db, site, site.agentId)).toMatchObject([
      { version: 1, price: { free: true } },
      { version: 2, price: { outputPerMillion: 7 } },
    ]);
  },

  "a name never has the same version twice: renamed, withdrawn and back, or taken over": async (
    db,
  ) => {
    const site = await makeFullSite(db);
    const { siteId, modelId } = site;
    await save(db, site, { models: [model("old", { price: { perRequest: 1 } })] });
    await save(db, site, { models: [model("new", { price: { perRequest: 1 } })] });
    const names = (await versionsOf(db, site, modelId)).map(({ version, name }) => [version, name]);
    expect(names).toEqual([
      [1, "gpt"],
      [2, "old"],
      [3, "new"],
    ]);
    const again = newId("model");
    const references = { connections: new Map([["openai", site.connectionId]]), models: new Map() };
    const config = model("old", { price: { perRequest: 9 } });
    await change(db, siteId, [
      ...store.saveModel(db, siteId, again, config, false, references),
      ...newVersions(db, siteId, "file"),
    ]);
    expect((await loadSnapshot(db, siteId))?.models.get("old")?.priceVersion).toBe(3);
    expect((await findPrice(db, siteId, "old", 2))?.price).toEqual({ perRequest: 1 });
    expect((await findPrice(db, siteId, "old", 3))?.price).toEqual({ perRequest: 9 });
  },

  "a batch that changes nothing of a price adds nothing": async (db) => {
    const site = await makeFullSite(db);
    await save(db, site, { models: [model("gpt", { vision: true })], agents: [agent("helper")] });
    expect(await versionsOf(db, site, site.modelId)).toHaveLength(1);
    expect(await versionsOf(db, site, site.agentId)).toHaveLength(1);
  },

  "prices of many models are set at once, to the last decimal, and others are left alone": async (
    db,
  ) => {
    const site = await makeFullSite(db);
    const { siteId, modelId } = site;
    const other = newId("model");
    const references = { connections: new Map([["openai", site.connectionId]]), models: new Map() };
    await change(db, siteId, [
      ...store.saveModel(db, siteId, other, model("other"), false, references),
      ...newVersions(db, siteId, "file"),
    ]);
    const price = {
      inputPerMillion: 0.000_000_001,
      outputPerMillion: 999_999.999_999_999,
      images: [{ size: "1024x1024", quality: "high", credits: 0.167 }],
    };
    const cost = { perRequest: 0 };
    await change(db, siteId, [
      setPrices(db, siteId, [{ id: modelId, price, cost }]),
      ...newVersions(db, siteId, "ann@acme.example"),
    ]);
    const snapshot = await loadSnapshot(db, siteId);
    expect(snapshot?.models.get("gpt")).toMatchObject({ price, cost, priceVersion: 2 });
    expect(snapshot?.models.get("other")).toMatchObject({ price: {}, cost: null, priceVersion: 1 });
    await change(db, siteId, [
      setPrices(db, siteId, [{ id: modelId, price: {}, cost: null }]),
      ...newVersions(db, siteId, "ann@acme.example"),
    ]);
    const undone = (await loadSnapshot(db, siteId))?.models.get("gpt");
    expect(undone).toMatchObject({ price: {}, cost: null, priceVersion: 3 });
  },

  "two thousand models fit into one change": async (db) => {
    const { siteId, connectionId } = await makeFullSite(db);
    const references = { connections: new Map([["openai", connectionId]]), models: new Map() };
    const ids = Array.from({ length: 2_000 }, () => newId("model"));
    for (let at = 0; at < ids.length; at += 250) {
      const part = ids.slice(at, at + 250);
      await change(
        db,
        siteId,
        part.flatMap((id) => store.saveModel(db, siteId, id, model(id), false, references)),
      );
    }
    await change(db, siteId, newVersions(db, siteId, "file"));
    const changes = ids.map((id) => ({ id, price: { inputPerMillion: 2 }, cost: null }));
    await change(db, siteId, [
      setPrices(db, siteId, changes),
      ...newVersions(db, siteId, "ann@acme.example"),
    ]);
    const models = [...((await loadSnapshot(db, siteId))?.models.values() ?? [])];
    const changed = models.filter((one) => one.priceVersion === 2);
    expect(changed.every((one) => one.price.inputPerMillion === 2)).toBe(true);
    expect(changed).toHaveLength(2_000);
  },

  "the history comes in pages, newest first": async (db) => {
    const site = await makeFullSite(db);
    for (const perRequest of [1, 2, 3]) {
      await save(db, site, { models: [model("gpt", { price: { perRequest } })] });
    }
    const first = await pagePrices(db, site.siteId, site.modelId, { limit: 3 });
    expect(first.data.map(({ version }) => version)).toEqual([4, 3, 2]);
    expect([first.has_more, first.next]).toEqual([true, "2"]);
    const more = { limit: 3, before: Number(first.next) };
    const rest = await pagePrices(db, site.siteId, site.modelId, more);
    expect(rest).toMatchObject({ data: [{ version: 1 }], has_more: false, next: null });
  },
};
