/** Who connects, on one's own machine: what the trusted header says, and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { keyOf, startTestPortico, type TestPortico } from "./support.ts";
import { codeOf, hostOf, visitor } from "./visitor.ts";

const NEAR = ["127.0.0.0/8", "::1"];
const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

const key = (name: string, addresses: object = {}) => ({
  name,
  key: keyOf(name),
  scopes: ["gateway", "wallet"],
  addresses,
});

const site = (slug: string, more: object = {}) => ({
  slug,
  name: slug,
  levels: [{ slug: "free", name: "Free", default: true }],
  ...more,
});

const SITES = [
  site("acme", {
    users: [
      {
        ...OWNER,
        role: "owner",
        apiKeys: [
          key("any"),
          key("near", { allow: NEAR }),
          key("far", { allow: ["203.0.113.0/24"] }),
          key("not-near", { deny: NEAR }),
        ],
      },
    ],
  }),
  site("shut", {
    addresses: { allow: ["203.0.113.0/24", "2001:db8::/32"] },
    users: [{ email: "eve@shut.example", apiKeys: [key("shut")] }],
  }),
];

/** The status of a read with a key, and the code of a refusal. */
async function read(
  portico: TestPortico,
  name: string,
  headers: Record<string, string> = {},
  slug: string | null = null,
): Promise<string> {
  const answer = await portico.request(slug, "GET", "/v1/wallet", undefined, {
    authorization: `Bearer ${keyOf(name)}`,
    ...headers,
  });
  return `${answer.status} ${codeOf(answer)}`.trim();
}

const HEADERS = ["cf-connecting-ip", "x-forwarded-for", "x-real-ip", "true-client-ip"];
/** Every header in which some proxy says who connects, and how the runtime itself may be told. */
const FORGED: Record<string, string> = {
  ...Object.fromEntries(HEADERS.map((header) => [header, "203.0.113.7"])),
  forwarded: "for=203.0.113.7",
  "mf-cf-blob": JSON.stringify({ clientIp: "203.0.113.7:1" }),
};

describe("where no header is trusted", () => {
  let portico: TestPortico;
  beforeAll(async () => {
    const [acme] = SITES;
    const users = [{ ...OWNER, role: "owner", apiKeys: [key("any")] }];
    portico = await startTestPortico({ sites: [{ ...acme, users }] });
  });
  afterAll(() => portico?.stop());

  it("no list is taken that would let nobody in, and the refusal says what is missing", async () => {
    const owner = visitor(portico.origin, hostOf(portico, "acme"));
    await owner.logIn(OWNER.email, OWNER.password);
    expect(await owner.json("GET", "/api/admin/site")).toMatchObject({ yourAddress: null });
    const addresses = { allow: [], deny: ["192.0.2.1"] };
    for (const [method, path, body] of [
      ["POST", "/api/portal/keys", { name: "k", addresses }],
      ["PATCH", "/api/admin/site", { addresses, evenMe: true }],
    ] as const) {
      const answer = await owner.call(method, path, body);
      expect(`${answer.status} ${codeOf(answer)}`).toBe("400 unsupported_value");
      expect(answer.text).toContain("PORTICO_ADDRESS_HEADER");
    }
    const file = { sites: SITES };
    const token = { authorization: `Bearer ${portico.operatorToken}` };
    const applied = await portico.request(
      null,
      "POST",
      "/api/platform/config",
      { config: file },
      token,
    );
    expect(applied.status).toBe(400);
    for (const path of [
      "sites[acme].users[owner@acme.example].apiKeys[near].addresses",
      "sites[shut].addresses",
    ]) {
      expect(applied.text).toContain(`${path}: this deployment does not know who connects`);
    }
  });

  it("what a client writes into such headers changes nothing", async () => {
    expect(await read(portico, "any", FORGED)).toBe("200");
    const forged = await portico.request("acme", "GET", "/v1/wallet", undefined, {
      ...FORGED,
      authorization: "Bearer pk-nobody",
    });
    expect(codeOf(forged)).toBe("invalid_api_key");
  });
});

