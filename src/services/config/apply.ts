/**
 * Applies configuration files. Invariants:
 *
 * 1. A file with a problem changes nothing, and every problem is told with its path.
 * 2. All of a file's changes to the store are one atomic batch.
 * 3. Applying a file again changes nothing: secrets are compared opened, passwords against their
 *    hash, and a grant's operation id is made of user and amount.
 * 4. What a file leaves out is left alone. With `prune` the parts and hosts of the named sites
 *    that it does not name go; users, their keys and sites never do.
 */
import { DEFAULT_LOW_BALANCE, type SiteConfig } from "../../contract/config.ts";
import type { Change } from "../../contract/platform.ts";
import { ALL_ADDRESSES } from "../../contract/scopes.ts";
import { MICRO_PER_CREDIT } from "../../contract/values.ts";
import { creditsToMicro, thresholdsToMicro } from "../../core/credits.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { atomically } from "../../store/database.ts";
import { approveHost, findHolders, removeHost } from "../../store/hosts.ts";
import { newId } from "../../store/ids.ts";
import { findKeysByHash } from "../../store/keys.ts";
import { newVersions } from "../../store/prices.ts";
import * as sites from "../../store/sites.ts";
import { keepSlug } from "../../store/subdomains.ts";
import { listEditions } from "../editions.ts";
import { KEPT_MS } from "../hosts/subdomain.ts";
import { hashKey } from "../identity/keys.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { checkSite } from "./check.ts";
import { checkEdition } from "./check-edition.ts";
import { type CheckConnection, planConnections } from "./connections.ts";
import { idsAfter, NO_PARTS, pathOf, type SiteContext } from "./context.ts";
import { type ReadConfig, rawList, rawSites, readConfig } from "./parse.ts";
import { type KnownKeys, planUsers } from "./people.ts";
import { Plan, type PlannedGrant } from "./plan.ts";
import { refuseConfig } from "./refuse.ts";
import { planAgents, planDepartments, planGroups, planLevels, planModels } from "./sections.ts";
import { loadStored, nameIn, type Raw, type StoredSite, settingsInWords } from "./stored.ts";

export interface AppliedConfig {
  applied: boolean;
  changes: Change[];
}

/** Refuses a file that has problems. `check` says what a connector thinks of its settings. */
export async function applyConfig(
  services: Services,
  value: unknown,
  dryRun: boolean,
  check: CheckConnection,
): Promise<AppliedConfig> {
  const plan = await planConfig(services, value, check);
  if (plan.problems.length > 0) refuseConfig(plan.problems);
  if (dryRun) return { applied: false, changes: plan.changes };
  const versions = [...plan.touched].flatMap((siteId) => [
    ...newVersions(services.db, siteId, "file"),
    sites.bumpVersion(services.db, siteId),
  ]);
  await atomically(services.db, [...plan.statements, ...versions]);
  for (const siteId of plan.touched) {
    await deliverProfiles(services, siteId);
    services.sites.forget(siteId);
  }
  await deliverGrants(services, plan.grants);
  return { applied: true, changes: plan.changes };
}

const GRANTS_AT_ONCE = 20;

/** Every time: a wallet that has had its grant says so, one that missed it gets it now. */
async function deliverGrants(services: Services, grants: readonly PlannedGrant[]): Promise<void> {
  for (let at = 0; at < grants.length; at += GRANTS_AT_ONCE) {
    await Promise.all(
      grants.slice(at, at + GRANTS_AT_ONCE).map(({ siteId, userId, operationId, amountMicro }) => {
        const grant = { operationId, amountMicro, reason: "file", expiresAt: null, priority: 0 };
        return walletOf(services.env, siteId, userId).grant(grant);
      }),
    );
  }
}

/** Reads the store, writes nothing. */
export async function planConfig(
  services: Services,
  value: unknown,
  check: CheckConnection,
): Promise<Plan> {
  const plan = new Plan();
  const stored = await loadAll(services, value);
  const read = readConfig(value, stored);
  if (!read.ok) {
    for (const { path, message } of read.error) plan.problem(path, message);
    return plan;
  }
  const { file } = read.value;
  const hosts = await findHolders(
    services.db,
    file.sites.flatMap((site) => site.hosts),
  );
  const others = {
    hosts: new Map(hosts.map((row) => [row.host, row])),
    seenHosts: new Set<string>(),
    baseDomain: services.environment.baseDomain,
    addressHeader: services.environment.addressHeader,
  };
  const known = await knownKeys(services, file.sites);
  const editions = new Map((await listEditions(services)).map((one) => [one.slug, one.limits]));
  const seenSlugs = new Set<string>();
  const seenSites = new Map<string, string>();
  for (const [at, site] of file.sites.entries()) {
    const context = contextOf(services, plan, site, stored.get(site.slug) ?? null, read.value, at);
    if (site.slug === "platform") plan.problem(context.path, "is the platform's own site");
    if (seenSlugs.has(site.slug)) plan.problem(context.path, "stands twice");
    seenSlugs.add(site.slug);
    const twin = seenSites.get(context.siteId);
    if (twin !== undefined && twin !== site.slug) {
      plan.problem(context.path, `is the site that is called ${twin} here too`);
    }
    seenSites.set(context.siteId, site.slug);
    checkSite(context, others);
    checkEdition(context, editions);
    await planSite(context, known, check);
  }
  return plan;
}

