import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../src/contract/platform.ts";
import { freshSlug, lines, migrate, partsOf, siteFile } from "./support.ts";

const TOKEN = "pa-test-operator-token-0123456789";

beforeAll(migrate);

interface Asked {
  host?: string;
  token?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

async function ask(
  method: string,
  path: string,
  { host = "localhost", token = TOKEN, body, headers = {} }: Asked = {},
) {
  const response = await exports.default.fetch(`http://${host}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text || "null") as unknown };
}

const applyOver = (config: unknown, dryRun?: boolean) =>
  ask("POST", "/api/platform/config", { body: { config, ...(dryRun ? { dryRun } : {}) } });

describe("POST /api/platform/config", () => {
  it("applies, says what changed, and the second time that nothing did", async () => {
    const slug = freshSlug();
    const first = await applyOver(siteFile(slug));
    expect(first.status).toBe(200);
    const { applied, changes } = first.json as { applied: boolean; changes: Change[] };
    expect(applied).toBe(true);
    expect(lines(changes)).toContain(`create sites[${slug}].agents[support]`);
    expect((await applyOver(siteFile(slug))).json).toEqual({ applied: true, changes: [] });
  });

  it("with dryRun says the difference and changes nothing", async () => {
    const slug = freshSlug();
    await applyOver(siteFile(slug));
    const other = siteFile(slug, { name: "Other" });
    const wanted = {
      applied: false,
      changes: [
        {
          action: "update",
          path: `sites[${slug}]`,
          fields: [{ field: "name", before: "Acme AI", after: "Other" }],
        },
      ],
    };
    expect((await applyOver(other, true)).json).toEqual(wanted);
    expect((await applyOver(other, true)).json).toEqual(wanted);
  });

  it("refuses a file with path and reason, in the error envelope", async () => {
    const slug = freshSlug();
    const answer = await applyOver(siteFile(slug, { kind: "all" }));
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: {
        type: "invalid_request_error",
        code: "invalid_value",
        param: `sites[${slug}].kind`,
        message: expect.stringContaining(`sites[${slug}].kind: Invalid option`),
      },
    });
    await expect(partsOf(slug)).rejects.toThrow();
  });

  it.each([
    ["no file at all", {}, "config"],
    ["a field it does not know", { config: { sites: [] }, dryrun: true }, "dryrun"],
  ])("refuses a body with %s", async (_title, body, named) => {
    const answer = await ask("POST", "/api/platform/config", { body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(named);
  });

  it("answers with no secret, whatever the file held", async () => {
    const slug = freshSlug();
    const { text } = await applyOver(siteFile(slug));
    for (const secret of ["sk-proj", "sk-brought", "correct horse", "scrypt$", "v1."]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe("GET /api/platform/sites/{slug}/config", () => {
  it("answers a file that applies to no change", async () => {
    const slug = freshSlug();
    await applyOver(siteFile(slug));
    const file = await ask("GET", `/api/platform/sites/${slug}/config`);
    expect(file.status).toBe(200);
    expect((await applyOver(file.json)).json).toEqual({ applied: true, changes: [] });
  });

  it.each(["nobody", "platform"])("knows no site %s", async (slug) => {
    const answer = await ask("GET", `/api/platform/sites/${slug}/config`);
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ error: { code: "site_not_found" } });
  });
});

describe("GET /api/platform/sites", () => {
  it("lists every tenant with its figures, and not the platform's own site", async () => {
    const slug = freshSlug();
    await applyOver(siteFile(slug));
    const { json } = await ask("GET", "/api/platform/sites");
    const { data } = json as { data: { slug: string }[] };
    expect(data.find((site) => site.slug === slug)).toMatchObject({
      name: "Acme AI",
      edition: "standard",
      hosts: [`ai.${slug}.example`],
      users: 2,
      agents: 1,
    });
    expect(data.map((site) => site.slug)).not.toContain("platform");
  });
});

describe("only the operator, and only on the platform's host,", () => {
  const CALLS: [method: string, path: (slug: string) => string, body?: unknown][] = [
    ["GET", () => "/api/platform/sites"],
    ["GET", (slug) => `/api/platform/sites/${slug}/config`],
    ["POST", () => "/api/platform/config", { config: { sites: [] } }],
  ];
  const KEY = (slug: string) => `sk-brought-along-${slug}-0123456789`;

  it.each(CALLS)("%s: nobody, a wrong token and a tenant's key are refused", async (...call) => {
    const [method, path, body] = call;
    const slug = freshSlug();
    await applyOver(siteFile(slug));
    for (const token of [null, `${TOKEN}x`, "pa-", KEY(slug)]) {
      const answer = await ask(method, path(slug), { token, body });
      expect(answer.status, String(token)).toBe(401);
      expect(answer.text).not.toContain(slug);
    }
  });

  it.each(CALLS)("%s: on a tenant's host there is no such path", async (...call) => {
    const [method, path, body] = call;
    const slug = freshSlug();
    await applyOver(siteFile(slug));
    for (const host of [`${slug}.localhost`, `ai.${slug}.example`]) {
      const answer = await ask(method, path(slug), { host, body });
      expect(answer.status, host).toBe(404);
    }
  });

  it("a page of another origin cannot apply a file with an operator's cookie", async () => {
    const answer = await ask("POST", "/api/platform/config", {
      token: null,
      body: { config: { sites: [] } },
      headers: { origin: "https://evil.example", cookie: "portico=x" },
    });
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ error: { code: "origin_not_allowed" } });
  });
});

describe("GET /schemas/portico.json", () => {
  it("is public and describes the file", async () => {
    const answer = await ask("GET", "/schemas/portico.json", { token: null });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      $id: "/schemas/portico.json",
      properties: { sites: { type: "array" }, prune: { type: "boolean" } },
    });
  });
});

describe("a site made by a file", () => {
  it("is reached under its slug and its own host at once, and leaves when its host does", async () => {
    const slug = freshSlug();
    const own = `ai.${slug}.example`;
    const boot = async (host: string) =>
      await exports.default.fetch(`http://${host}/api/auth/boot`);
    expect((await boot(own)).status).toBe(421);
    await applyOver(siteFile(slug));
    for (const host of [`${slug}.localhost`, own]) {
      const answer = await boot(host);
      expect(answer.status).toBe(200);
      expect(JSON.stringify(await answer.json())).toContain("Acme AI");
    }
    await applyOver({ ...siteFile(slug, { hosts: [] }), prune: true });
    expect((await boot(own)).status).toBe(421);
  });

  it("lets its people in with the key they brought along, with the credits they were given", async () => {
    const slug = freshSlug();
    await applyOver(siteFile(slug));
    const wallet = async (host: string, key: string) =>
      await ask("GET", "/v1/wallet", { host, token: key });
    const key = `sk-brought-along-${slug}-0123456789`;
    for (const host of [`${slug}.localhost`, "localhost"]) {
      expect((await wallet(host, key)).json).toMatchObject({
        object: "wallet",
        // 500 of the file, 5 000 of the month at her level.
        available_micro: 5_500_000_000,
      });
    }
    const other = freshSlug();
    await applyOver(siteFile(other));
    expect((await wallet(`${other}.localhost`, key)).status).toBe(401);
  });
});
