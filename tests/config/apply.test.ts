import { beforeAll, describe, expect, it } from "vitest";
import { hashKey } from "../../src/services/identity/keys.ts";
import { verifyPassword } from "../../src/services/identity/passwords.ts";
import { disableSecret, noteHealth } from "../../src/store/connections.ts";
import { keysOfUser } from "../../src/store/keys.ts";
import { configVersion, findSiteByHost, findSiteBySlug } from "../../src/store/sites.ts";
import { createUser, loadProfile } from "../../src/store/users.ts";
import {
  apply,
  balanceOf,
  dryRun,
  example,
  freshSlug,
  lines,
  migrate,
  partsOf,
  services,
  siteFile,
  userOf,
} from "./support.ts";

const { db } = services;
beforeAll(migrate);

const versionOf = async (slug: string) => {
  const site = await findSiteBySlug(db, slug);
  return site && (await configVersion(db, site.id));
};

describe("a first application", () => {
  it("makes the whole site, and says each thing it made", async () => {
    const slug = freshSlug();
    const { applied, changes } = await apply(siteFile(slug));
    expect(applied).toBe(true);
    const at = `create sites[${slug}]`;
    expect(lines(changes)).toEqual([
      `${at}.connections[openai]`,
      at,
      `${at}.hosts[ai.${slug}.example]`,
      `${at}.levels[free]`,
      `${at}.levels[pro]`,
      `${at}.groups[staff]`,
      `${at}.departments[sales]`,
      `${at}.departments[field]`,
      `${at}.models[openai/gpt-4o-mini]`,
      `${at}.agents[support]`,
      `${at}.users[ann@${slug}.example]`,
      `${at}.users[ann@${slug}.example].apiKeys[ci]`,
      `${at}.users[bob@${slug}.example]`,
    ]);
    const snapshot = await services.sites.snapshot(
      (await findSiteBySlug(db, slug))?.id ?? "",
      () => undefined,
    );
    expect(snapshot).toMatchObject({
      name: "Acme AI",
      signupMicro: 12_500_000,
      edition: "standard",
    });
    expect(snapshot?.agents.get("support")?.target).toMatchObject({ prompt: "Be kind." });
  });

  it("counts the file's own hosts as verified", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const site = await findSiteBySlug(db, slug);
    expect(await findSiteByHost(db, `ai.${slug}.example`, "localhost")).toBe(site?.id);
    expect(await findSiteByHost(db, `${slug}.localhost`, "localhost")).toBe(site?.id);
  });

  it("gives people their password, level, groups, department, key and credits", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const ann = await userOf(slug, "ann");
    expect(ann.role).toBe("owner");
    expect(await verifyPassword("correct horse", ann.passwordHash ?? "")).toBe(true);
    const parts = await partsOf(slug);
    const profile = await loadProfile(db, ann.siteId, ann.id);
    expect(profile?.levelId).toBe(parts.levels.find((one) => one.config.slug === "pro")?.id);
    expect(profile?.groupIds).toEqual([parts.groups[0]?.id]);
    expect(profile?.departmentIds).toEqual([
      parts.departments.find((one) => one.slug === "field")?.id,
    ]);
    const text = `sk-brought-along-${slug}-0123456789`;
    expect(profile?.keys).toMatchObject([{ hash: hashKey(text), limits: { rpm: 60 } }]);
    expect(await keysOfUser(db, ann.siteId, ann.id)).toMatchObject([{ prefix: "sk-broug" }]);
    expect(await balanceOf(slug, "ann")).toBe(500_000_000);
  });

  it("gives who is given no level the default one", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const free = (await partsOf(slug)).levels.find((one) => one.config.slug === "free");
    expect((await userOf(slug, "bob")).levelId).toBe(free?.id);
  });
});

