import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { configFileSchema } from "../../src/contract/config.ts";
import { exportSite } from "../../src/services/config/export.ts";
import { configJsonSchema } from "../../src/services/config/schema.ts";
import {
  apply,
  dryRun,
  example,
  exported,
  type FileSite,
  freshSlug,
  migrate,
  services,
  siteFile,
} from "./support.ts";

beforeAll(migrate);

it("an exported site applies to no change", async () => {
  const slug = freshSlug();
  await apply(siteFile(slug));
  const file = await exported(slug);
  expect(configFileSchema.safeParse(file).success).toBe(true);
  expect(await apply(file)).toEqual({ applied: true, changes: [] });
  expect(await apply({ ...file, prune: true })).toEqual({ applied: true, changes: [] });
});

it("an exported site, given another slug, makes the same site again", async () => {
  const [one, two] = [freshSlug(), freshSlug()];
  await apply(siteFile(one));
  const { sites } = await exported(one);
  const copy = { ...sites[0], slug: two, hosts: [] };
  await apply({ sites: [copy] });
  expect((await exported(two)).sites[0]).toEqual({ ...copy });
});

it("an export holds no secret, password, key or credits", async () => {
  const slug = freshSlug();
  await apply(siteFile(slug));
  const text = JSON.stringify(await exported(slug));
  for (const word of ["sk-", "secrets", "password", "scrypt", "apiKeys", '"credits"', "sealed"]) {
    expect(text).not.toContain(word);
  }
});

it("the platform's own site and an unknown one are not exported", async () => {
  for (const slug of ["platform", "nobody"]) {
    await expect(exportSite(services, slug)).rejects.toThrow("There is no site");
  }
});

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const price = fc.integer({ min: 0, max: 5_000_000_000 }).map((nano) => nano / 1e9);
const uniqueBy = <Item extends object>(item: fc.Arbitrary<Item>, field: keyof Item) =>
  fc.uniqueArray(item, { maxLength: 4, selector: (one) => one[field] });
const optional = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { requiredKeys: [] });

const prices = optional({
  inputPerMillion: price,
  outputPerMillion: price,
  perImage: price,
  images: fc.array(fc.record({ quality: word, credits: price }), { maxLength: 2 }),
});

/** Sites of every shape whose references lead somewhere. */
const anySite: fc.Arbitrary<FileSite> = fc
  .record({
    slugs: fc.record({ level: word, group: word, department: word, connection: word, model: word }),
    access: optional({ everyone: fc.boolean(), guests: fc.boolean() }),
    settings: optional({
      kind: fc.constantFrom("external", "internal", "both"),
      locale: fc.constantFrom("zh-CN", "en"),
      signupCredits: fc.integer({ min: 0, max: 10_000_000 }).map((micro) => micro / 1e6),
      lowBalance: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }),
      registration: fc.boolean(),
      contact: word,
      branding: optional({ slogan: fc.string({ maxLength: 20 }), footer: fc.string() }),
    }),
    models: uniqueBy(
      fc.record({
        name: word,
        kind: fc.constantFrom("chat", "embedding", "image"),
        enabled: fc.boolean(),
        price: prices,
        cost: fc.option(prices, { nil: undefined }),
        limits: optional({ maxOutputTokens: fc.integer({ min: 1, max: 9999 }) }),
      }),
      "name",
    ),
    agents: uniqueBy(
      fc.record({
        slug: word,
        name: word,
        order: fc.integer({ min: 0, max: 9 }),
        icon: fc.string({ unit: "grapheme", maxLength: 4 }),
        suggestedQuestions: fc.array(fc.string({ minLength: 1, maxLength: 9 }), { maxLength: 3 }),
        price: fc.oneof(
          fc.constant({ free: true }),
          fc.constant({ byTokens: true }),
          price.map((perMessage) => ({ perMessage })),
        ),
        prompt: fc.option(fc.string(), { nil: undefined }),
      }),
      "slug",
    ),
    rpm: optional({ rpm: fc.integer({ min: 1, max: 99 }), creditsPerDay: fc.constant(0.5) }),
    role: fc.constantFrom("member", "admin", "editor"),
  })
  .map(({ slugs, access, settings, models, agents, rpm, role }) => ({
    ...settings,
    name: slugs.model,
    levels: [{ slug: slugs.level, name: "L", limits: rpm, price: { year: 12 } }],
    groups: [{ slug: slugs.group, name: "G" }],
    departments: [{ slug: slugs.department, name: "D" }],
    connections: [{ id: slugs.connection, connector: "loopback" }],
    models: models.map((one) => ({
      ...one,
      routes: [{ connection: slugs.connection, model: "guide", weight: 3 }],
      access: { ...access, groups: [slugs.group], departments: [slugs.department] },
    })),
    agents: agents.map(({ prompt, ...one }) => {
      const [model] = models;
      const onModel = model && prompt !== undefined;
      const target = onModel ? { model: model.name, prompt } : { connection: slugs.connection };
      return { ...one, target, access: { ...access, levels: [slugs.level] } };
    }),
    users: [
      { email: "Eve@eve.example", role, groups: [slugs.group], level: slugs.level, limits: rpm },
    ],
  }));

it("whatever the site: applying twice, and applying its export, changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(anySite, async (site) => {
      const slug = freshSlug();
      const file = { sites: [{ slug, ...site }] };
      await apply(file);
      expect((await apply(file)).changes).toEqual([]);
      const copy = await exported(slug);
      expect((await dryRun({ ...copy, prune: true })).changes).toEqual([]);
    }),
    { numRuns: 40, seed: 20261121 },
  );
});

it("the JSON Schema allows what the parser allows to be left out, and nothing unknown", () => {
  const schema = configJsonSchema() as {
    $id: string;
    additionalProperties: boolean;
    properties: { sites: { items: { required: string[]; additionalProperties: boolean } } };
  };
  expect(schema.$id).toBe("/schemas/portico.json");
  expect(schema.additionalProperties).toBe(false);
  const site = schema.properties.sites.items;
  expect(site.additionalProperties).toBe(false);
  expect(Object.keys(example("x"))).toEqual(expect.arrayContaining(site.required));
});
