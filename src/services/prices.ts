/** Prices as the console sets them, and the versions that explain what was charged. */
import type { PriceVersion } from "../contract/admin.ts";
import type { ModelPrice } from "../contract/config.ts";
import type { ExplainedPrice } from "../contract/portal.ts";
import type { Page } from "../contract/values.ts";
import { refuse } from "../core/failure.ts";
import { loadParts } from "../store/parts.ts";
import * as store from "../store/prices.ts";
import { change } from "../store/sites.ts";
import type { Services } from "./services.ts";

export interface WantedPrice {
  id: string;
  price: ModelPrice;
  /** Null takes it away; undefined leaves it. */
  cost?: ModelPrice | null | undefined;
}

/** All of them or, where one model is unknown, none. */
export async function setPrices(
  services: Services,
  siteId: string,
  wanted: readonly WantedPrice[],
  by: string,
): Promise<void> {
  const { models } = await loadParts(services.db, siteId);
  const stored = new Map(models.map(({ id, config }) => [id, config]));
  const changes = wanted.map(({ id, price, cost }) => {
    const before = stored.get(id) ?? refuse("model_not_found", "There is no such model.");
    return { id, price, cost: cost === undefined ? (before.cost ?? null) : cost };
  });
  await change(services.db, siteId, [
    store.setPrices(services.db, siteId, changes),
    ...store.newVersions(services.db, siteId, by),
  ]);
  services.sites.forget(siteId);
}

/** Newest first. Of what is withdrawn as well: its versions stay. */
export async function priceHistory(
  services: Services,
  siteId: string,
  query: { target: string; limit: number; after?: string | undefined },
): Promise<Page<PriceVersion>> {
  const before = query.after === undefined ? undefined : Number(query.after);
  const { target, limit } = query;
  const page = await store.pagePrices(services.db, siteId, target, { limit, before });
  const data = page.data.map(({ version, name, price, cost, createdBy, createdAt }) => {
    return { version, name, price, cost, by: createdBy, at: new Date(createdAt).toISOString() };
  });
  return { ...page, data };
}

/**
 * The price behind a line of a statement. Any user of the site may ask: whoever has been charged
 * may have lost the access since, and a price is no secret. The cost is one.
 */
export async function explainPrice(
  services: Services,
  siteId: string,
  target: string,
  version: string,
): Promise<ExplainedPrice> {
  const row = await store.findPrice(services.db, siteId, target, Number(version));
  if (!row) return refuse("not_found", "There is no such price.");
  const at = new Date(row.createdAt).toISOString();
  return { target: row.name, version: row.version, price: row.price, at };
}
