import { beforeAll, describe, expect, it } from "vitest";
import { mintKey } from "../../src/services/identity/keys.ts";
import { newId } from "../../src/store/ids.ts";
import { findSiteBySlug } from "../../src/store/sites.ts";
import {
  apply,
  example,
  exported,
  type FileSite,
  freshSlug,
  migrate,
  refusal,
  services,
  siteFile,
} from "./support.ts";

beforeAll(migrate);

const agent = (more: object) => ({
  agents: [{ slug: "x", name: "X", target: { connection: "openai" }, ...more }],
});
const model = (more: object) => ({
  models: [{ name: "m", routes: [{ connection: "openai", model: "m" }], ...more }],
});
const connection = (more: object) => ({ connections: [{ id: "c", connector: "openai", ...more }] });

const keyOf = (more: object) => ({
  users: [
    { email: "k@x.example", apiKeys: [{ name: "k", key: "sk-brought-along-0123456789", ...more }] },
  ],
});
const NO_ADDRESS =
  "an address such as 203.0.113.7, or a whole range such as 10.0.0.0/8 or 2001:db8::/32";

/** What is wrong with the example, and what is said of it (after the site's own path). */
const REFUSALS: [title: string, site: FileSite, ...told: string[]][] = [
  ["an unknown key", { nmae: "x" }, ".nmae: unknown key"],
  [
    "an unknown key deep inside",
    model({ price: { inputPerMilion: 1 } }),
    ".models[m].price.inputPerMilion: unknown key",
  ],
  ["a wrong type", { name: 5 }, ".name: Invalid input: expected string, received number"],
  [
    "a word outside a list",
    { kind: "all" },
    '.kind: Invalid option: expected one of "external"|"internal"|"both"',
  ],
  [
    "an address that is none",
    { addresses: { allow: ["10.0.0.0/8", "10.0.0.1/8"] } },
    `.addresses.allow[1]: ${NO_ADDRESS}`,
  ],
  [
    "an address of a key that is none",
    keyOf({ addresses: { deny: ["localhost"] } }),
    `.users[k@x.example].apiKeys[0].addresses.deny[0]: ${NO_ADDRESS}`,
  ],
  [
    "a model of a key with an asterisk in the middle",
    keyOf({ models: ["openai/*", "open*/gpt"] }),
    ".users[k@x.example].apiKeys[0].models[1]: a public name, or its beginning and *, such as openai/*",
  ],
  [
    "a list that is none",
    { agents: {} },
    ".agents: Invalid input: expected array, received object",
  ],
  [
    "a list that holds nothing",
    { agents: null },
    ".agents: Invalid input: expected array, received null",
  ],
  [
    "a member that is no object",
    { agents: ["x"] },
    ".agents[0]: Invalid input: expected object, received string",
  ],
  [
    "a new agent without a name",
    { agents: [{ slug: "x", target: { connection: "openai" } }] },
    ".agents[x].name: Invalid input: expected string, received undefined",
  ],
  [
    "a price below zero",
    model({ price: { perRequest: -1 } }),
    ".models[m].price.perRequest: Too small: expected number to be >=0",
  ],
  [
    "a model without routes",
    model({ routes: [] }),
    ".models[m].routes: Too small: expected array to have >=1 items",
  ],
  [
    "a model with an agent's name",
    { models: [{ name: "agent/x", routes: [{ connection: "openai", model: "m" }] }] },
    ".models[agent/x].name: names starting with agent/ are kept for agents",
  ],
  [
    "an agent's price in two forms",
    agent({ price: { free: true, perMessage: 1 } }),
    ".agents[x].price: has none of the forms it may have",
  ],
  [
    "an agent's price in no form",
    agent({ price: { gratis: true } }),
    ".agents[x].price: has none of the forms it may have",
  ],
  [
    "a target on two legs",
    agent({ target: { connection: "openai", prompt: "x" } }),
    ".agents[x].target.prompt: unknown key",
  ],
  [
    "a route to an unknown connection",
    model({ routes: [{ connection: "azure", model: "m" }] }),
    '.models[m].routes[0].connection: there is no connection "azure"',
  ],
  [
    "an agent on an unknown connection",
    agent({ target: { connection: "dify" } }),
    '.agents[x].target.connection: there is no connection "dify"',
  ],
  [
    "an agent on an unknown model",
    agent({ target: { model: "gpt-9" } }),
    '.agents[x].target.model: there is no model "gpt-9"',
  ],
  [
    "access for an unknown level",
    agent({ access: { levels: ["free", "gold"] } }),
    '.agents[x].access.levels[1]: there is no level "gold"',
  ],
  [
    "access for an unknown group",
    model({ access: { groups: ["vips"] } }),
    '.models[m].access.groups[0]: there is no group "vips"',
  ],
  [
    "access for an unknown department",
    model({ access: { departments: ["moon"] } }),
    '.models[m].access.departments[0]: there is no department "moon"',
  ],
  [
    "the same slug twice",
    {
      groups: [
        { slug: "a", name: "A" },
        { slug: "a", name: "B" },
      ],
    },
    ".groups[a]: stands twice",
  ],
  [
    "the same e-mail twice, in another case",
    { users: [{ email: "a@b.example" }, { email: "A@B.example" }] },
    ".users[a@b.example]: stands twice",
  ],
  [
    "the same host twice",
    { hosts: ["a.example.org", "a.example.org"] },
    ".hosts[a.example.org]: stands twice",
  ],
  [
    "a host under the base domain",
    { hosts: ["other.localhost"] },
    ".hosts[other.localhost]: names under localhost follow from the slug; only own domains stand here",
  ],
  [
    "two default levels",
    {
      levels: [
        { slug: "a", name: "A", default: true },
        { slug: "b", name: "B", default: true },
      ],
    },
    ".levels: at most one level can be the default",
  ],
  [
    "a user of an unknown level",
    { users: [{ email: "a@b.example", level: "gold" }] },
    '.users[a@b.example].level: there is no level "gold"',
  ],
  [
    "a user of an unknown group and department",
    { users: [{ email: "a@b.example", groups: ["vips"], department: "moon" }] },
    '.users[a@b.example].department: there is no department "moon"',
    '.users[a@b.example].groups[0]: there is no group "vips"',
  ],
  [
    "a short password",
    { users: [{ email: "a@b.example", password: "short" }] },
    ".users[a@b.example].password: Too small: expected string to have >=8 characters",
  ],
  [
    "credits finer than a micro-credit",
    { users: [{ email: "a@b.example", credits: 0.000_000_1 }] },
    ".users[a@b.example].credits: at most six decimals",
  ],
  [
    "a short key",
    { users: [{ email: "a@b.example", apiKeys: [{ name: "k", key: "sk-short" }] }] },
    ".users[a@b.example].apiKeys[0].key: Too small: expected string to have >=24 characters",
  ],
  [
    "a department above itself",
    {
      departments: [
        { slug: "a", name: "A", parent: "b" },
        { slug: "b", name: "B", parent: "a" },
      ],
    },
    ".departments[a].parent: would be above itself",
    ".departments[b].parent: would be above itself",
  ],
  [
    "a department below an unknown one",
    { departments: [{ slug: "a", name: "A", parent: "moon" }] },
    '.departments[a].parent: there is no department "moon"',
  ],
  [
    "an unknown connector",
    connection({ connector: "skynet" }),
    '.connections[c].connector: there is no connector "skynet"',
  ],
];

