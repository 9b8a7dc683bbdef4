/** Coming in by a link that the site's own system has signed, and every link that must not work. */
import { type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { addProvider, makeSite, upstream, userRow, Visitor } from "./sign-in-visitor.ts";
import { call } from "./support.ts";

const HOST = "link.localhost";
const KEY = "a signing key of more than thirty-two characters";
const ZED = { sub: "4711", email: "zed@staff.example", name: "Zed" };

const now = () => Math.floor(Date.now() / 1000);

/** A token as it should be, but for what `claims` say. */
function token(claims: JWTPayload = {}, { key = KEY, alg = "HS256" } = {}): Promise<string> {
  const usual = { ...ZED, aud: HOST, jti: crypto.randomUUID(), iat: now(), exp: now() + 60 };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));
}

async function enter(
  visitor: Visitor,
  text: string,
  more = "",
  slug = "intranet",
): Promise<string> {
  const path = `/api/auth/providers/${slug}/enter?token=${text}${more}`;
  return Visitor.to(await visitor.fetch(path));
}

beforeAll(async () => {
  const owner = await makeSite("link", {
    groups: ["sales", "support", "secret"].map((slug) => ({ slug, name: slug })),
  });
  await addProvider(owner, {
    slug: "intranet",
    kind: "link",
    secret: { key: KEY },
    level: "staff",
    trustedDomains: ["acme.example"],
  });
  await addProvider(owner, { slug: "other", kind: "link", secret: { key: KEY } });
  await addProvider(owner, {
    slug: "published",
    kind: "link",
    settings: { jwksUrl: `${upstream("oidc")}/jwks` },
    secret: { key: KEY },
  });
});

it("whoever follows one is signed in, with the level for new people, where he wanted to be", async () => {
  const zed = new Visitor(HOST);
  expect(await enter(zed, await token(), "&next=/wallet")).toBe("/wallet");
  expect(await zed.me()).toMatchObject({ email: ZED.email, level: { slug: "staff" } });
  const again = new Visitor(HOST);
  await enter(again, await token({ email: "other@staff.example" }));
  expect((await again.me())?.id).toBe((await zed.me())?.id);
});

it("an account is linked by an e-mail of a trusted domain, and by no other", async () => {
  const [ann, bob] = [new Visitor(HOST), new Visitor(HOST)];
  expect(await enter(ann, await token({ sub: "a", email: "ann@acme.example" }))).toBe("/");
  expect((await ann.me())?.email).toBe("ann@acme.example");
  const other = await token({ sub: "b", email: "bob@other.example" });
  expect(await enter(bob, other)).toContain("problem=confirm");
  const denied = await token({ sub: "c", email: "ann@acme.example", email_verified: false });
  await enter(bob, denied);
  expect((await bob.me())?.email).toMatch(/@users\.invalid$/);
});

it("groups that are named are exactly the person's, of those that there are", async () => {
  const lee = { sub: "lee", email: "lee@staff.example" };
  const groupsOf = async () => {
    const owner = new Visitor(HOST);
    await owner.logIn("owner@acme.example");
    const { data } = (await (await owner.fetch("/api/admin/users?search=lee@")).json()) as {
      data: { groups: string[] }[];
    };
    return data[0]?.groups.toSorted();
  };
  await enter(new Visitor(HOST), await token({ ...lee, groups: ["sales", "support", "made-up"] }));
  expect(await groupsOf()).toEqual(["sales", "support"]);
  await enter(new Visitor(HOST), await token(lee));
  expect(await groupsOf()).toEqual(["sales", "support"]);
  await enter(new Visitor(HOST), await token({ ...lee, groups: ["support"] }));
  expect(await groupsOf()).toEqual(["support"]);
});

describe("nobody comes in by", () => {
  it("a link that was used, not even ten at once", async () => {
    const text = await token({ sub: "once", email: "once@staff.example" });
    const ends = await Promise.all(
      Array.from({ length: 10 }, () => enter(new Visitor(HOST), text)),
    );
    expect(ends.filter((end) => end === "/")).toHaveLength(1);
    expect(ends.filter((end) => end.includes("problem=expired"))).toHaveLength(9);
  });

  it.each<[string, () => Promise<string>]>([
    ["a token that lives longer than a minute", () => token({ exp: now() + 3600 })],
    ["a token that has expired", () => token({ iat: now() - 120, exp: now() - 60 })],
    ["a token from the future", () => token({ iat: now() + 600, exp: now() + 630 })],
    ["a token for another host", () => token({ aud: "evil.localhost" })],
    ["a token for everybody", () => token({ aud: [] })],
    ["a token without an id", () => token({ jti: "" })],
    ["a token that names nobody", () => token({ sub: "" })],
    ["a token of another key", () => token({}, { key: `${KEY}!` })],
    ["a token of another algorithm", () => token({}, { alg: "HS512" })],
    ["no token at all", async () => "x.y.z"],
  ])("%s", async (_, make) => {
    const visitor = new Visitor(HOST);
    const end = await enter(visitor, await make());
    expect(end).toBe("/login?problem=not_proven&provider=intranet");
    expect(await visitor.me()).toBeNull();
  });

  it("a token without a signature", async () => {
    const [, payload = ""] = (await token()).split(".");
    const head = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(await enter(new Visitor(HOST), `${head}.${payload}.`)).toContain("problem=not_proven");
  });

  it("a token that a shared key signed, where keys are published", async () => {
    const end = await enter(new Visitor(HOST), await token(), "", "published");
    expect(end).toContain("problem=not_proven");
  });

  it("a token at a provider of another kind, or one that is not there", async () => {
    for (const slug of ["nothing", "intranet/../nothing"]) {
      const end = await enter(new Visitor(HOST), await token(), "", encodeURIComponent(slug));
      expect(end).toContain("problem=unavailable");
    }
    const start = await new Visitor(HOST).start("intranet");
    expect(start.search).toContain("problem=unavailable");
  });
});

it("a link works until its minute is over, and not after", async () => {
  const [early, late] = [await token({ sub: "t1" }), await token({ sub: "t1" })];
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + 55_000);
  expect(await enter(new Visitor(HOST), early)).not.toContain("problem=not_proven");
  vi.setSystemTime(Date.now() + 15_000);
  expect(await enter(new Visitor(HOST), late)).toContain("problem=not_proven");
  vi.useRealTimers();
});

it("what one provider has let in once, another provider's key does not let in as the same person", async () => {
  const text = await token({ sub: "same", email: "same@staff.example" });
  const [one, other] = [new Visitor(HOST), new Visitor(HOST)];
  await enter(one, text);
  expect(await enter(other, text, "", "other")).toContain("problem=confirm");
  expect((await userRow("link", "same@staff.example"))?.id).toBe((await one.me())?.id);
});

it("there is no button for links, and no address of one tells the key", async () => {
  const boot = (await (await call("link", "/api/auth/boot")).json()) as {
    site: { providers: unknown[] };
  };
  expect(boot.site.providers).toEqual([]);
});
