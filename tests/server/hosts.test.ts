import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAnswer, localRequest } from "../../scripts/local-request.ts";
import type { Level, Model } from "../../src/contract/admin.ts";
import type { User } from "../../src/contract/admin-people.ts";
import { PRICE } from "./site.ts";
import { clientOf, expectBalanced, keyOf, type TestPortico } from "./support.ts";
import { startTwoSites, type TwoSites } from "./two-sites.ts";
import { codeOf, hostOf, type Visitor } from "./visitor.ts";

let world: TwoSites;
let portico: TestPortico;
let owner: Visitor;

beforeAll(async () => {
  world = await startTwoSites();
  ({ portico, owner } = world);
}, 60_000);
afterAll(() => world?.stop());

function at(
  host: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<LocalAnswer> {
  return localRequest({ origin: portico.origin, host, method: "GET", path, headers });
}

/** The slug of the site that answers under this host; the status where none does. */
async function siteAt(
  host: string,
  headers: Record<string, string> = {},
): Promise<string | number> {
  const answer = await at(host, "/api/auth/boot", headers);
  if (answer.status !== 200) return answer.status;
  return (JSON.parse(answer.text) as { site: { slug: string } }).site.slug;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const chat = (model = "up/ok") => clientOf(portico, keyOf("ann")).chat({ model });

describe("a host", () => {
  it("leads to its site: the subdomain, the own host of the file, the platform's", async () => {
    expect(await siteAt(hostOf(portico, "acme"))).toBe("acme");
    expect(await siteAt(hostOf(portico, "other"))).toBe("other");
    expect(await siteAt("ai.acme.example")).toBe("acme");
    expect(await siteAt(hostOf(portico, null))).toBe("platform");
    expect(await siteAt(`127.0.0.1:${portico.port}`)).toBe("platform");
  });

  it("is the same host in capitals, with a dot at its end, and with another port", async () => {
    for (const host of [
      "ACME.localhost",
      "Acme.LocalHost:80",
      "acme.localhost.",
      "acme.localhost.:8787",
      "AI.ACME.EXAMPLE.:443",
    ]) {
      expect(await siteAt(host), host).toBe("acme");
    }
  });

  it("is what counts: no other header moves a request to another tenant", async () => {
    const other = hostOf(portico, "other");
    const tricks: Record<string, string>[] = [
      { "x-forwarded-host": other },
      { forwarded: `host=${other}` },
      { "x-host": other, "x-original-host": other, "x-forwarded-server": other },
      { "x-original-url": `http://${other}/`, "x-rewrite-url": "/api/platform/sites" },
      { "cf-worker": other, "cf-connecting-host": other },
    ];
    for (const headers of tricks)
      expect(await siteAt(hostOf(portico, "acme"), headers)).toBe("acme");
  });

  it("that is unknown gets 421 with a plain page that is the same for all and names nobody", async () => {
    const hosts = [
      "nobody.localhost",
      "evil.example",
      "www.ai.acme.example",
      "a.acme.localhost",
      "acme",
      "localhost.evil.example",
      "acme.localhost.evil.example",
      "10.0.0.1",
      "platform.localhost",
    ];
    const pages = new Set<string>();
    for (const host of hosts) {
      for (const path of [
        "/",
        "/admin/",
        "/v1/models",
        "/api/auth/boot",
        "/api/platform/sites",
        "/openapi.json",
      ]) {
        const answer = await at(host, path, bearer(keyOf("ann")));
        expect(answer.status, `${host}${path}`).toBe(421);
        expect(answer.headers["content-type"]).toContain("text/plain");
        pages.add(answer.text);
      }
    }
    expect(pages.size).toBe(1);
    expect([...pages][0]).not.toMatch(/acme|other|portico/i);
  });

  it("is not needed for a health check, and metrics are for the operator on the platform's only", async () => {
    expect((await at("whatever.example", "/healthz")).status).toBe(200);
    expect((await at(hostOf(portico, null), "/metrics")).status).toBe(401);
    expect(
      (await at(hostOf(portico, "acme"), "/metrics", bearer(portico.operatorToken))).status,
    ).toBe(404);
    const metrics = await at(hostOf(portico, null), "/metrics", bearer(portico.operatorToken));
    expect([metrics.status, metrics.text.includes("portico_store_queries_total ")]).toEqual([
      200,
      true,
    ]);
  });
});

describe("an API key", () => {
  it("leads to its own site on the platform's host and on its own hosts", async () => {
    const owners = async (host: string, key: string) => {
      const answer = await at(host, "/v1/models", bearer(key));
      expect(answer.status).toBe(200);
      return new Set(
        (JSON.parse(answer.text) as { data: { owned_by: string }[] }).data.map(
          (one) => one.owned_by,
        ),
      );
    };
    for (const host of [
      hostOf(portico, null),
      `127.0.0.1:${portico.port}`,
      hostOf(portico, "acme"),
      "ai.acme.example",
    ]) {
      expect(await owners(host, keyOf("ann"))).toEqual(new Set(["acme"]));
    }
    expect(await owners(hostOf(portico, null), keyOf("eve"))).toEqual(new Set(["other"]));
  });

  it("does not exist on another tenant's host: brought along or ours, for every path and in every header", async () => {
    const { text: minted } = await owner.json<{ text: string }>("POST", "/api/portal/keys", {
      name: "mine",
    });
    const host = hostOf(portico, "other");
    for (const key of [keyOf("ann"), minted]) {
      expect((await at(hostOf(portico, "acme"), "/v1/wallet", bearer(key))).status).toBe(200);
      for (const headers of [bearer(key), { "x-api-key": key }, { "api-key": key }]) {
        for (const path of ["/v1/models", "/v1/wallet", "/v1/wallet/entries", "/v1/usage/req_a"]) {
          const answer = await at(host, path, headers);
          expect([path, answer.status, codeOf(answer)]).toEqual([path, 401, "invalid_api_key"]);
        }
      }
      const posted = await localRequest({
        origin: portico.origin,
        host,
        method: "POST",
        path: "/v1/chat/completions",
        headers: bearer(key),
        body: { model: "up/ok", messages: [{ role: "user", content: "hi" }] },
      });
      expect([posted.status, codeOf(posted)]).toEqual([401, "invalid_api_key"]);
    }
  });

  it("of another site is told nothing that an unknown one is not", async () => {
    const strip = ({ status, text }: LocalAnswer) => [status, text.replace(/req_\w+/, "")];
    const host = hostOf(portico, "other");
    const foreign = await at(host, "/v1/wallet", bearer(keyOf("ann")));
    const unknown = await at(host, "/v1/wallet", bearer(keyOf("nobody-at-all")));
    expect(strip(foreign)).toEqual(strip(unknown));
  });

  it("opens no page and no API of ours, and a cookie opens no gateway", async () => {
    const host = hostOf(portico, "acme");
    expect((await at(host, "/api/portal/wallet", bearer(keyOf("ann")))).status).toBe(401);
    expect((await at(host, "/api/admin/users", bearer(keyOf("boss-acme")))).status).toBe(401);
    expect((await at(host, "/v1/wallet", { cookie: owner.cookie })).status).toBe(401);
  });
});

describe("a change made in the console is in force at once", () => {
  const modelCalled = async (name: string): Promise<Model> => {
    const { data } = await owner.json<{ data: Model[] }>("GET", "/api/admin/models");
    return data.find((one) => one.name === name) as Model;
  };
  const bodyOf = ({ id: _, priceVersion: __, ...model }: Model) => model;

  it("a model that is disabled is not there, and there again when it is enabled", async () => {
    expect((await chat()).status).toBe(200);
    const model = await modelCalled("up/ok");
    await owner.json("PUT", `/api/admin/models/${model.id}`, { ...bodyOf(model), enabled: false });
    expect((await chat()).status).toBe(404);
    await owner.json("PUT", `/api/admin/models/${model.id}`, bodyOf(model));
    expect((await chat()).status).toBe(200);
  });

  it("new prices of several models are charged by the next request, under a new version", async () => {
    const model = await modelCalled("up/ok");
    const twice = {
      inputPerMillion: PRICE.inputPerMillion * 2,
      outputPerMillion: PRICE.outputPerMillion * 2,
    };
    const other = await modelCalled("up/tools");
    await owner.json("PUT", "/api/admin/models/prices", {
      prices: [
        { id: model.id, price: twice },
        { id: other.id, price: twice },
      ],
    });
    const response = await chat();
    const { usage } = (await response.json()) as { usage: { total_tokens: number } };
    const record = await clientOf(portico, keyOf("ann")).usage(
      response.headers.get("x-request-id") ?? "",
    );
    expect(record.charged_micro).toBe(usage.total_tokens * 2000);
    expect(record.price_version).toBe(model.priceVersion + 1);
    expect((await modelCalled("up/tools")).price).toEqual(twice);
  });

  it("agents stand in the order they are put into", async () => {
    const order = async () =>
      (await owner.json<{ data: { id: string; slug: string }[] }>("GET", "/api/admin/agents")).data;
    const before = await order();
    expect(before.length).toBeGreaterThan(1);
    await owner.json("PUT", "/api/admin/agents/order", {
      ids: before.map(({ id }) => id).reverse(),
    });
    expect((await order()).map(({ slug }) => slug)).toEqual(
      before.map(({ slug }) => slug).reverse(),
    );
  });

  it("the limits of a level hold for the very next request", async () => {
    const { data: levels } = await owner.json<{ data: Level[] }>("GET", "/api/admin/levels");
    const { id, users: _, ...level } = levels.find(({ slug }) => slug === "free") as Level;
    await owner.json("PUT", `/api/admin/levels/${id}`, { ...level, limits: { rpm: 1 } });
    expect([(await chat()).status, (await chat()).status].at(-1)).toBe(429);
    await owner.json("PUT", `/api/admin/levels/${id}`, level);
    expect((await chat()).status).toBe(200);
  });

  it("a person who is disabled is out with his next request, and what he held is settled", async () => {
    const { data: users } = await owner.json<{ data: User[] }>(
      "GET",
      "/api/admin/users?search=ten@",
    );
    const { id } = users[0] as User;
    const ten = clientOf(portico, keyOf("ten"));
    expect((await ten.chat({ model: "up/ok" })).status).toBe(200);
    await expectBalanced(ten);
    await owner.json("PATCH", `/api/admin/users/${id}`, { enabled: false });
    expect((await ten.chat({ model: "up/ok" })).status).toBe(403);
    await owner.json("PATCH", `/api/admin/users/${id}`, { enabled: true });
    expect((await ten.chat({ model: "up/ok" })).status).toBe(200);
  });
});
