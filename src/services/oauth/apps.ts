/** The console's apps: made, changed, disabled, deleted; who uses them and what that costs. */
import type * as z from "zod";
import { KEY_SCOPES } from "../../contract/config.ts";
import type { AdminApp, AppUser, adminAppsEndpoints } from "../../contract/oauth.ts";
import { refuse } from "../../core/failure.ts";
import { abilitiesOf, tightest } from "../../core/oauth-scope.ts";
import { redirectProblem } from "../../core/redirect-uri.ts";
import { meterOf } from "../../durable/meter/client.ts";
import { newId } from "../../store/ids.ts";
import * as clients from "../../store/oauth-clients.ts";
import * as grants from "../../store/oauth-grants.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { GRANT_TYPES } from "./clients.ts";
import { endGrants, shownApp } from "./grants.ts";
import { hashOf, newSecret } from "./secrets.ts";

type NewApp = z.output<(typeof adminAppsEndpoints)["POST /api/admin/apps"]["body"]>;
type AppPatch = z.output<(typeof adminAppsEndpoints)["PATCH /api/admin/apps/{id}"]["body"]>;

const SPENDING_MS = 30 * 86_400_000;

export async function listApps(services: Services, siteId: string): Promise<AdminApp[]> {
  const [rows, owners, spent] = await Promise.all([
    clients.clientsOfSite(services.db, siteId),
    grants.clientsByGrant(services.db, siteId),
    spentByKey(services, siteId),
  ]);
  const byApp = new Map<string, number>();
  for (const [grantId, micro] of spent) {
    const app = owners.get(grantId);
    if (app) byApp.set(app, (byApp.get(app) ?? 0) + micro);
  }
  return rows.map((row) => adminApp(row, row.users, byApp.get(row.id) ?? 0));
}

/** Of the last thirty days. */
async function spentByKey({ env }: Services, siteId: string): Promise<Map<string, number>> {
  const to = Date.now();
  const from = to - SPENDING_MS;
  const buckets = await meterOf(env, siteId).usage({ from, to, step: "day", by: "key" });
  const spent = new Map<string, number>();
  for (const { key, charged_micro } of buckets) {
    spent.set(key, (spent.get(key) ?? 0) + charged_micro);
  }
  return spent;
}

const isoOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function adminApp(row: clients.ClientRow, users: number, spentMicro: number): AdminApp {
  return {
    ...shownApp(row),
    redirectUris: row.redirectUris,
    scopes: row.scopes,
    confidential: row.secretHash !== null,
    enabled: row.enabled,
    limits: row.limits,
    ...{ users, spentMicro },
    createdAt: new Date(row.createdAt).toISOString(),
    lastUsedAt: isoOf(row.lastUsedAt),
  };
}

function requireRedirects(uris: readonly string[]): void {
  for (const uri of uris) {
    const problem = redirectProblem(uri);
    if (problem) refuse("invalid_value", `${uri} ${problem}.`, { param: "redirectUris" });
  }
}

/** An app that an admin vouches for. Its secret is shown this once. */
export async function makeApp(
  services: Services,
  siteId: string,
  { confidential, ...app }: NewApp,
): Promise<{ app: AdminApp; secret: string | null }> {
  requireRedirects(app.redirectUris);
  const secret = confidential ? newSecret("ps-") : null;
  const row = await clients.insertClient(services.db, {
    siteId,
    id: newId("app"),
    ...app,
    grantTypes: [...GRANT_TYPES],
    scopes: [...KEY_SCOPES],
    secretHash: secret && hashOf(secret),
    origin: "made",
    createdAt: Date.now(),
  });
  return { app: adminApp(row, 0, 0), secret };
}

/** In force for tokens that are out when this returns. */
export async function changeApp(
  services: Services,
  siteId: string,
  id: string,
  patch: AppPatch,
): Promise<AdminApp> {
  if (patch.redirectUris) requireRedirects(patch.redirectUris);
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const row = await clients.changeClient(services.db, siteId, id, Object.fromEntries(given));
  if (!row) return refuse("not_found", "There is no such app.");
  const standing = await grants.standingGrants(services.db, siteId, { clientId: id });
  if (!row.enabled) await endGrants(services, siteId, standing, "the app was disabled");
  else if (patch.limits || patch.name) await bringTo(services, row, standing);
  const [shown] = (await listApps(services, siteId)).filter((app) => app.id === id);
  return shown ?? refuse("not_found", "There is no such app.");
}

/** Name and limits of an app are part of every grant's key. */
async function bringTo(
  services: Services,
  { siteId, name, limits }: clients.ClientRow,
  standing: grants.StandingGrant[],
): Promise<void> {
  for (const grant of standing) {
    const key = { name, limits: tightest(grant.limits, limits) };
    await grants.changeGrant(services.db, grant, {}, key);
  }
  await deliverProfiles(services, siteId);
}

export async function deleteApp(services: Services, siteId: string, id: string): Promise<void> {
  const found = await clients.findClient(services.db, siteId, id);
  if (!found) refuse("not_found", "There is no such app.");
  const standing = await grants.standingGrants(services.db, siteId, { clientId: id });
  // First the app, so that nobody is given anything in between.
  await clients.deleteClient(services.db, siteId, id);
  await endGrants(services, siteId, standing, "the app was deleted");
}

export async function appUsers(services: Services, siteId: string, id: string): Promise<AppUser[]> {
  const found = await clients.findClient(services.db, siteId, id);
  if (!found) refuse("not_found", "There is no such app.");
  const [rows, spent] = await Promise.all([
    grants.usersOfClient(services.db, siteId, id),
    spentByKey(services, siteId),
  ]);
  return rows.map((grant) => ({
    user: { id: grant.userId, email: grant.email },
    scopes: abilitiesOf(grant.scopes),
    limits: tightest(grant.limits, found.limits),
    spentMicro: spent.get(grant.id) ?? 0,
    allowedAt: new Date(grant.createdAt).toISOString(),
    lastUsedAt: isoOf(grant.lastUsedAt),
  }));
}
