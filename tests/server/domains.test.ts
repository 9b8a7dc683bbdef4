/** Own domains on the running server: how one becomes live, and what strangers try with hosts. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import type { OwnHost, SiteHosts } from "../../src/contract/hosts.ts";
import { type HostsWorld, makeWorld } from "../support/hosts-world.ts";
import { type HostsUpstream, startHostsUpstream } from "../support/upstream-hosts.ts";
import { eventually, startTestPortico, type TestPortico } from "./support.ts";
import { codeOf, hostOf, type Visitor, visitor } from "./visitor.ts";

let upstream: HostsUpstream;
let world: HostsWorld;
let portico: TestPortico;
let owner: Visitor;
let rival: Visitor;

const person = (slug: string, role: string) => ({
  email: `${role}@${slug}.example`,
  password: `password-of-${role}-of-${slug}`,
  role,
});
const site = (slug: string, edition: string) => ({
  slug,
  name: slug,
  edition,
  users: ["owner", "editor", "auditor", "member"].map((role) => person(slug, role)),
});

async function logIn(slug: string, role: string, host = hostOf(portico, slug)): Promise<Visitor> {
  const { email, password } = person(slug, role);
  const who = visitor(portico.origin, host);
  await who.logIn(email, password);
  return who;
}

beforeAll(async () => {
  upstream = await startHostsUpstream();
  world = makeWorld(upstream.url, { cloudflare: true });
  const { resolvers, cnameTarget, cloudflare } = world.environment;
  portico = await startTestPortico(
    { sites: [site("acme", "standard"), site("other", "standard"), site("small", "free")] },
    {
      env: {
        PORTICO_DNS_RESOLVERS: resolvers.join(", "),
        PORTICO_CNAME_TARGET: cnameTarget,
        PORTICO_CLOUDFLARE_API: cloudflare?.api ?? "",
        PORTICO_CLOUDFLARE_ZONE_ID: cloudflare?.zoneId ?? "",
        PORTICO_CLOUDFLARE_API_TOKEN: cloudflare?.token ?? "",
      },
    },
  );
  [owner, rival] = [await logIn("acme", "owner"), await logIn("other", "owner")];
});
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const claim = (who: Visitor, host: string) =>
  who.json<OwnHost>("POST", "/api/admin/hosts", { host });
const check = (who: Visitor, host: string) =>
  who.json<OwnHost>("POST", `/api/admin/hosts/${host}/check`);
const remove = (who: Visitor, host: string) => who.json("DELETE", `/api/admin/hosts/${host}`);
const hosts = (who: Visitor) => who.json<SiteHosts>("GET", "/api/admin/hosts");

/** As the admin puts the record there that the console shows. */
async function putRecords({ records }: OwnHost): Promise<void> {
  const proof = records.find(({ purpose }) => purpose === "proof");
  if (proof) await world.say({ texts: { [proof.name]: [proof.value] } });
}

async function slugAt(host: string, headers: Record<string, string> = {}) {
  const path = "/api/auth/boot";
  const answer = await localRequest({ origin: portico.origin, host, method: "GET", path, headers });
  if (answer.status !== 200) return answer.status;
  return (JSON.parse(answer.text) as { site: { slug: string } }).site.slug;
}

async function makeLive(who: Visitor, host: string): Promise<void> {
  await putRecords(await claim(who, host));
  await check(who, host);
  await world.say({ hostname: host, status: "active", ssl: "active" });
  await eventually(async () => {
    if ((await check(who, host)).status !== "live") throw new Error(`${host} is not live yet`);
  });
}