describe("applying again", () => {
  it("changes nothing: no row, no version, no credits", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const version = await versionOf(slug);
    const ann = await userOf(slug, "ann");
    expect(await apply(siteFile(slug))).toEqual({ applied: true, changes: [] });
    expect(await versionOf(slug)).toBe(version);
    expect(await userOf(slug, "ann")).toEqual(ann);
    expect(await balanceOf(slug, "ann")).toBe(500_000_000);
  });

  it("is not fooled by another order of groups, keys of objects, or the case of an e-mail", async () => {
    const slug = freshSlug();
    const file = siteFile(slug, {
      groups: [
        { slug: "a", name: "A" },
        { slug: "b", name: "B" },
      ],
      users: [{ email: `Ann@${slug}.example`, groups: ["b", "a"] }],
    });
    await apply(file);
    const again = siteFile(slug, {
      groups: file.sites[0]?.groups,
      models: [
        {
          price: { outputPerMillion: 0.6, inputPerMillion: 0.15 },
          limits: { maxOutputTokens: 4096 },
          routes: [{ model: "gpt-4o-mini", connection: "openai" }],
          name: "openai/gpt-4o-mini",
        },
      ],
      users: [{ groups: ["a", "b", "a"], email: `ANN@${slug}.example` }],
    });
    expect((await apply(again)).changes).toEqual([]);
  });

  it("with other credits grants those too, once, and a dry run has said so", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const more = siteFile(slug, { users: [{ email: `ann@${slug}.example`, credits: 800 }] });
    const [change] = (await dryRun(more)).changes;
    expect(change?.fields).toEqual([{ field: "credits", before: 500, after: 800 }]);
    await apply(more);
    await apply(more);
    expect(await balanceOf(slug, "ann")).toBe(1_300_000_000);
  });

  it("grants what a wallet has missed: the grant is asked for every time", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug, { users: [] }));
    const site = await findSiteBySlug(db, slug);
    // As after a crash between the store's batch and the wallet: the row says granted.
    const email = `ann@${slug}.example`;
    const row = { id: "usr_0000000000000001", email, name: "", passwordHash: null };
    await createUser(db, site?.id ?? "", {
      ...row,
      role: "member",
      levelId: null,
      fileMicro: 5_000_000,
    });
    const file = { sites: [{ slug, users: [{ email, credits: 5 }] }] };
    expect((await apply(file)).changes).toEqual([]);
    expect(await balanceOf(slug, "ann")).toBe(5_000_000);
  });
});

describe("what a file leaves out of something that exists", () => {
  it("is left alone, also where a new thing would need it", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const before = await partsOf(slug);
    const part = {
      slug,
      models: [{ name: "openai/gpt-4o-mini", price: { inputPerMillion: 9 } }],
      agents: [{ slug: "support", description: "New" }],
      levels: [{ slug: "pro", monthlyCredits: 1 }],
      users: [{ email: `ann@${slug}.example`, name: "Ann" }],
    };
    const { changes } = await apply({ sites: [part] });
    expect(changes.map(({ path, fields }) => [path, fields.map((one) => one.field)])).toEqual([
      [`sites[${slug}].levels[pro]`, ["monthlyCredits"]],
      [`sites[${slug}].models[openai/gpt-4o-mini]`, ["price"]],
      [`sites[${slug}].agents[support]`, ["description"]],
      [`sites[${slug}].users[ann@${slug}.example]`, ["name"]],
    ]);
    const after = await partsOf(slug);
    expect(after.models[0]).toMatchObject({
      priceVersion: 2,
      config: { ...before.models[0]?.config, price: { inputPerMillion: 9 } },
    });
    expect(after.agents[0]?.config).toEqual({ ...before.agents[0]?.config, description: "New" });
    expect(after.connections).toEqual(before.connections);
    expect(await userOf(slug, "ann")).toMatchObject({
      name: "Ann",
      role: "owner",
      sessionEpoch: 1,
    });
  });

  it("goes when the file prunes, but for users and keys", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const { models: _models, agents: _agents, hosts: _hosts, ...rest } = example(slug);
    const site = { ...rest, groups: [], users: [{ email: `bob@${slug}.example` }] };
    const { changes } = await apply({ prune: true, sites: [site] });
    expect(lines(changes)).toEqual([
      `delete sites[${slug}].hosts[ai.${slug}.example]`,
      `delete sites[${slug}].groups[staff]`,
      `delete sites[${slug}].models[openai/gpt-4o-mini]`,
      `delete sites[${slug}].agents[support]`,
    ]);
    const parts = await partsOf(slug);
    expect([parts.models, parts.agents, parts.groups]).toEqual([[], [], []]);
    expect(parts.connections).toHaveLength(1);
    const ann = await userOf(slug, "ann");
    expect(await keysOfUser(db, ann.siteId, ann.id)).toHaveLength(1);
    expect(await findSiteByHost(db, `ai.${slug}.example`, "localhost")).toBeNull();
  });

  it("of other sites stays whatever the file prunes", async () => {
    const [one, two] = [freshSlug(), freshSlug()];
    await apply(siteFile(one));
    await apply(siteFile(two));
    const before = await partsOf(one);
    await apply({ prune: true, sites: [{ slug: two, users: [] }] }).catch(() => undefined);
    expect(await partsOf(one)).toEqual(before);
  });
});

