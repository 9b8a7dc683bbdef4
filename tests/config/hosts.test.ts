/** Hosts and slugs of a file beside what admins have done in the console. */
import { beforeAll, describe, expect, it } from "vitest";
import { changeSubdomain } from "../../src/services/hosts/subdomain.ts";
import { addClaim, dueRemovals, findClaim, noteCheck, verifyClaim } from "../../src/store/hosts.ts";
import { findSiteByHost, findSiteBySlug } from "../../src/store/sites.ts";
import { findRetired } from "../../src/store/subdomains.ts";
import { apply, freshSlug, lines, migrate, refusal, services } from "./support.ts";

beforeAll(migrate);
const { db } = services;

const file = (slug: string, more: object = {}) => ({
  sites: [{ slug, name: "Acme", edition: "standard", ...more }],
});

async function made(): Promise<{ slug: string; siteId: string }> {
  const slug = freshSlug();
  await apply(file(slug));
  const site = await findSiteBySlug(db, slug);
  if (!site) throw new Error(`there is no ${slug}`);
  return { slug, siteId: site.id };
}

/** As an admin does it in the console. */
async function rename(siteId: string, to: string): Promise<void> {
  const site = await services.sites.snapshot(siteId, () => undefined);
  if (site) await changeSubdomain(services, site, to);
}

describe("a host of the file", () => {
  const claim = async (siteId: string, host: string) => {
    const key = { host, siteId, token: crypto.randomUUID() };
    await addClaim(db, key, null, 1);
    return key;
  };

  it("is the site's by the operator's word, whatever it had claimed or others claim", async () => {
    const [one, two] = [await made(), await made()];
    const host = `ai.${one.slug}.example`;
    await claim(one.siteId, host);
    await claim(two.siteId, host);
    const { changes } = await apply(file(one.slug, { hosts: [host] }));
    expect(lines(changes)).toEqual([`update sites[${one.slug}].hosts[${host}]`]);
    expect(await findSiteByHost(db, host, "localhost")).toBe(one.siteId);
    expect((await findClaim(db, two.siteId, host))?.verifiedAt).toBeNull();
    expect((await apply(file(one.slug, { hosts: [host] }))).changes).toEqual([]);
  });

  it("that another site has proven is refused", async () => {
    const [one, two] = [await made(), await made()];
    const host = `ai.${one.slug}.example`;
    await verifyClaim(db, await claim(two.siteId, host), 1);
    expect(await refusal(file(one.slug, { hosts: [host] }))).toEqual([
      `sites[${one.slug}].hosts[${host}]: belongs to another site`,
    ]);
  });

  it("that a file drops with prune leads nowhere, and Cloudflare is to forget it", async () => {
    const { slug, siteId } = await made();
    const host = `ai.${slug}.example`;
    await apply(file(slug, { hosts: [host] }));
    const id = crypto.randomUUID();
    await noteCheck(db, { host, siteId, token: "" }, { customHostnameId: id });
    await apply({ ...file(slug), prune: true });
    expect(await findSiteByHost(db, host, "localhost")).toBeNull();
    const removals = await dueRemovals(db, Number.MAX_SAFE_INTEGER, 1000);
    expect(removals).toContainEqual(expect.objectContaining({ id, host }));
  });
});

describe("a slug that an admin has changed", () => {
  it("still means the same site in the file, and is its name again", async () => {
    const { slug, siteId } = await made();
    const other = freshSlug();
    await rename(siteId, other);
    expect((await findSiteBySlug(db, slug)) ?? null).toBeNull();
    await apply(file(slug));
    expect((await findSiteBySlug(db, slug))?.id).toBe(siteId);
    expect(await findRetired(db, slug)).toBeNull();
    expect((await findRetired(db, other))?.siteId).toBe(siteId);
    expect((await apply(file(slug))).changes).toEqual([]);
  });

  it("does not stand in a file beside the new one: both are the same site", async () => {
    const { slug, siteId } = await made();
    const other = freshSlug();
    await rename(siteId, other);
    const both = { sites: [...file(other).sites, ...file(slug).sites] };
    expect(await refusal(both)).toEqual([
      `sites[${slug}]: is the site that is called ${other} here too`,
    ]);
  });
});