describe("an own domain", () => {
  it("is claimed, proven, certified, live, and given up", { timeout: 40_000 }, async () => {
    const claimed = await claim(owner, "https://AI.Acme-Domain.CN./");
    expect(claimed).toMatchObject({
      host: "ai.acme-domain.cn",
      status: "pending",
      problem: null,
      fromFile: false,
      records: [
        { purpose: "proof", type: "TXT", name: "_portico.ai.acme-domain.cn" },
        { purpose: "address", type: "CNAME", value: "customers.portico.cn" },
      ],
      checkedAt: null,
    });
    expect(claimed.records[0]?.value).toMatch(/^portico-verification=[0-9a-f]{40}$/);
    const { host } = claimed;
    expect((await check(owner, host)).problem?.code).toBe("proof_missing");
    await putRecords(claimed);
    // Whoever asks again at once is told what was seen: nobody hammers the resolvers.
    expect((await check(owner, host)).problem?.code).toBe("proof_missing");
    await eventually(async () => {
      if ((await check(owner, host)).status !== "proven") throw new Error("not proven yet");
    });
    expect(await slugAt(host)).toBe(421);
    await world.say({ hostname: host, status: "active", ssl: "active" });
    await eventually(async () => {
      if ((await check(owner, host)).status !== "live") throw new Error("not live yet");
    });
    expect(await slugAt(host)).toBe("acme");
    expect((await hosts(owner)).data).toMatchObject([{ host, status: "live", problem: null }]);
    await remove(owner, host);
    expect(await slugAt(host)).toBe(421);
    expect((await hosts(owner)).data).toEqual([]);
    await eventually(async () => {
      if ((await world.heard()).hostnames.length > 0) throw new Error("Cloudflare has it still");
    });
  });

  it("is told to a proxy that wants to know for which names to get certificates", async () => {
    const ask = async (domain: string) => {
      const path = `/healthz/host?domain=${encodeURIComponent(domain)}`;
      const host = `127.0.0.1:${portico.port}`;
      return (await localRequest({ origin: portico.origin, host, method: "GET", path })).status;
    };
    await makeLive(owner, "tls.acme-domain.cn");
    await claim(owner, "later.acme-domain.cn");
    expect(await ask("tls.acme-domain.cn")).toBe(200);
    for (const name of ["later.acme-domain.cn", "nobody.cn", "", "127.0.0.1", "a".repeat(9_000)]) {
      expect([name, await ask(name)]).toEqual([name, 404]);
    }
    await remove(owner, "tls.acme-domain.cn");
    await remove(owner, "later.acme-domain.cn");
  });

  it("in its own script is the same as in punycode", async () => {
    const claimed = await claim(owner, "智能.Acme-Domain.cn");
    expect(claimed.host).toBe("xn--5kv130d.acme-domain.cn");
    const again = await owner.call("POST", "/api/admin/hosts", {
      host: "xn--5KV130D.acme-domain.cn",
    });
    expect([again.status, codeOf(again)]).toEqual([409, "conflict"]);
    await remove(owner, claimed.host);
  });

  it.each([
    ["localhost"],
    ["acme.localhost"],
    ["ai.acme.localhost"],
    ["127.0.0.1"],
    ["0x7f.1"],
    ["2130706433"],
    ["[::1]"],
    ["::1"],
    ["com"],
    ["co.uk"],
    ["pages.dev"],
    ["ai.acme.cn:8443"],
    ["user@ai.acme.cn"],
    ["https://user:pass@ai.acme.cn/"],
    ["ai.acme.cn/path"],
    ["ai.acme.cn?x=1"],
    ["ai acme.cn"],
    ["*.acme.cn"],
    ["-ai.acme.cn"],
    ["ai..acme.cn"],
    ["_portico.acme.cn"],
    [`${"a".repeat(64)}.cn`],
    [`${"a.".repeat(125)}cn`],
    ["ai.acme.cn\r\nx: y"],
    ["javascript:alert(1)"],
    ["ai．acme．localhost"],
    ["１２７．０．０．１"],
  ])("is never %j", async (host) => {
    const refused = await owner.call("POST", "/api/admin/hosts", { host });
    expect([refused.status, codeOf(refused)]).toEqual([400, "invalid_value"]);
    expect((JSON.parse(refused.text) as { error: { param: string } }).error.param).toBe("host");
  });

  it("is for editions that have them, and for those who may change the site", async () => {
    const small = await logIn("small", "owner");
    const refused = await small.call("POST", "/api/admin/hosts", { host: "ai.small.cn" });
    expect([refused.status, codeOf(refused)]).toEqual([403, "own_domains"]);
    for (const role of ["editor", "auditor", "member"]) {
      const who = await logIn("acme", role);
      const call = (method: string, path: string, body?: object) =>
        who.call(method, `/api/admin/hosts${path}`, body);
      const answers = await Promise.all([
        call("POST", "", { host: "ai.acme.cn" }),
        call("POST", "/ai.acme.cn/check"),
        call("DELETE", "/ai.acme.cn"),
      ]);
      expect([role, ...answers.map(({ status }) => status)]).toEqual([role, 403, 403, 403]);
    }
  });
});

