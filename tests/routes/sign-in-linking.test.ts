/** Whose account somebody gets who comes from a provider: attacked through the real routes. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { type Person, signIn } from "./person.ts";
import {
  addProvider,
  makeSite,
  OWNER,
  oidc,
  PASSWORD,
  userRow,
  Visitor,
} from "./sign-in-visitor.ts";

const HOST = "linking.localhost";
const ANN = { sub: "ann", email: "ann@acme.example", email_verified: true };
const BOB = { sub: "bob", email: "bob@other.example", email_verified: true };

let owner: Person;

beforeAll(async () => {
  owner = await makeSite("linking");
  await addProvider(owner, oidc("trusted", "oidc", { trustedDomains: ["acme.example"] }));
  await addProvider(owner, oidc("open", "oidc-names"));
  await addProvider(owner, oidc("closed", "oidc-post", { registers: false }));
});

const linksOf = (person: Visitor) =>
  person.fetch("/api/auth/identities").then(
    (answer) =>
      answer.json() as Promise<{
        unlinkable: boolean;
        data: { slug: string; linked: object | null }[];
      }>,
  );
const linked = async (person: Visitor) =>
  (await linksOf(person)).data.filter((one) => one.linked).map((one) => one.slug);
const remove = (person: Visitor, slug: string) =>
  person.fetch(`/api/auth/identities/${slug}`, {
    method: "DELETE",
    headers: { origin: `http://${HOST}` },
  });

describe("an account with the same e-mail", () => {
  it("is linked at once by a provider that is trusted for its domain", async () => {
    const ann = new Visitor(HOST);
    expect(await ann.walk("trusted", ANN)).toBe("/");
    expect((await ann.me())?.email).toBe(ANN.email);
  });

  it("is linked by any other only once its owner has logged in, in the same browser", async () => {
    const bob = new Visitor(HOST);
    expect(await bob.walk("open", BOB, "/wallet")).toBe(
      "/login?problem=confirm&provider=open&next=%2Fwallet",
    );
    expect(await bob.me()).toBeNull();
    expect(await bob.walk("open", BOB)).toContain("problem=confirm");
    await bob.logIn(BOB.email);
    expect(await linked(bob)).toEqual(["open"]);
    const later = new Visitor(HOST);
    expect(await later.walk("open", BOB)).toBe("/");
    expect((await later.me())?.email).toBe(BOB.email);
  });

  it("is not linked by somebody else who logs in there, nor with a cookie of another host", async () => {
    const eve = new Visitor(HOST);
    const claims = { ...ANN, sub: "not ann" };
    expect(await eve.walk("open", claims)).toContain("problem=confirm");
    await eve.logIn(BOB.email);
    expect(await linked(eve)).not.toContain("trusted");
    expect(await new Visitor(HOST).walk("open", claims)).toContain("problem=confirm");
  });

  it("is never linked unasked where it is an owner's, however trusted the provider", async () => {
    const claims = { sub: "boss", email: OWNER, email_verified: true };
    const eve = new Visitor(HOST);
    expect(await eve.walk("trusted", claims)).toContain("problem=confirm");
    expect(await eve.me()).toBeNull();
  });

  it("is not touched by an e-mail that is not verified: another account is made, without it", async () => {
    const eve = new Visitor(HOST);
    expect(await eve.walk("trusted", { ...ANN, sub: "eve", email_verified: false })).toBe("/");
    expect((await eve.me())?.email).toMatch(/@users\.invalid$/);
    expect((await eve.me())?.id).not.toBe((await userRow("linking", ANN.email))?.id);
  });

  it("is not linked by letters in another case or blanks that make another address", async () => {
    const eve = new Visitor(HOST);
    const claims = { sub: "case", email: " ANN@acme.example ", email_verified: true };
    expect(await eve.walk("open", claims)).toContain("problem=confirm");
  });
});

it("what is no address is no e-mail, however verified", async () => {
  for (const email of [
    "nobody",
    "a@b",
    "x@acme.example\nbcc: y@z.example",
    `${"a".repeat(300)}@b.example`,
  ]) {
    const person = new Visitor(HOST);
    expect(await person.walk("open", { sub: email, email, email_verified: true })).toBe("/");
    expect((await person.me())?.email).toMatch(/@users\.invalid$/);
  }
});

it("a name of any length is one person's, linked or logged in with", async () => {
  const sub = "s".repeat(2_000);
  const ann = new Visitor(HOST);
  await ann.logIn(ANN.email);
  const answer = await ann.post("/api/auth/identities/open", {});
  const { url } = (await answer.json()) as { url: string };
  await ann.fetch(await Visitor.consent(new URL(url), { sub }));
  const again = new Visitor(HOST);
  await again.walk("open", { sub });
  expect((await again.me())?.email).toBe(ANN.email);
});

it("who is refused is in the audit with the reason; a way that nobody began is not", async () => {
  const reasons = async () => {
    const { data } = await owner.json<{ data: { asked: { problem?: string } | null }[] }>(
      "GET",
      "/api/admin/audit?action=sign_in&outcome=refused&limit=200",
    );
    return data.map((entry) => entry.asked?.problem);
  };
  await new Visitor(HOST).walk("closed", { sub: "told" });
  expect(await reasons()).toContain("no_account");
  const before = (await reasons()).length;
  await new Visitor(HOST).fetch("/api/auth/providers/open/callback?state=x&code=y");
  await new Visitor(HOST).start("nothing");
  expect(await reasons()).toHaveLength(before);
});

describe("accounts", () => {
  it("are not made where the provider makes none, or the site takes no registrations", async () => {
    const zoe = { sub: "zoe", email: "zoe@new.example", email_verified: true };
    expect(await new Visitor(HOST).walk("closed", zoe)).toContain("problem=no_account");
    await owner.json("PATCH", "/api/admin/site", { registration: false });
    expect(await new Visitor(HOST).walk("open", zoe)).toContain("problem=no_account");
    await owner.json("PATCH", "/api/admin/site", { registration: true });
    expect(await userRow("linking", "zoe@new.example")).toBeNull();
  });

  it("are not made where the site's edition has no more room", async () => {
    const full = await makeSite("linking-full", { edition: "free" });
    await addProvider(full, oidc("id"));
    const limits = JSON.stringify({ externalUsers: 2 });
    const fill = "UPDATE sites SET edition_limits = ? WHERE slug = 'linking-full'";
    await env.DB.prepare(fill).bind(limits).run();
    const kay = new Visitor("linking-full.localhost");
    expect(await kay.walk("id", { sub: "kay" })).toContain("problem=no_room");
    expect(await kay.me()).toBeNull();
  });

  it("that are disabled stay shut, with a sentence that says no more than that", async () => {
    const tim = { sub: "tim", email: "tim@new.example", email_verified: true };
    await new Visitor(HOST).walk("open", tim);
    await env.DB.prepare("UPDATE users SET enabled = 0 WHERE email = ?").bind(tim.email).run();
    const again = new Visitor(HOST);
    expect(await again.walk("open", tim)).toBe("/login?problem=refused&provider=open");
    expect(await again.me()).toBeNull();
  });

  it("of another issuer under the same name of a provider are other people", async () => {
    const id = await addProvider(owner, oidc("moved", "oidc-one"));
    const [before, after] = [new Visitor(HOST), new Visitor(HOST)];
    await before.walk("moved", { sub: "1" });
    await owner.json("PUT", `/api/admin/sign-in/providers/${id}`, {
      name: "x",
      ...oidc("moved", "oidc-two"),
    });
    await after.walk("moved", { sub: "1" });
    expect((await after.me())?.id).not.toBe((await before.me())?.id);
  });
});

describe("one's own links", () => {
  const KIM = { sub: "kim", email: "kim@new.example", email_verified: true };

  it("are made by whoever is signed in, whatever the e-mail there", async () => {
    const ann = new Visitor(HOST);
    await ann.logIn(ANN.email);
    const { url } = (await (
      await ann.post("/api/auth/identities/open", { next: "/settings" })
    ).json()) as { url: string };
    const back = await Visitor.consent(new URL(url), { sub: "private ann", email: "x@y.example" });
    expect(Visitor.to(await ann.fetch(back))).toBe("/settings");
    expect(await linked(ann)).toContain("open");
    const again = new Visitor(HOST);
    await again.walk("open", { sub: "private ann" });
    expect((await again.me())?.email).toBe(ANN.email);
  });

  it("are not made from another page's request, nor for a session that came in between", async () => {
    const [ann, bob] = [new Visitor(HOST), new Visitor(HOST)];
    await ann.logIn(ANN.email);
    await bob.logIn(BOB.email);
    const foreign = { method: "POST", headers: { origin: "https://evil.example" }, body: "{}" };
    expect((await ann.fetch("/api/auth/identities/open", foreign)).status).toBe(403);
    const { url } = (await (await ann.post("/api/auth/identities/open", {})).json()) as {
      url: string;
    };
    const back = await Visitor.consent(new URL(url), { sub: "in between" });
    const session = bob.cookies.get("portico");
    if (session) ann.cookies.set("portico", session);
    expect(Visitor.to(await ann.fetch(back))).toContain("problem=expired");
    const probe = new Visitor(HOST);
    await probe.walk("open", { sub: "in between" });
    expect((await probe.me())?.email).toMatch(/@users\.invalid$/);
  });

  it("are not taken from somebody who has them", async () => {
    const kim = new Visitor(HOST);
    await kim.walk("open", KIM);
    const ann = new Visitor(HOST);
    await ann.logIn(ANN.email);
    const { url } = (await (await ann.post("/api/auth/identities/open", {})).json()) as {
      url: string;
    };
    const back = await Visitor.consent(new URL(url), KIM);
    expect(Visitor.to(await ann.fetch(back))).toContain("problem=linked_elsewhere");
    const again = new Visitor(HOST);
    await again.walk("open", KIM);
    expect((await again.me())?.email).toBe(KIM.email);
  });

  it("cannot all be taken away where there is no password, not even two at once", async () => {
    const lou = new Visitor(HOST);
    await lou.walk("open", { sub: "lou" });
    expect((await linksOf(lou)).unlinkable).toBe(false);
    expect((await remove(lou, "open")).status).toBe(409);
    const { url } = (await (await lou.post("/api/auth/identities/trusted", {})).json()) as {
      url: string;
    };
    await lou.fetch(await Visitor.consent(new URL(url), { sub: "lou there" }));
    expect((await linksOf(lou)).unlinkable).toBe(true);
    const both = await Promise.all([remove(lou, "open"), remove(lou, "trusted")]);
    expect(both.map((answer) => answer.status).sort()).toEqual([204, 409]);
    expect(await linked(lou)).toHaveLength(1);
  });

  it("may all be taken away where there is a password; taking none away is no error", async () => {
    const ann = new Visitor(HOST);
    await ann.logIn(ANN.email);
    for (const slug of await linked(ann)) expect((await remove(ann, slug)).status).toBe(204);
    expect(await linked(ann)).toEqual([]);
    expect((await remove(ann, "open")).status).toBe(204);
    expect((await remove(ann, "nothing")).status).toBe(404);
  });
});

it("whoever has a second factor shows it, by whichever way he comes", async () => {
  const max = { sub: "max", email: "max@new.example", email_verified: true };
  const first = new Visitor(HOST);
  await first.walk("open", max);
  const row = await userRow("linking", max.email);
  await env.DB.prepare(
    `INSERT INTO second_factors (site_id, id, user_id, kind, name, counter, confirmed_at, created_at)
     VALUES (?, 'sf_max', ?, 'totp', '', 0, 1, 1)`,
  )
    .bind(row?.siteId, row?.id)
    .run();
  const again = new Visitor(HOST);
  const to = await again.walk("open", max, "/wallet");
  expect(to).toMatch(/^\/login\?next=%2Fwallet#ticket=[^&]+&ways=totp$/);
  expect(await again.me()).toBeNull();
  const console = await new Visitor(HOST).walk("open", max, "/admin/users");
  expect(console).toMatch(/^\/admin\/users#ticket=[^&]+&ways=totp$/);
});

it("what is linked goes with the provider, and nothing of it comes back", async () => {
  const id = await addProvider(owner, oidc("brief", "oidc-brief"));
  const pat = new Visitor(HOST);
  await pat.walk("brief", { sub: "pat" });
  const admin = await signIn("linking", OWNER, PASSWORD);
  expect((await admin.fetch("DELETE", `/api/admin/sign-in/providers/${id}`)).status).toBe(204);
  await addProvider(owner, oidc("brief", "oidc-brief"));
  const again = new Visitor(HOST);
  await again.walk("brief", { sub: "pat" });
  expect((await again.me())?.id).not.toBe((await pat.me())?.id);
});
