/** Sites of people who have an account of the platform: making one, seeing one's own, going there. */
import type { z } from "zod";
import type { OwnSite, ownSiteEndpoints } from "../contract/platform.ts";
import { refuse } from "../core/failure.ts";
import type { UserProfile } from "../core/site.ts";
import { throttleOf } from "../durable/throttle/client.ts";
import { newId } from "../store/ids.ts";
import { findSiteBySlug } from "../store/sites.ts";
import * as store from "../store/sites-own.ts";
import { findById } from "../store/users.ts";
import { requireFreeSlug } from "./hosts/subdomain.ts";
import { deliverProfiles } from "./profiles.ts";
import type { Services } from "./services.ts";
import { PLATFORM_SITE_ID } from "./sites.ts";
import { issueTicket } from "./sites-entry.ts";
import { readPlatformSettings } from "./sites-settings.ts";

const PER_ACCOUNT = { max: 10, windowMs: 3_600_000 };
const PER_ADDRESS = { max: 20, windowMs: 3_600_000 };

/** What a new site gives to each of its users, so that the first can try it at once. */
const SIGNUP_MICRO = 100_000_000;
const BRANDING = { slogan: "", intro: "", logo: "", color: "#3451b2", footer: "" };

function shown({ site, role }: store.OwnSiteRow): OwnSite {
  const { slug, name, edition, suspended, suspendedWhy } = site;
  const createdAt = new Date(site.createdAt).toISOString();
  // An operator is one on the platform's own site alone.
  const roleThere = role === "operator" ? "owner" : role;
  return { slug, name, edition, role: roleThere, suspended, suspendedWhy, createdAt };
}

export async function ownSites(services: Services, { userId }: UserProfile) {
  const [sites, { freeSites }] = await Promise.all([
    store.sitesOfAccount(services.db, userId),
    readPlatformSettings(services),
  ]);
  return { data: sites.map(shown), freeSites };
}

async function requirePatience(services: Services, account: string, address: string | null) {
  const waits = await Promise.all([
    throttleOf(services.env, `create-site:account:${account}`).attempt(PER_ACCOUNT),
    address === null
      ? { retryAfterMs: 0 }
      : throttleOf(services.env, `create-site:address:${address}`).attempt(PER_ADDRESS),
  ]);
  const retryAfterMs = Math.max(...waits.map((wait) => wait.retryAfterMs));
  if (retryAfterMs > 0) {
    refuse("rate_limit_login", "Too many sites at once; please wait.", { retryAfterMs });
  }
}

type Wish = z.output<(typeof ownSiteEndpoints)["POST /api/platform/mine"]["body"]>;

/** All of it or nothing: the site, a level for its users, its owner, and who he is here. */
export async function createOwnSite(
  services: Services,
  { userId: accountId }: UserProfile,
  wish: Wish,
  address: string | null,
): Promise<OwnSite> {
  const { db } = services;
  const account = await findById(db, PLATFORM_SITE_ID, accountId);
  if (!account) return refuse("expired_session", "Please log in.");
  await requireFreeSlug(services, null, wish.slug);
  await requirePatience(services, accountId, address);
  const { freeSites } = await readPlatformSettings(services);
  const now = Date.now();
  const [siteId, levelId] = [newId("site"), newId("level")];
  const { email, name, emailVerifiedAt } = account;
  const made = await store.createSite(
    db,
    {
      site: {
        id: siteId,
        ...wish,
        edition: "free",
        signupMicro: SIGNUP_MICRO,
        branding: BRANDING,
        createdAt: now,
      },
      level: { id: levelId, slug: "free", name: "Free", isDefault: true, limits: { rpm: 20 } },
      owner: {
        id: newId("user"),
        email,
        name,
        passwordHash: null,
        role: "owner",
        levelId,
        emailVerifiedAt,
      },
      account: { id: accountId, email, name },
      freeSites,
    },
    now,
  );
  if (made === "no_room") {
    refuse("conflict", `An account has at most ${freeSites} sites of the free edition.`);
  }
  if (made === "slug_taken") {
    await requireFreeSlug(services, null, wish.slug);
    refuse("conflict", `slug: ${wish.slug} belongs to another site`, { param: "slug" });
  }
  services.sites.forget(siteId);
  await deliverProfiles(services, siteId);
  const mine = await store.sitesOfAccount(db, accountId);
  const site = mine.find((one) => one.site.id === siteId);
  if (!site) throw new Error("a site that was just made is not there");
  return shown(site);
}

/** A ticket for a site on which the account is somebody. */
export async function enterOwnSite(
  services: Services,
  { userId: accountId }: UserProfile,
  slug: string,
): Promise<{ ticket: string }> {
  const nowhere = () => refuse("site_not_found", "You have no such site.");
  const site = await findSiteBySlug(services.db, slug);
  const userId = site && (await store.userOfAccount(services.db, site.id, accountId));
  const user = site && userId ? await findById(services.db, site.id, userId) : null;
  if (!site || !user) return nowhere();
  if (site.suspended) refuse("conflict", `This site is suspended: ${site.suspendedWhy}`);
  if (!user.enabled) refuse("user_disabled", "Your account on this site is disabled.");
  return { ticket: await issueTicket(services, user) };
}
