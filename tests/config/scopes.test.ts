/** Lists of addresses and models in a configuration file: applied, kept, taken back, exported. */
import { beforeAll, expect, it } from "vitest";
import { applyConfig } from "../../src/services/config/apply.ts";
import { checkConnection } from "../../src/services/connections.ts";
import { findSiteBySlug } from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import { loadProfile } from "../../src/store/users.ts";
import { apply, exported, freshSlug, migrate, services, siteFile, userOf } from "./support.ts";

const { db } = services;
beforeAll(migrate);

async function keyIn(slug: string) {
  const { siteId, id } = await userOf(slug, "ann");
  return (await loadProfile(db, siteId, id))?.keys[0];
}

async function addressesOf(slug: string) {
  const site = await findSiteBySlug(db, slug);
  return site && (await loadSnapshot(db, site.id))?.addresses;
}

it("a site keeps its lists until a file says otherwise, and its export has them", async () => {
  const slug = freshSlug();
  const addresses = { allow: ["10.0.0.0/8", "2001:db8::/32"], deny: ["10.9.0.0/16"] };
  await apply(siteFile(slug, { addresses }));
  expect(await addressesOf(slug)).toEqual(addresses);
  expect((await apply(siteFile(slug, { addresses }))).changes).toEqual([]);
  await apply({ sites: [{ slug, name: "Another name" }] });
  expect(await addressesOf(slug)).toEqual(addresses);
  const file = await exported(slug);
  expect(file.sites[0]).toMatchObject({ addresses });
  expect((await apply(file)).changes).toEqual([]);
  const { changes } = await apply({ sites: [{ slug, name: "Another name", addresses: {} }] });
  const after = { allow: [], deny: [] };
  expect(changes[0]?.fields).toEqual([{ field: "addresses", before: addresses, after }]);
  expect(await addressesOf(slug)).toEqual(after);
});

it("a key gets its lists, keeps what the file leaves out, and loses them where they are empty", async () => {
  const slug = freshSlug();
  await apply(siteFile(slug));
  expect(await keyIn(slug)).not.toHaveProperty("models");
  const file = (more: object) => {
    const key = { name: "ci", key: `sk-brought-along-${slug}-0123456789`, ...more };
    return { sites: [{ slug, users: [{ email: `ann@${slug}.example`, apiKeys: [key] }] }] };
  };
  const lists = { models: ["openai/*"], addresses: { allow: ["10.0.0.0/8"], deny: [] } };
  const { changes } = await apply(file(lists));
  expect(changes[0]?.fields.map(({ field }) => field).sort()).toEqual(["addresses", "models"]);
  expect(await keyIn(slug)).toMatchObject(lists);
  expect((await apply(file(lists))).changes).toEqual([]);
  await apply(file({ limits: { rpm: 5 } }));
  expect(await keyIn(slug)).toMatchObject({ ...lists, limits: { rpm: 5 } });
  await apply(file({ models: [], addresses: {} }));
  for (const field of ["models", "addresses"]) expect(await keyIn(slug)).not.toHaveProperty(field);
});

it("lists that a deployment cannot keep are refused with their paths, and nothing is applied", async () => {
  const slug = freshSlug();
  const blind = { ...services, environment: { ...services.environment, addressHeader: null } };
  const key = { name: "k", key: `sk-blind-${slug}-0123456789abcdef`, addresses: { deny: ["::1"] } };
  const users = [{ email: `a@${slug}.example`, apiKeys: [key] }];
  const site = { slug, name: "X", addresses: { allow: ["10.0.0.0/8"] }, users };
  const applied = applyConfig(blind, { sites: [site] }, false, checkConnection);
  const paths = [
    `sites[${slug}].addresses`,
    `sites[${slug}].users[a@${slug}.example].apiKeys[k].addresses`,
  ];
  const lines = paths.map((path) => `${path}: this deployment does not know who connects`);
  await expect(applied).rejects.toThrow(
    new RegExp(lines.map((line) => line.replace(/[[\].]/g, "\\$&")).join(".*\\n")),
  );
  expect(await findSiteBySlug(db, slug)).toBeNull();
});
