/** Claims of own domains in a world of their own: what a check at some time makes of them. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { SiteNotice } from "../../src/contract/notices.ts";
import { meterOf } from "../../src/durable/meter/client.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { checkHost } from "../../src/services/hosts/check.ts";
import { tendHosts } from "../../src/services/hosts/cron.ts";
import { proofName, proofText } from "../../src/services/hosts/dns.ts";
import { type Services, servicesOf } from "../../src/services/services.ts";
import { addClaim, findClaim, type HostRow } from "../../src/store/hosts.ts";
import { findSiteByHost } from "../../src/store/sites.ts";
import { fresh, makeSite, makeUser } from "../store/fixture.ts";
import { type HostsWorld, makeWorld } from "../support/hosts-world.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.parse("2026-11-21T08:00:00Z");

export const migrated = () => applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

/** The minute's work looks at all claims there are: each test has its own alone. */
export async function noClaims(): Promise<void> {
  await env.DB.batch(
    ["hosts", "hostname_removals"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
}

export interface Stage {
  world: HostsWorld;
  services: Services;
  host: string;
  /** A new site's claim of the host. */
  claim(token?: string): Promise<Claim>;
  /** The DNS says these tokens under the host's label. */
  prove(...tokens: string[]): Promise<void>;
  leadsTo(): Promise<string | null>;
  tend(now: number): Promise<void>;
}

export interface Claim {
  siteId: string;
  token: string;
  owner: string;
  /** The claim as it is stored after a look at that time. */
  check(now?: number): Promise<HostRow>;
  row(): Promise<HostRow>;
  notices(): Promise<SiteNotice[]>;
  /** Subjects of the mails to the site's owner, oldest first. */
  letters(): Promise<string[]>;
}

export function makeStage(more: { cloudflare: boolean }): Stage {
  const world = makeWorld(inject("hostsUrl"), more);
  const environment = { ...readEnvironment(env), hosts: world.environment };
  const services = servicesOf({ ...env }, environment);
  const host = `${fresh("ai")}.acme.cn`;
  return {
    world,
    services,
    host,
    claim: async (token = crypto.randomUUID()) => {
      const { siteId } = await makeSite(services.db);
      const owner = `owner@${siteId.replaceAll("_", "-")}.example`;
      await makeUser(services.db, siteId, { role: "owner", email: owner });
      await addClaim(services.db, { host, siteId, token }, null, START);
      const row = async () => {
        const found = await findClaim(services.db, siteId, host);
        if (!found) throw new Error("the claim is gone");
        return found;
      };
      return {
        siteId,
        token,
        owner,
        row,
        check: async (now = START) => {
          await checkHost(services, await row(), now);
          return await row();
        },
        letters: async () => {
          const mails = await env.DB.prepare(
            "SELECT recipient, subject FROM mails WHERE site_id = ?1 ORDER BY rowid",
          )
            .bind(siteId)
            .all<{ recipient: string; subject: string }>();
          return mails.results.map(({ recipient, subject }) => `${recipient}: ${subject}`);
        },
        notices: async () => (await meterOf(env, siteId).notices({ limit: 50 })).data,
      };
    },
    prove: (...tokens) => world.say({ texts: { [proofName(host)]: tokens.map(proofText) } }),
    leadsTo: () => findSiteByHost(services.db, host, environment.baseDomain),
    tend: (now) => tendHosts(services, now),
  };
}