describe("with a proxy in front that says who connects", () => {
  let portico: TestPortico;
  beforeAll(async () => {
    const env = { PORTICO_ADDRESS_HEADER: "X-Forwarded-For" };
    portico = await startTestPortico({ sites: SITES }, { env });
  });
  afterAll(() => portico?.stop());

  const via = (text: string) => ({ "x-forwarded-for": text });

  it.each([
    ["203.0.113.7", "200"],
    ["203.0.113.7:49152", "200"],
    ["::ffff:203.0.113.7", "200"],
    ["[::ffff:203.0.113.7]:49152", "200"],
    // What stands before the last is what the client says of itself.
    ["198.51.100.1, 203.0.113.7", "200"],
    ["203.0.113.7, 198.51.100.1", "403 ip_not_allowed"],
    ["2001:db8::1", "403 ip_not_allowed"],
    ["unknown", "403 ip_not_allowed"],
    ["", "403 ip_not_allowed"],
  ])("%j: %s", async (told, answer) => {
    expect(await read(portico, "far", via(told))).toBe(answer);
  });

  it("a request that came past the proxy comes from nobody knows where", async () => {
    const { "x-forwarded-for": _, ...others } = FORGED;
    for (const headers of [{}, others]) {
      expect(await read(portico, "any", headers)).toBe("200");
      expect(await read(portico, "far", headers)).toBe("403 ip_not_allowed");
      expect(await read(portico, "not-near", headers)).toBe("403 ip_not_allowed");
      expect(await read(portico, "shut", headers, "shut")).toBe("403 ip_not_allowed");
    }
  });

  it("what is on a key's list of denied addresses is refused, and nothing else", async () => {
    expect(await read(portico, "not-near", via("127.0.0.9"))).toBe("403 ip_not_allowed");
    expect(await read(portico, "not-near", via("::1"))).toBe("403 ip_not_allowed");
    expect(await read(portico, "not-near", via("203.0.113.7"))).toBe("200");
    expect(await read(portico, "near", via("127.0.0.9"))).toBe("200");
  });

  it("a site with lists shows nothing of itself to others; the deployment's health is no site's", async () => {
    for (const path of [
      "/api/auth/boot",
      "/v1/models",
      "/api/v2/status",
      "/docs",
      "/assets/x.js",
    ]) {
      const answer = await portico.request("shut", "GET", path, undefined, via("192.0.2.1"));
      expect(`${path} ${answer.status}`).toBe(`${path} 403`);
      expect(answer.text).toContain("This site may not be used from your address.");
    }
    expect((await portico.request("acme", "GET", "/api/auth/boot")).status).toBe(200);
    expect((await portico.request("shut", "GET", "/healthz")).status).toBe(200);
  });

  it("the operator opens again what lets nobody in", async () => {
    const lists = async (addresses: object) => {
      const token = { authorization: `Bearer ${portico.operatorToken}` };
      const config = { sites: [{ slug: "shut", name: "shut", addresses }] };
      const path = "/api/platform/config";
      expect((await portico.request(null, "POST", path, { config }, token)).status).toBe(200);
      return await read(portico, "shut", via("2001:db8::1"), "shut");
    };
    expect(await lists({ deny: ["0.0.0.0/0", "::/0"] })).toBe("403 ip_not_allowed");
    expect(await lists({ allow: ["203.0.113.0/24", "2001:db8::/32"] })).toBe("200");
  });

  it("a site's lists hold on its own host and on the platform's", async () => {
    for (const slug of ["shut", null]) {
      expect(await read(portico, "shut", via("2001:db8::1"), slug)).toBe("200");
      expect(await read(portico, "shut", via("2001:db9::1"), slug)).toBe("403 ip_not_allowed");
    }
  });

  it("a browser that opens a page is told in plain words", async () => {
    const page = await localRequest({
      origin: portico.origin,
      host: hostOf(portico, "shut"),
      method: "GET",
      path: "/",
      headers: { accept: "text/html,*/*", ...via("198.51.100.1") },
    });
    expect(page.status).toBe(403);
    expect(page.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(page.text).toBe("This site may not be used from your address.\n");
  });
});