describe("a file is refused with the path and the reason, and changes nothing:", () => {
  it.each(REFUSALS)("%s", async (_title, more, ...told) => {
    const slug = freshSlug();
    const base = { ...example(slug), agents: [], models: [], departments: [], users: [] };
    expect(await refusal({ sites: [{ ...base, ...more }] })).toEqual(
      told.map((line) => `sites[${slug}]${line}`),
    );
    expect(await findSiteBySlug(services.db, slug)).toBeNull();
  });

  it.each([
    ["nothing at all", null, "the file: Invalid input: expected object, received null"],
    ["a list", [], "the file: Invalid input: expected object, received array"],
    ["no sites", {}, "sites: Invalid input: expected array, received undefined"],
    ["an unknown key on top", { sites: [], site: [] }, "site: unknown key"],
    [
      "a site without a slug",
      { sites: [{ name: "x" }] },
      "sites[0].slug: Invalid input: expected string, received undefined",
    ],
    [
      "the platform's own site",
      siteFile("platform", { connections: [], models: [], agents: [] }),
      "sites[platform]: is the platform's own site",
    ],
  ])("%s", async (_title, file, told) => {
    expect(await refusal(file)).toEqual([told]);
  });

  it("what a connector's own schema says of settings and of the second secret", async () => {
    const slug = freshSlug();
    const wrong = connection({
      settings: { baseUrl: "not a url" },
      secrets: [{ apiKey: "sk-0123456789abcdef" }, { token: "sk-0123456789abcdef" }],
    });
    const told = await refusal(siteFile(slug, { ...wrong, models: [], agents: [] }));
    expect(told.map((line) => line.split(":")[0])).toEqual([
      `sites[${slug}].connections[c].settings.baseUrl`,
    ]);
    const secrets = [{ apiKey: "sk-0123456789abcdef" }, { token: "sk-0123456789abcdef" }];
    const second = await refusal(
      siteFile(slug, { ...connection({ secrets }), models: [], agents: [] }),
    );
    expect(second[0]).toMatch(/\.connections\[c\]\.secrets\[1\]\.apiKey: /);
  });

  it("all problems at once, also over several sites", async () => {
    const [one, two] = [freshSlug(), freshSlug()];
    const told = await refusal({
      sites: [
        { ...example(one), agents: [{ slug: "x", name: "X", target: { connection: "a" } }] },
        { ...example(two), agents: [{ slug: "x", name: "X", target: { model: "b" } }] },
      ],
    });
    expect(told).toEqual([
      `sites[${one}].agents[x].target.connection: there is no connection "a"`,
      `sites[${two}].agents[x].target.model: there is no model "b"`,
    ]);
    expect(await findSiteBySlug(services.db, one)).toBeNull();
  });
});

