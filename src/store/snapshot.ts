/** The snapshot that requests run on: everything they need to know of a site, in one batch. */
import { and, eq, sql } from "drizzle-orm";
import type { Access } from "../contract/config.ts";
import type { EditionLimits } from "../contract/editions.ts";
import type { ProviderButton } from "../contract/providers.ts";
import { type AccessRule, EVERYONE, withThoseBelow } from "../core/access.ts";
import { effectiveLimits } from "../core/editions.ts";
import type { SiteModel, SiteSnapshot } from "../core/site.ts";
import type { Database } from "./database.ts";
import { buttonsOf } from "./providers.ts";
import * as t from "./schema.ts";

/** Null when there is no such site. */
export async function loadSnapshot(db: Database, siteId: string): Promise<SiteSnapshot | null> {
  const named = sql`${t.users.email} IN (
    SELECT value FROM ${t.agents}, json_each(${t.agents.access}, '$.users') WHERE ${t.agents.siteId} = ${siteId}
    UNION
    SELECT value FROM ${t.models}, json_each(${t.models.access}, '$.users') WHERE ${t.models.siteId} = ${siteId}
  )`;
  const rows = (await db.batch([
    db.select().from(t.sites).where(eq(t.sites.id, siteId)),
    db.select().from(t.connections).where(eq(t.connections.siteId, siteId)),
    db
      .select()
      .from(t.connectionSecrets)
      .where(eq(t.connectionSecrets.siteId, siteId))
      .orderBy(t.connectionSecrets.position),
    db.select().from(t.models).where(eq(t.models.siteId, siteId)),
    db
      .select()
      .from(t.modelRoutes)
      .where(eq(t.modelRoutes.siteId, siteId))
      .orderBy(t.modelRoutes.position),
    db.select().from(t.agents).where(eq(t.agents.siteId, siteId)),
    db.select().from(t.levels).where(eq(t.levels.siteId, siteId)),
    db.select().from(t.groups).where(eq(t.groups.siteId, siteId)),
    db.select().from(t.departments).where(eq(t.departments.siteId, siteId)),
    db
      .select({ id: t.users.id, email: t.users.email })
      .from(t.users)
      .where(and(eq(t.users.siteId, siteId), named)),
    buttonsOf(db, siteId),
    db
      .select({ limits: t.editions.limits })
      .from(t.editions)
      .innerJoin(t.sites, eq(t.sites.edition, t.editions.slug))
      .where(eq(t.sites.id, siteId)),
  ])) as SnapshotRows;
  const [site] = rows[0];
  return site ? assemble(site, rows) : null;
}

type SnapshotRows = [
  (typeof t.sites.$inferSelect)[],
  (typeof t.connections.$inferSelect)[],
  (typeof t.connectionSecrets.$inferSelect)[],
  (typeof t.models.$inferSelect)[],
  (typeof t.modelRoutes.$inferSelect)[],
  (typeof t.agents.$inferSelect)[],
  (typeof t.levels.$inferSelect)[],
  Named[],
  (typeof t.departments.$inferSelect)[],
  { id: string; email: string }[],
  ProviderButton[],
  { limits: EditionLimits }[],
];
interface Named {
  id: string;
  slug: string;
}

function assemble(site: SnapshotRows[0][number], rows: SnapshotRows): SiteSnapshot {
  const [, connections, secrets, models, routes, agents, levels] = rows;
  const toRule = ruleMaker(rows);
  const secretsOf = Map.groupBy(secrets, (secret) => secret.connectionId);
  const routesOf = Map.groupBy(routes, (route) => route.modelId);
  const { configVersion: version, createdAt: _createdAt, editionLimits, ...settings } = site;
  const [edition] = rows[11];
  if (!edition) throw new Error(`there is no edition ${site.edition}`);
  return {
    ...settings,
    version,
    limits: effectiveLimits(edition.limits, editionLimits),
    connections: new Map(
      connections.map((row) => [row.id, { ...row, secrets: secretsOf.get(row.id) ?? [] }]),
    ),
    models: new Map(
      models.map((row) => {
        const access = toRule(row.access);
        return [row.name, { ...row, access, routes: (routesOf.get(row.id) ?? []).map(toRoute) }];
      }),
    ),
    agents: new Map(
      agents.map((row) => [row.slug, { ...row, order: row.position, access: toRule(row.access) }]),
    ),
    levels: new Map(levels.map((row) => [row.id, row])),
    providers: rows[10],
  };
}

/** Slugs and e-mails of an access rule to ids; a name that leads nowhere lets nobody in. */
function ruleMaker(rows: SnapshotRows): (access: Access | null) => AccessRule {
  const [, , , , , , levels, groups, departments, people] = rows;
  const ids = (named: Named[]) => new Map(named.map((one) => [one.slug, one.id]));
  const known = { levels: ids(levels), groups: ids(groups), departments: ids(departments) };
  const users = new Map(people.map((one) => [one.email, one.id]));
  const pick = (names: string[], from: ReadonlyMap<string, string>) =>
    names.flatMap((name) => from.get(name) ?? []);
  return (access) =>
    access === null
      ? EVERYONE
      : {
          everyone: access.everyone,
          guests: access.guests,
          levels: pick(access.levels, known.levels),
          groups: pick(access.groups, known.groups),
          departments: withThoseBelow(pick(access.departments, known.departments), departments),
          users: pick(access.users, users),
        };
}

function toRoute(row: SnapshotRows[4][number]): SiteModel["routes"][number] {
  const { connectionId, upstreamModel: model, weight, priority } = row;
  return { connectionId, model, weight, priority };
}
