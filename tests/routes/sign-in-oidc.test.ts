/** Logging in through an OpenID provider, and every way of pretending to have done so. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { COOLDOWN_MS } from "../../src/services/identity/providers/issuers.ts";
import { WAY_TTL_MS } from "../../src/services/identity/providers/way.ts";
import { addProvider, makeSite, oidc, upstream, userRow, Visitor } from "./sign-in-visitor.ts";
import { call } from "./support.ts";

const HOST = "oidc.localhost";
const CAT = { sub: "cat", email: "cat@new.example", email_verified: true, name: "Cat" };

/** Each is the scripted issuer with one flaw, and what the log-in page says of it. */
const LIES = {
  "a document that names another issuer": ["lying", "failed"],
  "a token without a signature": ["none", "not_proven"],
  "a token signed with the public key as a shared secret": ["hs256", "not_proven"],
  "a token signed with a key that is not published": ["key", "not_proven"],
  "a token of another issuer": ["issuer", "not_proven"],
  "a token for another client": ["audience", "not_proven"],
  "a token for two clients, made for the other": ["azp", "not_proven"],
  "a token of another way": ["nonce", "not_proven"],
  "a token that has expired": ["expired", "not_proven"],
} as const;

beforeAll(async () => {
  const owner = await makeSite("oidc");
  await makeSite("oidc-other").then((other) => addProvider(other, oidc("id")));
  await addProvider(owner, oidc("id", "oidc", { level: "staff" }));
  await addProvider(owner, oidc("second", "oidc-names"));
  await addProvider(owner, oidc("thin", "oidc-thin"));
  await addProvider(owner, oidc("mixed", "oidc-mixed"));
  await addProvider(owner, oidc("post", "oidc-post"));
  await addProvider(owner, oidc("turns", "oidc-turns"));
  await addProvider(owner, oidc("off", "oidc", { enabled: false }));
  for (const [flaw] of Object.values(LIES)) await addProvider(owner, oidc(flaw, `oidc-${flaw}`));
});

describe("a person who is new", () => {
  it("gets an account with the provider's level, and comes back to where he wanted to be", async () => {
    const cat = new Visitor(HOST);
    expect(await cat.walk("id", CAT, "/wallet?tab=1#top")).toBe("/wallet?tab=1#top");
    expect(await cat.me()).toMatchObject({
      email: CAT.email,
      level: { slug: "staff" },
      role: "member",
    });
    expect((await userRow("oidc", CAT.email))?.emailVerifiedAt).not.toBeNull();
    const again = new Visitor(HOST);
    expect(await again.walk("id", { ...CAT, email: "renamed@new.example" })).toBe("/");
    expect((await again.me())?.id).toBe((await cat.me())?.id);
  });

  it("with an e-mail that is not verified gets an account without it", async () => {
    const eve = new Visitor(HOST);
    const claims = { sub: "eve", email: "dan@new.example", email_verified: false };
    expect(await eve.walk("id", claims)).toBe("/");
    expect((await eve.me())?.email).toMatch(/^id-[0-9a-z]{16}@users\.invalid$/);
    expect(await userRow("oidc", "dan@new.example")).toBeNull();
  });

  it("is one person, in however many windows he comes at once", async () => {
    const windows = [1, 2, 3, 4].map(() => new Visitor(HOST));
    const gus = { sub: "gus", email: "gus@new.example", email_verified: true };
    await Promise.all(windows.map((one) => one.walk("id", gus)));
    const people = await Promise.all(windows.map(async (one) => (await one.me())?.id));
    expect(new Set(people).size).toBe(1);
    expect(people[0]).toMatch(/^usr_/);
  });
});