describe("secrets", () => {
  const secretsOf = async (slug: string) => (await partsOf(slug)).connections[0]?.secrets ?? [];

  it("that did not change keep their row, a changed one gets a new one", async () => {
    const slug = freshSlug();
    const keys = ["sk-first-0123456789", "sk-second-0123456789"];
    const withKeys = (secrets: object[]) => ({
      sites: [{ slug, connections: [{ id: "openai", secrets }] }],
    });
    await apply(siteFile(slug));
    await apply(withKeys(keys.map((apiKey) => ({ apiKey }))));
    const [first, second] = await secretsOf(slug);
    await disableSecret(db, first?.siteId ?? "", first?.id ?? "", "401");
    const third = { apiKey: "sk-third-01234567890" };
    const { changes } = await apply(withKeys([third, { apiKey: keys[0], weight: 7 }]));
    expect(lines(changes)).toEqual([`update sites[${slug}].connections[openai]`]);
    const after = await secretsOf(slug);
    expect(after[1]).toEqual({ ...first, position: 1, weight: 7, disabledReason: "401" });
    expect(after.map((one) => one.id)).not.toContain(second?.id);
    expect((await apply(withKeys([third, { apiKey: keys[0] }]))).changes).toEqual([]);
  });

  it("appear in no change, neither old nor new", async () => {
    const slug = freshSlug();
    const first = await apply(siteFile(slug));
    const secrets = [{ apiKey: "sk-other-0123456789abcdef" }];
    const second = await apply({ sites: [{ slug, connections: [{ id: "openai", secrets }] }] });
    const text = JSON.stringify([first, second]);
    for (const secret of ["sk-proj", "sk-other", "correct horse", "sk-brought"]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain("…cdef");
  });

  it("open where they are used, and only with the row they were sealed for", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const [secret] = await secretsOf(slug);
    if (!secret) throw new Error("no secret");
    const { siteId, connectionId } = secret;
    expect(await services.vault.open(siteId, connectionId, secret)).toEqual({
      apiKey: "sk-proj-0123456789abcdef",
    });
  });

  it("keep a connection's health while its account is the same", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const health = async () => (await partsOf(slug)).connections[0]?.health;
    const [secret] = await secretsOf(slug);
    await noteHealth(db, secret?.siteId ?? "", secret?.connectionId ?? "", {
      state: "connected",
      detail: null,
    });
    const change = (more: object) =>
      apply({ sites: [{ slug, connections: [{ id: "openai", ...more }] }] });
    await change({ name: "Our OpenAI" });
    expect(await health()).toBe("connected");
    await change({ settings: { baseUrl: "http://127.0.0.1:4011/v1" } });
    expect(await health()).toBe("unknown");
  });
});

describe("the default level", () => {
  const defaults = async (slug: string) =>
    (await partsOf(slug)).levels.filter((one) => one.config.default).map((one) => one.config.slug);

  it("moves to the level that the file makes it, and that is told of both", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const file = { sites: [{ slug, levels: [{ slug: "pro", default: true }] }] };
    expect(lines((await apply(file)).changes)).toEqual([
      `update sites[${slug}].levels[pro]`,
      `update sites[${slug}].levels[free]`,
    ]);
    expect(await defaults(slug)).toEqual(["pro"]);
    expect((await apply(file)).changes).toEqual([]);
  });

  it("moves too where the former one is named without a word on it", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const levels = [{ slug: "pro", default: true }, { slug: "free" }];
    await apply({ sites: [{ slug, levels }] });
    expect(await defaults(slug)).toEqual(["pro"]);
    expect((await apply({ sites: [{ slug, levels }] })).changes).toEqual([]);
  });
});

describe("a dry run", () => {
  it("says what an application would say and writes nothing", async () => {
    const slug = freshSlug();
    const wanted = await dryRun(siteFile(slug));
    expect(wanted.applied).toBe(false);
    expect(await findSiteBySlug(db, slug)).toBeNull();
    const made = await apply(siteFile(slug));
    const withoutIds = (text: string) => text.replace(/sec_\w+/g, "sec");
    expect(withoutIds(JSON.stringify(wanted.changes))).toBe(
      withoutIds(JSON.stringify(made.changes)),
    );
    const version = await versionOf(slug);
    await dryRun({ prune: true, sites: [{ ...example(slug), agents: [], name: "Other" }] });
    expect(await versionOf(slug)).toBe(version);
    expect((await partsOf(slug)).agents).toHaveLength(1);
    expect(await balanceOf(slug, "ann")).toBe(500_000_000);
  });
});
