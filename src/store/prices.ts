/**
 * The versions of prices. Invariants:
 *
 * 1. Whatever has been charged under name and version is explained by one row, for ever: rows are
 *    added, never changed, and a name that comes back goes on counting.
 * 2. A model or agent carries the version of its last row, which holds its name, price and cost as
 *    they are. An agent that is paid by tokens changes its price when its model does.
 * 3. Prices are written in the order of the schema: equal prices are equal texts.
 */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { type KeptPrice, type ModelPrice, modelPriceSchema } from "../contract/config.ts";
import type { Page } from "../contract/values.ts";
import type { Database, Statement } from "./database.ts";
import * as t from "./schema.ts";

export type PriceRow = typeof t.prices.$inferSelect;

export const ordered = (price: ModelPrice): ModelPrice => modelPriceSchema.parse(price);

/**
 * Goes at the end of every batch that writes models or agents of a site: whatever is sold under
 * another name, price or cost than its last version says gets the next version. `by` is an e-mail,
 * or `file`.
 */
export function newVersions(db: Database, siteId: string, by: string): Statement[] {
  const free: KeptPrice = { free: true };
  const sold = sql`
    SELECT id, name, price, cost FROM models WHERE site_id = ${siteId}
    UNION ALL
    SELECT agents.id, 'agent/' || slug,
      CASE WHEN json_extract(agents.price, '$.byTokens')
        THEN coalesce(models.price, ${JSON.stringify(free)}) ELSE agents.price END,
      models.cost
    FROM agents LEFT JOIN models ON models.site_id = agents.site_id
      AND models.id = json_extract(agents.target, '$.modelId')
    WHERE agents.site_id = ${siteId}`;
  const lastOf = (column: string, value: string) =>
    sql`coalesce((SELECT max(version) FROM prices
      WHERE site_id = ${siteId} AND ${sql.raw(column)} = ${sql.raw(value)}), 0)`;
  const added = db.insert(t.prices).select(sql`
    SELECT ${siteId}, sold.id,
      max(${lastOf("target_id", "sold.id")}, ${lastOf("name", "sold.name")}) + 1,
      sold.name, sold.price, sold.cost, ${by}, ${Date.now()}
    FROM (${sold}) AS sold LEFT JOIN prices AS last ON last.site_id = ${siteId}
      AND last.target_id = sold.id AND last.version = ${lastOf("target_id", "sold.id")}
    WHERE last.version IS NULL OR last.name <> sold.name OR last.price <> sold.price
      OR last.cost IS NOT sold.cost`);
  const carry = (table: typeof t.models | typeof t.agents) => {
    const priceVersion = sql<number>`(SELECT max(version) FROM prices
      WHERE prices.site_id = ${table.siteId} AND target_id = ${table.id})`;
    return db
      .update(table)
      .set({ priceVersion })
      .where(and(eq(table.siteId, siteId), sql`${table.priceVersion} <> ${priceVersion}`));
  };
  return [added, carry(t.models), carry(t.agents)];
}

export interface PriceChange {
  id: string;
  price: ModelPrice;
  cost: ModelPrice | null;
}

/** The prices and costs of several models, in one statement. */
export function setPrices(
  db: Database,
  siteId: string,
  changes: readonly PriceChange[],
): Statement {
  // The site stands in each row, so that the rows lead to the models and not each model to all rows.
  const rows = changes.map(({ id, price, cost }) => ({
    siteId,
    id,
    price: ordered(price),
    cost: cost && ordered(cost),
  }));
  const of = (path: string) => sql<ModelPrice>`json_extract(given.value, ${path})`;
  return db
    .update(t.models)
    .set({ price: of("$.price"), cost: of("$.cost") })
    .from(sql`json_each(${JSON.stringify(rows)}) AS given`)
    .where(sql`${t.models.siteId} = ${of("$.siteId")} AND ${t.models.id} = ${of("$.id")}`);
}

/** The versions of a model or agent, newest first; `before` is the version to go on from. */
export async function pagePrices(
  db: Database,
  siteId: string,
  targetId: string,
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<Page<PriceRow>> {
  const { prices } = t;
  const rows = await db
    .select()
    .from(prices)
    .where(
      and(
        eq(prices.siteId, siteId),
        eq(prices.targetId, targetId),
        before === undefined ? undefined : lt(prices.version, before),
      ),
    )
    .orderBy(desc(prices.version))
    .limit(limit + 1);
  const data = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  return { data, has_more: hasMore, next: hasMore ? String(data.at(-1)?.version) : null };
}

/** Null when the name never had such a version. */
export async function findPrice(
  db: Database,
  siteId: string,
  name: string,
  version: number,
): Promise<PriceRow | null> {
  const { prices } = t;
  const [row] = await db
    .select()
    .from(prices)
    .where(and(eq(prices.siteId, siteId), eq(prices.name, name), eq(prices.version, version)));
  return row ?? null;
}