describe("what the issuer may do", () => {
  it("it may tell the e-mail apart from the token, of the same person only", async () => {
    const [told, mixed] = [new Visitor(HOST), new Visitor(HOST)];
    await told.walk("thin", { ...CAT, email: "thin@new.example" });
    expect((await told.me())?.email).toBe("thin@new.example");
    await mixed.walk("mixed", { ...CAT, email: "mixed@new.example" });
    expect((await mixed.me())?.email).toMatch(/@users\.invalid$/);
  });

  it("it may want the client's secret in the form", async () => {
    expect(await new Visitor(HOST).walk("post", CAT)).toContain("problem=confirm");
  });

  it("it may change its keys: an unknown one is looked for anew, at most twice a minute", async () => {
    const hal = { sub: "hal" };
    expect(await new Visitor(HOST).walk("turns", hal)).toBe("/");
    await fetch(`${upstream("oidc-turns")}/rotate`);
    expect(await new Visitor(HOST).walk("turns", hal)).toContain("problem=not_proven");
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + COOLDOWN_MS + 1_000);
    expect(await new Visitor(HOST).walk("turns", hal)).toBe("/");
    vi.useRealTimers();
  });
});

describe("nobody is let in by", () => {
  it.each(Object.entries(LIES))("%s", async (_, [flaw, problem]) => {
    const visitor = new Visitor(HOST);
    const page = await visitor.start(flaw);
    const end =
      page.origin === `http://${HOST}`
        ? page.pathname + page.search
        : Visitor.to(await visitor.fetch(await Visitor.consent(page, CAT)));
    expect(end).toBe(`/login?problem=${problem}&provider=${flaw}`);
    expect(await visitor.me()).toBeNull();
  });

  it("a state that was made up, or none", async () => {
    const visitor = new Visitor(HOST);
    const back = new URL(await Visitor.consent(await visitor.start("id"), CAT), "http://x");
    const cookies = new Map(visitor.cookies);
    for (const state of ["forged", ""]) {
      back.searchParams.set("state", state);
      for (const [name, value] of cookies) visitor.cookies.set(name, value);
      const end = Visitor.to(await visitor.fetch(back.pathname + back.search));
      expect(end).toBe("/login?problem=expired&provider=id");
    }
    expect(await visitor.me()).toBeNull();
  });

  it("a way that was begun in another browser: his account is not put under somebody else", async () => {
    const attacker = new Visitor(HOST);
    const back = await Visitor.consent(await attacker.start("id"), CAT);
    const victim = new Visitor(HOST);
    await victim.start("id");
    expect(Visitor.to(await victim.fetch(back))).toContain("problem=expired");
    expect(Visitor.to(await new Visitor(HOST).fetch(back))).toContain("problem=expired");
    expect(await victim.me()).toBeNull();
  });

  it("a way that took longer than ten minutes", async () => {
    const visitor = new Visitor(HOST);
    const back = await Visitor.consent(await visitor.start("id"), CAT);
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + WAY_TTL_MS + 1_000);
    const end = Visitor.to(await visitor.fetch(back));
    vi.useRealTimers();
    expect(end).toContain("problem=expired");
  });

  it("a way that was walked already, cookie and all", async () => {
    const visitor = new Visitor(HOST);
    const back = await Visitor.consent(await visitor.start("id"), CAT);
    const kept = new Map(visitor.cookies);
    expect(Visitor.to(await visitor.fetch(back))).toBe("/");
    const thief = new Visitor(HOST);
    for (const [name, value] of kept) thief.cookies.set(name, value);
    expect(Visitor.to(await thief.fetch(back))).toContain("problem=expired");
  });

  it("a code that the issuer has redeemed before", async () => {
    const first = new Visitor(HOST);
    const used = new URL(await Visitor.consent(await first.start("id"), CAT), "http://x");
    await first.fetch(used.pathname + used.search);
    const second = new Visitor(HOST);
    const state = (await second.start("id")).searchParams.get("state") ?? "";
    used.searchParams.set("state", state);
    const end = Visitor.to(await second.fetch(used.pathname + used.search));
    expect(end).toContain("problem=failed");
  });

  it("a way of another site, or of another provider", async () => {
    const elsewhere = new Visitor("oidc-other.localhost");
    const back = await Visitor.consent(await elsewhere.start("id"), CAT);
    const here = new Visitor(HOST);
    for (const [name, value] of elsewhere.cookies) here.cookies.set(name, value);
    expect(Visitor.to(await here.fetch(back))).toContain("problem=expired");
    const mixed = new Visitor(HOST);
    const way = await Visitor.consent(await mixed.start("id"), CAT);
    const end = await mixed.fetch(way.replace("/providers/id/", "/providers/second/"));
    expect(Visitor.to(end)).toContain("problem=expired");
  });

  it("a way that was begun at another host of the same site", async () => {
    const owner = await makeSite("oidc-two", { edition: "standard", hosts: ["two.example"] });
    await addProvider(owner, oidc("id"));
    const begun = new Visitor("oidc-two.localhost");
    const back = await Visitor.consent(await begun.start("id"), CAT);
    const elsewhere = new Visitor("two.example");
    for (const [name, value] of begun.cookies) elsewhere.cookies.set(name, value);
    expect(Visitor.to(await elsewhere.fetch(back))).toContain("problem=expired");
    expect(Visitor.to(await begun.fetch(back))).toBe("/");
    const own = await elsewhere.start("id");
    expect(own.searchParams.get("redirect_uri")).toBe(
      "http://two.example/api/auth/providers/id/callback",
    );
  });

  it("an answer in which another issuer, or none where one must, names itself", async () => {
    const good = new Visitor(HOST);
    expect(await good.walk("second", { sub: "ivy" })).toBe("/");
    for (const iss of ["https://evil.example", null]) {
      const visitor = new Visitor(HOST);
      const back = new URL(await Visitor.consent(await visitor.start("second"), CAT), "http://x");
      if (iss) back.searchParams.set("iss", iss);
      else back.searchParams.delete("iss");
      const end = Visitor.to(await visitor.fetch(back.pathname + back.search));
      expect(end).toContain("problem=not_proven");
    }
  });

  it("an address that has come too often, and the next one is let in", async () => {
    const from = (address: string) =>
      call("oidc", "/api/auth/providers/nothing/start", {
        headers: { "cf-connecting-ip": address },
      }).then(Visitor.to);
    const tries = await Promise.all(Array.from({ length: 310 }, () => from("192.0.2.7")));
    expect(tries.filter((to) => to.includes("problem=too_many"))).toHaveLength(10);
    expect(await from("192.0.2.8")).toContain("problem=unavailable");
  });

  it("a person who says no, and a provider that is off or not there", async () => {
    const visitor = new Visitor(HOST);
    const state = (await visitor.start("id", "/wallet")).searchParams.get("state");
    const path = `/api/auth/providers/id/callback?error=access_denied&state=${state}`;
    expect(Visitor.to(await visitor.fetch(path))).toBe(
      "/login?problem=denied&provider=id&next=%2Fwallet",
    );
    for (const slug of ["off", "nothing"]) {
      const { pathname, search } = await new Visitor(HOST).start(slug);
      expect(pathname + search).toBe(`/login?problem=unavailable&provider=${slug}`);
    }
  });
});