describe("what belongs to somebody else is not taken over:", () => {
  it("a host of another site", async () => {
    const [one, two] = [freshSlug(), freshSlug()];
    await apply(siteFile(one));
    const host = `ai.${one}.example`;
    expect(await refusal(siteFile(two, { hosts: [host] }))).toEqual([
      `sites[${two}].hosts[${host}]: belongs to another site`,
    ]);
  });

  it("a host that two sites of the file want", async () => {
    const [one, two] = [freshSlug(), freshSlug()];
    const hosts = ["shared.example.org"];
    const file = {
      sites: [
        { ...example(one), hosts },
        { ...example(two), hosts },
      ],
    };
    expect(await refusal(file)).toEqual([`sites[${two}].hosts[${hosts[0]}]: stands twice`]);
  });

  it("a key of another user, of the same site and of another", async () => {
    const [one, two] = [freshSlug(), freshSlug()];
    await apply(siteFile(one));
    const apiKeys = [{ name: "mine", key: `sk-brought-along-${one}-0123456789` }];
    for (const slug of [one, two]) {
      const email = `eve@${slug}.example`;
      expect(await refusal(siteFile(slug, { users: [{ email, apiKeys }] }))).toEqual([
        `sites[${slug}].users[${email}].apiKeys[mine].key: this key belongs to somebody else`,
      ]);
    }
  });

  it("a key that stands twice in the file", async () => {
    const slug = freshSlug();
    const apiKeys = [{ name: "k", key: `sk-twice-${slug}-0123456789-abc` }];
    const emails = [`a@${slug}.example`, `b@${slug}.example`];
    const users = emails.map((email) => ({ email, apiKeys }));
    expect(await refusal(siteFile(slug, { users }))).toEqual([
      `sites[${slug}].users[${emails[1]}].apiKeys[k].key: the same key stands twice`,
    ]);
  });

  it("a key of Portico's own form, true or forged", async () => {
    const slug = freshSlug();
    const owner = { siteId: newId("site"), userId: newId("user") };
    const { text } = mintKey(services.keys.keyTag, owner);
    const forged = `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`;
    for (const key of [text, forged]) {
      const users = [{ email: `a@${slug}.example`, apiKeys: [{ name: "k", key }] }];
      expect((await refusal(siteFile(slug, { users })))[0]).toContain(
        "has the form of Portico's own keys",
      );
    }
  });
});

describe("what is in use is not pruned:", () => {
  it("a level that people have who are not in the file", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const { agents: _agents, ...rest } = example(slug);
    const levels = [{ slug: "free", name: "Free" }];
    const before = await exported(slug);
    const without = { ...rest, levels, users: [] };
    expect(await refusal({ prune: true, sites: [without] })).toEqual([
      `sites[${slug}].levels[pro]: cannot be removed: 1 user(s) have it; give them another level first`,
    ]);
    expect(await exported(slug)).toEqual(before);
    const moved = { ...rest, levels, users: [{ email: `ann@${slug}.example`, level: "free" }] };
    await apply({ prune: true, sites: [moved] });
    expect((await exported(slug)).sites[0].levels).toHaveLength(1);
  });

  it("a connection that a model of the file still routes to", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const site = { ...example(slug), connections: [] };
    expect(await refusal({ prune: true, sites: [site] })).toEqual([
      `sites[${slug}].models[openai/gpt-4o-mini].routes[0].connection: there is no connection "openai"`,
    ]);
  });
});