describe("a stranger", () => {
  const host = "ai.victim.cn";

  it("who claims a host that another site has learns nothing, and takes nothing", async () => {
    await makeLive(owner, host);
    const [theirs, free] = [await claim(rival, host), await claim(rival, "ai.nobody.cn")];
    const shape = ({ host: name, records, createdAt: _, nextCheckAt: __, ...rest }: OwnHost) =>
      JSON.stringify([rest, records.map(({ type, name: at }) => [type, at.replace(name, "")])]);
    expect(shape(theirs)).toBe(shape(free));
    expect((await check(rival, host)).problem?.code).toBe("proof_wrong");
    expect(await slugAt(host)).toBe("acme");
    await remove(rival, host);
    expect(await slugAt(host), "what the rival gives up is not what he never had").toBe("acme");
    expect((await world.heard()).hostnames.map(({ hostname }) => hostname)).toContain(host);
  });

  it("sees, checks and removes no host of another site", async () => {
    expect(JSON.stringify(await hosts(rival))).not.toContain(host);
    for (const [method, path] of [
      ["POST", `/api/admin/hosts/${host}/check`],
      ["DELETE", `/api/admin/hosts/${host}`],
    ] as const) {
      const answer = await rival.call(method, path);
      expect([method, answer.status]).toEqual([method, 404]);
    }
    expect(await slugAt(host)).toBe("acme");
  });

  it("reaches the site of a host by no spelling but its own, and by no header", async () => {
    for (const spelling of ["AI.VICTIM.CN", "ai.victim.cn.", "Ai.Victim.Cn.:443", `${host}:8443`]) {
      expect([spelling, await slugAt(spelling)]).toEqual([spelling, "acme"]);
    }
    for (const other of [
      `www.${host}`,
      `${host}.evil.cn`,
      "victim.cn",
      "ai-victim.cn",
      `.${host}`,
    ]) {
      expect([other, await slugAt(other)]).toEqual([other, 421]);
    }
    for (const name of ["x-forwarded-host", "x-host", "forwarded", "x-original-host", "origin"]) {
      const value = name === "forwarded" ? `host=${host}` : host;
      expect([name, await slugAt(hostOf(portico, "other"), { [name]: value })]).toEqual([
        name,
        "other",
      ]);
      expect([name, await slugAt("ai.unknown.cn", { [name]: value })]).toEqual([name, 421]);
    }
  });

  it("gets no other site by an address in the request line that differs from the Host", async () => {
    const lines = [
      `http://${host}/api/admin/hosts`,
      `http://other.localhost@${host}/api/admin/hosts`,
    ];
    for (const line of lines) {
      const text = await raw(
        `GET ${line} HTTP/1.1\r\nHost: ${hostOf(portico, "other")}\r\nCookie: ${owner.cookie}\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(text).not.toContain(host);
    }
  });

  it("cannot use a cookie of one host on another, not even of the same site's other host", async () => {
    const at = async (name: string, cookie: string) =>
      (
        await localRequest({
          origin: portico.origin,
          host: name,
          method: "GET",
          path: "/api/admin/hosts",
          headers: { cookie },
        })
      ).status;
    const there = await logIn("acme", "owner", host);
    expect(await at(host, there.cookie)).toBe(200);
    expect(await at(hostOf(portico, "other"), there.cookie)).toBe(401);
    expect(await at(hostOf(portico, null), there.cookie)).toBe(401);
    const { headers } = await there.call("POST", "/api/auth/login", {
      email: person("acme", "owner").email,
      password: person("acme", "owner").password,
    });
    expect(String(headers["set-cookie"])).not.toMatch(/domain=/i);
  });

  it("on another origin cannot act on a host with its visitor's cookie", async () => {
    const there = await logIn("acme", "owner", host);
    for (const origin of [`http://${hostOf(portico, "acme")}`, `https://${host}`, "null"]) {
      const answer = await localRequest({
        origin: portico.origin,
        host,
        method: "POST",
        path: "/api/admin/hosts",
        headers: { cookie: there.cookie, origin },
        body: { host: "ai.csrf.cn" },
      });
      expect([origin, codeOf(answer)]).toEqual([origin, "origin_not_allowed"]);
    }
  });

  it("who proves a host that was left gets it, and its former site does not", {
    timeout: 40_000,
  }, async () => {
    const theirs = await claim(rival, host);
    await putRecords(theirs);
    await check(rival, host);
    await eventually(async () => {
      if ((await slugAt(host)) !== "other") throw new Error("not taken over yet");
    });
    expect((await hosts(owner)).data.find((one) => one.host === host)).toMatchObject({
      status: "lost",
      problem: { code: "taken_over" },
    });
    const before = await logIn("other", "owner", host);
    expect((await before.call("GET", "/api/admin/hosts")).status).toBe(200);
    const answer = await localRequest({
      origin: portico.origin,
      host,
      method: "GET",
      path: "/api/admin/hosts",
      headers: { cookie: owner.cookie },
    });
    expect(answer.status, "a cookie that acme gave out on this host is void there now").toBe(401);
  });
});

/** Sends these bytes as they are; answers all that comes back. */
function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(portico.port, "127.0.0.1", () => socket.write(request));
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (piece: string) => {
      text += piece;
    });
    socket.on("error", reject);
    socket.on("end", () => resolve(text));
  });
}