describe("where it leads", () => {
  it.each([
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/api/auth/boot",
  ])("%s leads to the first page of this site", async (next) => {
    const visitor = new Visitor(HOST);
    expect(await visitor.walk("id", CAT, next)).toBe("/");
  });

  it("a way that began at the console ends there, also where it fails", async () => {
    expect(await new Visitor(HOST).walk("nonce", CAT, "/admin/users")).toBe(
      "/admin/users?problem=not_proven&provider=nonce",
    );
  });
});

it("a session that was there before is not the one that is there afterwards", async () => {
  const visitor = new Visitor(HOST);
  visitor.cookies.set("portico", "planted-by-somebody-else");
  await visitor.walk("id", CAT);
  expect(visitor.cookies.get("portico")).toMatch(/^eyJ/);
  const first = visitor.cookies.get("portico");
  await visitor.walk("id", CAT);
  expect(visitor.cookies.get("portico")).not.toBe(first);
});

it("the page knows the buttons that there are, and nothing else of the providers", async () => {
  const boot = (await (await call("oidc", "/api/auth/boot")).json()) as {
    site: { providers: Record<string, string>[] };
  };
  const [first] = boot.site.providers;
  expect(first).toEqual({ slug: "id", kind: "oidc", name: "id" });
  expect(boot.site.providers.map((one) => one.slug)).not.toContain("off");
});