async function loadAll(services: Services, value: unknown): Promise<Map<string, StoredSite>> {
  const found = new Map<string, StoredSite>();
  for (const site of rawSites(value)) {
    const slug = String(site.slug);
    const emails = rawList(site, "users").map((user) => nameIn("users", user));
    const stored = await loadStored(services.db, slug, emails);
    if (stored) found.set(slug, stored);
  }
  return found;
}

async function knownKeys(services: Services, all: SiteConfig[]): Promise<KnownKeys> {
  const hashes = all.flatMap((site) =>
    site.users.flatMap((user) => user.apiKeys.map(({ key }) => hashKey(key))),
  );
  const rows = await findKeysByHash(services.db, hashes);
  return {
    stored: new Map(rows.map((row) => [row.hash, row])),
    seen: new Set(),
    keyTag: services.keys.keyTag,
  };
}

function contextOf(
  services: Services,
  plan: Plan,
  config: SiteConfig,
  stored: StoredSite | null,
  { file, raw }: ReadConfig,
  at: number,
): SiteContext {
  const parts = stored?.parts ?? NO_PARTS;
  return {
    db: services.db,
    plan,
    path: `sites[${config.slug}]`,
    siteId: stored?.row.id ?? newId("site"),
    config,
    raw: raw[at] ?? {},
    prune: file.prune,
    stored,
    parts,
    ids: idsAfter(config, parts, file.prune),
    masterKey: services.environment.masterKey,
    vault: services.vault,
  };
}

async function planSite(
  context: SiteContext,
  known: KnownKeys,
  check: CheckConnection,
): Promise<void> {
  // With a problem nothing will be written: what follows would only stumble over it.
  const isSound = context.plan.problems.length === 0;
  await planConnections(context, check);
  if (!isSound) return;
  planSettings(context);
  planHosts(context);
  planLevels(context);
  planGroups(context);
  planDepartments(context);
  planModels(context);
  planAgents(context);
  await planUsers(context, known);
}

const DEFAULT_BRANDING = { slogan: "", intro: "", logo: "", color: "#3451b2", footer: "" };

function planSettings(context: SiteContext): void {
  const { plan, siteId, db, path, stored, config } = context;
  const { slug, name, kind, locale, edition } = config;
  const signupCredits = config.signupCredits ?? 0;
  const registration = config.registration ?? true;
  const contact = config.contact ?? "";
  const branding = config.branding ?? DEFAULT_BRANDING;
  const lowBalanceMicro = thresholdsToMicro(config.lowBalance ?? DEFAULT_LOW_BALANCE);
  const lowBalance = lowBalanceMicro.map((micro) => micro / MICRO_PER_CREDIT);
  const addresses = config.addresses ?? ALL_ADDRESSES;
  const common = { slug, name, kind, locale, edition, registration };
  const values = { ...common, contact, branding, addresses };
  const words = { ...values, signupCredits, lowBalance };
  const old: Raw | null = stored ? settingsInWords(stored.row) : null;
  if (!plan.note(path, old, words, { given: Object.keys(context.raw) })) return;
  const row = { ...values, signupMicro: creditsToMicro(signupCredits), lowBalanceMicro };
  const now = Date.now();
  const left = stored && stored.row.slug !== slug ? stored.row.slug : null;
  plan.write(siteId, [
    stored
      ? sites.updateSite(db, siteId, row)
      : sites.insertSite(db, { id: siteId, ...row, createdAt: now }),
    ...(left === null ? [] : keepSlug(db, { slug: left, siteId, until: now + KEPT_MS }, slug)),
  ]);
}

/** Hosts from a file count as verified; that none is another site's has been checked. */
function planHosts(context: SiteContext): void {
  const { plan, db, siteId, config, stored, prune } = context;
  const now = Date.now();
  for (const host of config.hosts) {
    const before = stored?.hosts.find((row) => row.host === host);
    if (before && before.verifiedAt !== null) continue;
    const words = before ? { host, verified: false } : null;
    plan.note(pathOf(context, "hosts", host), words, { host, verified: true });
    plan.write(siteId, [approveHost(db, siteId, host, now)]);
  }
  if (!prune) return;
  for (const { host } of stored?.hosts ?? []) {
    if (config.hosts.includes(host)) continue;
    plan.noteRemoval(pathOf(context, "hosts", host));
    plan.write(siteId, removeHost(db, siteId, host, now));
  }
}
