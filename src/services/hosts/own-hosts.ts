/** A site's own domains, as its admins see and change them. */
import type { z } from "zod";
import { type HostNameProblem, readHostName } from "../../contract/host-names.ts";
import type { hostEndpoints, OwnHost } from "../../contract/hosts.ts";
import { editionFailure } from "../../core/editions.ts";
import { FailureError, refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { atomically } from "../../store/database.ts";
import * as store from "../../store/hosts.ts";
import { retiredOf } from "../../store/subdomains.ts";
import type { Services } from "../services.ts";
import { checkHost, isApproved } from "./check.ts";
import { forgetNow } from "./cron.ts";
import { proofName, proofText } from "./dns.ts";
import { LOST_MS } from "./verdict.ts";

/** Between two looks that somebody asks for: the resolvers would say the same. */
const CHECK_PAUSE_MS = 5_000;

const timeText = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

function shown({ environment }: Services, row: store.HostRow): OwnHost {
  const { host, status, problem, missingSince } = row;
  const fromFile = isApproved(row);
  const proof = { type: "TXT" as const, name: proofName(host), value: proofText(row.token) };
  const address = { type: "CNAME" as const, name: host, value: environment.hosts.cnameTarget };
  return {
    host,
    status,
    problem,
    fromFile,
    records: [
      ...(fromFile ? [] : [{ purpose: "proof" as const, ...proof }]),
      { purpose: "address", ...address },
    ],
    checkedAt: timeText(row.checkedAt),
    nextCheckAt: timeText(row.nextCheckAt),
    lostAt: status === "lost" || missingSince === null ? null : timeText(missingSince + LOST_MS),
    createdAt: new Date(row.createdAt).toISOString(),
  };
}

type Listed = z.input<(typeof hostEndpoints)["GET /api/admin/hosts"]["response"]>;

export async function listHosts(services: Services, site: SiteSnapshot): Promise<Listed> {
  const { db, environment } = services;
  const [rows, retired] = await Promise.all([
    store.hostsOf(db, site.id),
    retiredOf(db, site.id, Date.now()),
  ]);
  return {
    slug: site.slug,
    baseDomain: environment.baseDomain,
    retired: retired.map(({ slug, until }) => ({ slug, until: new Date(until).toISOString() })),
    certificates: environment.hosts.cloudflare ? "cloudflare" : "own",
    limit: site.limits.ownDomains,
    data: rows.map((row) => shown(services, row)),
  };
}

const NAME_PROBLEMS: Record<HostNameProblem, string> = {
  empty: "a domain name such as ai.example.com",
  not_a_name: "not a domain name such as ai.example.com",
  too_long: "longer than a domain name can be",
  an_address: "an address in numbers is no domain name",
  more_than_a_name: "only the name, without port, path, user or parameters",
  one_label: "a name with a dot, such as ai.example.com",
  not_public: "this name means something on one machine only",
  public_suffix: "under this name anybody can register: it is nobody's own",
};

/** The name as it stands in the DNS, or a refusal. */
function readOwnHost({ environment }: Services, text: string): string {
  const read = readHostName(text);
  const refuseHost = (why: string) => refuse("invalid_value", `host: ${why}`, { param: "host" });
  if (!read.ok) return refuseHost(NAME_PROBLEMS[read.error]);
  const { baseDomain } = environment;
  if (read.value === baseDomain || read.value.endsWith(`.${baseDomain}`)) {
    return refuseHost(`names under ${baseDomain} are subdomains: the site has one of them`);
  }
  return read.value;
}

/** Whoever else has the host, the answer is the same: only the proof tells. */
export async function claimHost(
  services: Services,
  site: SiteSnapshot,
  text: string,
): Promise<OwnHost> {
  const { db } = services;
  const host = readOwnHost(services, text);
  if (await store.findClaim(db, site.id, host)) {
    refuse("conflict", `host: ${host} is on the list already`, { param: "host" });
  }
  const token = [...crypto.getRandomValues(new Uint8Array(20))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const now = Date.now();
  const room = site.limits.ownDomains;
  if (!(await store.addClaim(db, { host, siteId: site.id, token }, room, now))) {
    if (room !== null) throw new FailureError(editionFailure("ownDomains", site));
    refuse("conflict", `A site has at most ${store.MAX_CLAIMS} own domains.`, { param: "host" });
  }
  return shown(services, await claimOf(services, site, host));
}

async function claimOf(
  { db }: Services,
  { id }: SiteSnapshot,
  host: string,
): Promise<store.HostRow> {
  const row = await store.findClaim(db, id, host);
  return row ?? refuse("not_found", `There is no domain ${host} here.`);
}

/** Somebody asks, so that the pauses begin anew. */
export async function checkNow(
  services: Services,
  site: SiteSnapshot,
  host: string,
): Promise<OwnHost> {
  const row = await claimOf(services, site, host);
  const now = Date.now();
  if (row.checkedAt === null || now - row.checkedAt >= CHECK_PAUSE_MS) {
    await checkHost(services, { ...row, attempts: 0 }, now);
  }
  return shown(services, await claimOf(services, site, host));
}

/** Answers once it leads nowhere; Cloudflare is told by what is left for `after`. */
export async function giveUpHost(
  services: Services,
  site: SiteSnapshot,
  host: string,
): Promise<{ after: () => Promise<void> }> {
  const { db, sites } = services;
  const { customHostnameId } = await claimOf(services, site, host);
  await atomically(db, store.removeHost(db, site.id, host, Date.now()));
  sites.forget(site.id);
  return { after: customHostnameId === null ? async () => undefined : () => forgetNow(services) };
}
