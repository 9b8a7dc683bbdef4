/** Applies configuration files to the real store, wallets and connectors. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Change } from "../../src/contract/platform.ts";
import { FailureError } from "../../src/core/failure.ts";
import { walletOf } from "../../src/durable/wallet/client.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { type AppliedConfig, applyConfig } from "../../src/services/config/apply.ts";
import { exportSite } from "../../src/services/config/export.ts";
import { checkConnection } from "../../src/services/connections.ts";
import { servicesOf } from "../../src/services/services.ts";
import { loadParts, type Parts } from "../../src/store/parts.ts";
import { findSiteBySlug } from "../../src/store/sites.ts";
import { findByEmail, type UserRow } from "../../src/store/users.ts";

export const services = servicesOf(env, readEnvironment(env));
export const migrate = () => applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

let counter = 0;
/** A slug nobody else uses. */
export const freshSlug = (): string => `acme-${++counter}`;

export type FileSite = Record<string, unknown>;

/** The file of one site, as a person would write it. */
export function siteFile(slug: string, more: FileSite = {}): { sites: FileSite[] } {
  return { sites: [{ ...example(slug), ...more }] };
}

export const example = (slug: string): FileSite => ({
  slug,
  name: "Acme AI",
  kind: "both",
  locale: "zh-CN",
  edition: "standard",
  signupCredits: 12.5,
  hosts: [`ai.${slug}.example`],
  groups: [{ slug: "staff", name: "Staff" }],
  departments: [
    { slug: "sales", name: "Sales" },
    { slug: "field", name: "Field", parent: "sales" },
  ],
  connections: [
    {
      id: "openai",
      connector: "openai",
      settings: { baseUrl: "http://127.0.0.1:4010/v1" },
      secrets: [{ apiKey: "sk-proj-0123456789abcdef", weight: 2 }],
    },
  ],
  models: [
    {
      name: "openai/gpt-4o-mini",
      routes: [{ connection: "openai", model: "gpt-4o-mini" }],
      price: { inputPerMillion: 0.15, outputPerMillion: 0.6 },
      limits: { maxOutputTokens: 4096 },
    },
  ],
  agents: [
    {
      slug: "support",
      name: "Support",
      target: { model: "openai/gpt-4o-mini", prompt: "Be kind." },
      price: { perMessage: 2 },
      access: { levels: ["free", "pro"] },
    },
  ],
  levels: [
    { slug: "free", name: "Free", default: true, monthlyCredits: 100, limits: { rpm: 20 } },
    { slug: "pro", name: "Pro", price: { month: 2900, currency: "CNY" }, monthlyCredits: 5000 },
  ],
  users: [
    {
      email: `ann@${slug}.example`,
      password: "correct horse",
      level: "pro",
      role: "owner",
      groups: ["staff"],
      department: "field",
      credits: 500,
      apiKeys: [{ name: "ci", key: `sk-brought-along-${slug}-0123456789`, limits: { rpm: 60 } }],
    },
    { email: `bob@${slug}.example` },
  ],
});

export const apply = (file: unknown): Promise<AppliedConfig> =>
  applyConfig(services, file, false, checkConnection);
export const dryRun = (file: unknown): Promise<AppliedConfig> =>
  applyConfig(services, file, true, checkConnection);

/** The lines of the refusal. Throws when the file is not refused. */
export async function refusal(file: unknown): Promise<string[]> {
  try {
    await apply(file);
  } catch (error) {
    if (error instanceof FailureError) return error.failure.message.split("\n");
    throw error;
  }
  throw new Error("the file was not refused");
}

export async function exported(slug: string): Promise<{ sites: [FileSite] }> {
  return JSON.parse(JSON.stringify(await exportSite(services, slug))) as { sites: [FileSite] };
}

export async function partsOf(slug: string): Promise<Parts> {
  const site = await findSiteBySlug(services.db, slug);
  if (!site) throw new Error(`no site ${slug}`);
  return await loadParts(services.db, site.id);
}

export async function userOf(slug: string, name: string): Promise<UserRow> {
  const site = await findSiteBySlug(services.db, slug);
  const user = site && (await findByEmail(services.db, site.id, `${name}@${slug}.example`));
  if (!user) throw new Error(`no user ${name} of ${slug}`);
  return user;
}

export async function balanceOf(slug: string, name: string): Promise<number> {
  const { siteId, id } = await userOf(slug, name);
  const state = await walletOf(env, siteId, id).balance();
  if (!state.ok) throw new Error(state.reason);
  return state.balanceMicro;
}

/** `update sites[acme].name` */
export const lines = (changes: Change[]): string[] =>
  changes.map(({ action, path }) => `${action} ${path}`);
