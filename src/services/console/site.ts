/** The site itself and its home page, as the console shows them. */
import type { z } from "zod";
import {
  type adminEndpoints,
  checklistItemSchema,
  type SiteSettings,
} from "../../contract/admin.ts";
import { admits } from "../../contract/ip.ts";
import { MICRO_PER_CREDIT } from "../../contract/values.ts";
import { creditsToMicro, thresholdsToMicro } from "../../core/credits.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { meterOf } from "../../durable/meter/client.ts";
import { hostsOf } from "../../store/hosts.ts";
import { keysOfSite } from "../../store/keys.ts";
import * as sites from "../../store/sites.ts";
import { countUsers } from "../../store/users.ts";
import { requireKeepable } from "../identity/api-keys.ts";
import type { Services } from "../services.ts";

/** `from`: the address of who asks; null where it is not known. */
export async function readSettings(
  services: Services,
  siteId: string,
  from: string | null,
): Promise<SiteSettings> {
  const row =
    (await sites.findSite(services.db, siteId)) ?? refuse("site_not_found", "This site is gone.");
  const own = await hostsOf(services.db, siteId);
  const { slug, name, kind, locale, edition, registration, contact, branding, addresses } = row;
  return {
    slug,
    name,
    kind,
    locale,
    edition,
    registration,
    contact,
    branding,
    addresses,
    yourAddress: from,
    signupCredits: row.signupMicro / MICRO_PER_CREDIT,
    lowBalance: row.lowBalanceMicro.map((micro) => micro / MICRO_PER_CREDIT),
    hosts: [
      { host: `${slug}.${services.environment.baseDomain}`, kind: "subdomain", verified: true },
      ...own.map(({ host, status }) => ({
        host,
        kind: "own" as const,
        verified: status === "live",
      })),
    ],
  };
}

type SettingsPatch = z.output<(typeof adminEndpoints)["PATCH /api/admin/site"]["body"]>;

export async function changeSettings(
  services: Services,
  siteId: string,
  patch: SettingsPatch,
  from: string | null,
): Promise<SiteSettings> {
  const { signupCredits, lowBalance, evenMe = false, ...rest } = patch;
  if (rest.addresses) {
    requireKeepable(services, rest.addresses);
    if (!evenMe && !admits(rest.addresses, from)) {
      const message = `addresses: these would shut you out, who come from ${from}.`;
      refuse("conflict", message, { param: "addresses" });
    }
  }
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const values: sites.SiteChange = {
    ...given,
    ...(signupCredits === undefined ? {} : { signupMicro: creditsToMicro(signupCredits) }),
    ...(lowBalance === undefined ? {} : { lowBalanceMicro: thresholdsToMicro(lowBalance) }),
  };
  if (Object.keys(values).length > 0) {
    await sites.change(services.db, siteId, [sites.updateSite(services.db, siteId, values)]);
    services.sites.forget(siteId);
  }
  return await readSettings(services, siteId, from);
}

const DAY_MS = 24 * 3600 * 1000;

interface DayFigures {
  calls: number;
  errors: number;
  charged_micro: number;
  users: number;
}

async function figures(
  services: Services,
  siteId: string,
  from: number,
  to: number,
): Promise<DayFigures> {
  const meter = meterOf(services.env, siteId);
  const [buckets, users] = await Promise.all([
    meter.usage({ from, to, step: "hour" }),
    meter.activeUsers(from, to),
  ]);
  const sum = (of: (bucket: (typeof buckets)[number]) => number) =>
    buckets.reduce((total, bucket) => total + of(bucket), 0);
  return {
    calls: sum((bucket) => bucket.calls),
    errors: sum((bucket) => bucket.errors),
    charged_micro: sum((bucket) => bucket.charged_micro),
    users,
  };
}

type ChecklistItem = z.infer<typeof checklistItemSchema>;

/** The way of a new site to going live, as far as it has come. */
async function checklist(
  services: Services,
  site: SiteSnapshot,
  users: number,
): Promise<ChecklistItem[]> {
  const [keys, requests] = await Promise.all([
    keysOfSite(services.db, site.id),
    meterOf(services.env, site.id).requests({ limit: 1 }),
  ]);
  const { branding } = site;
  const done: Record<ChecklistItem["id"], boolean> = {
    connection: [...site.connections.values()].some((one) => one.connector !== "loopback"),
    model_or_agent: site.agents.size + site.models.size > 0,
    level: [...site.levels.values()].some((level) => level.isDefault),
    branding: branding.logo !== "" || branding.slogan !== "",
    first_request: requests.data.length > 0,
    own_key: keys.some((key) => key.revokedAt === null),
    people: users > 1,
  };
  return checklistItemSchema.shape.id.options.map((id) => ({ id, done: done[id] }));
}

export async function overview(services: Services, site: SiteSnapshot) {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const [today, yesterday, users] = await Promise.all([
    figures(services, site.id, midnight, midnight + DAY_MS),
    figures(services, site.id, midnight - DAY_MS, midnight),
    countUsers(services.db, site.id),
  ]);
  return {
    checklist: await checklist(services, site, users),
    today,
    yesterday,
    totals: {
      users,
      agents: site.agents.size,
      models: site.models.size,
      connections: site.connections.size,
    },
  };
}
