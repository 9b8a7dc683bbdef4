/** The console's API of how people log in: what is kept, what is refused, what never comes out. */
import { beforeAll, describe, expect, it } from "vitest";
import { PROVIDER_KINDS, type Provider, type SignInPage } from "../../src/contract/providers.ts";
import { CLIENT } from "../support/upstream-identity-client.ts";
import type { Person } from "./person.ts";
import { addProvider, makeSite, oidc, upstream, Visitor } from "./sign-in-visitor.ts";
import { errorOf } from "./support.ts";

const PROVIDERS = "/api/admin/sign-in/providers";
let owner: Person;
let other: Person;

beforeAll(async () => {
  owner = await makeSite("sign-in");
  other = await makeSite("sign-in-other");
});

const page = () => owner.json<SignInPage>("GET", "/api/admin/sign-in");
const body = (slug: string, more: object = {}) => ({ name: slug, ...oidc(slug), ...more });

describe("a provider", () => {
  it("is kept as it was written, its secret sealed and never shown", async () => {
    const more = { trustedDomains: ["acme.example", "acme.org"], level: "staff", registers: false };
    const made = await owner.json<Provider>("POST", PROVIDERS, body("kept", more));
    expect(made).toMatchObject({
      slug: "kept",
      kind: "oidc",
      settings: { issuer: upstream("oidc"), clientId: CLIENT.id },
      ...more,
      people: 0,
      secretHint: `…${CLIENT.secret.slice(-4)}`,
    });
    expect(JSON.stringify(await page())).not.toContain(CLIENT.secret);
    expect((await page()).providers).toContainEqual(made);
  });

  it("keeps its secret where none is written, and works on with it", async () => {
    const id = await addProvider(owner, oidc("renamed"));
    const { secret: _secret, ...rest } = body("renamed");
    const changed = await owner.json<Provider>("PUT", `${PROVIDERS}/${id}`, {
      ...rest,
      name: "New",
    });
    expect(changed).toMatchObject({ id, name: "New", secretHint: `…${CLIENT.secret.slice(-4)}` });
    expect(await new Visitor("sign-in.localhost").walk("renamed", { sub: "x" })).toBe("/");
  });

  it("is refused with the name of the field that is wrong", async () => {
    const refused = async (more: object) => {
      const answer = await owner.fetch("POST", PROVIDERS, body("wrong", more));
      expect(answer.status).toBe(400);
      return (await errorOf(answer)).param;
    };
    expect(await refused({ settings: { issuer: "not an address", clientId: "x" } })).toBe(
      "settings.issuer",
    );
    expect(await refused({ settings: { issuer: upstream("oidc") } })).toBe("settings.clientId");
    expect(await refused({ secret: {} })).toBe("secret.clientSecret");
    expect(await refused({ level: "nothing" })).toBe("level");
    expect(await refused({ kind: "made-up" })).toBe("kind");
    expect(await refused({ trustedDomains: ["*"] })).toBe("trustedDomains.0");
    const microsoft = { tenantId: "common", clientId: "x" };
    expect(await refused({ kind: "microsoft", settings: microsoft })).toBe("settings.tenantId");
  });

  it("has an id of its own, and its kind for ever", async () => {
    const id = await addProvider(owner, oidc("mine"));
    expect((await owner.fetch("POST", PROVIDERS, body("mine"))).status).toBe(409);
    const link = {
      slug: "mine",
      name: "x",
      kind: "link",
      settings: {},
      secret: { key: "k".repeat(32) },
    };
    expect((await owner.fetch("PUT", `${PROVIDERS}/${id}`, link)).status).toBe(400);
  });

  it("of another site cannot be changed, tested with its secret, or removed", async () => {
    const id = await addProvider(owner, oidc("sealed"));
    expect((await other.fetch("PUT", `${PROVIDERS}/${id}`, body("sealed"))).status).toBe(404);
    expect((await other.fetch("DELETE", `${PROVIDERS}/${id}`)).status).toBe(404);
    const test = { ...body("sealed"), id };
    expect((await other.fetch("POST", "/api/admin/sign-in/test", test)).status).toBe(404);
    expect((await page()).providers.map((one) => one.id)).toContain(id);
  });

  it("of which only unknown settings are sent keeps none of them", async () => {
    const settings = { ...oidc("x").settings, trustedDomains: "evil.example", other: "x" };
    const made = await owner.json<Provider>("POST", PROVIDERS, body("strict", { settings }));
    expect(Object.keys(made.settings).sort()).toEqual(["clientId", "issuer"]);
    expect(made.trustedDomains).toEqual([]);
  });
});

it("the order is that of the log-in page, and names every provider once", async () => {
  const { providers } = await page();
  const ids = providers.map((one) => one.id).reverse();
  expect((await owner.fetch("PUT", "/api/admin/sign-in/order", { ids })).status).toBe(204);
  expect((await page()).providers.map((one) => one.id)).toEqual(ids);
  const boot = (await (await new Visitor("sign-in.localhost").fetch("/api/auth/boot")).json()) as {
    site: { providers: { slug: string }[] };
  };
  const bySlug = (await page()).providers.map((one) => one.slug);
  expect(boot.site.providers.map((one) => one.slug)).toEqual(bySlug);
  for (const wrong of [ids.slice(1), [...ids, ids[0]], [...ids.slice(1), "idp_of_another"]]) {
    expect((await owner.fetch("PUT", "/api/admin/sign-in/order", { ids: wrong })).status).toBe(400);
  }
});

it("a test of what is not saved yet neither keeps nor shows anything", async () => {
  const before = (await page()).providers.length;
  const answer = await owner.fetch("POST", "/api/admin/sign-in/test", body("tested"));
  expect(await answer.text()).not.toContain(CLIENT.secret);
  expect((await page()).providers).toHaveLength(before);
});

it("the switches are kept as they are sent", async () => {
  const settings = { password: true, emailCode: false, verifyEmail: true, secondFactor: false };
  const changed = await owner.json<SignInPage>("PUT", "/api/admin/sign-in", settings);
  expect(changed.settings).toEqual(settings);
  await owner.json("PUT", "/api/admin/sign-in", {});
  expect((await page()).settings).toEqual({});
});

it("without passwords members choose another way, and whoever looks after the site is not locked out", async () => {
  await owner.json("PUT", "/api/admin/sign-in", { password: false });
  const [ann, boss] = [new Visitor("sign-in.localhost"), new Visitor("sign-in.localhost")];
  expect(await errorOf(await ann.logIn("ann@acme.example"))).toMatchObject({
    code: "access_denied",
  });
  const wrong = { email: "ann@acme.example", password: "wrong password" };
  expect((await ann.post("/api/auth/login", wrong)).status).toBe(401);
  const fresh = { email: "fresh@new.example", password: "correct horse battery" };
  expect((await ann.post("/api/auth/register", fresh)).status).toBe(403);
  expect((await boss.logIn("owner@acme.example")).status).toBe(200);
  const boot = (await (await ann.fetch("/api/auth/boot")).json()) as { site: object };
  expect(boot.site).toMatchObject({ passwords: false });
  await owner.json("PUT", "/api/admin/sign-in", {});
  expect((await ann.logIn("ann@acme.example")).status).toBe(200);
});

it("every kind has its guide in both languages, with steps and fields of its own", async () => {
  const { kinds } = await page();
  expect(kinds.map((one) => one.kind)).toEqual([...PROVIDER_KINDS]);
  for (const { label, guide } of kinds) {
    expect(guide.steps.length).toBeGreaterThanOrEqual(3);
    const texts = [
      label,
      ...guide.steps.map((one) => one.text),
      ...guide.fields.map((one) => one.label),
    ];
    for (const text of texts) expect(text["zh-CN"] && text.en).toBeTruthy();
    for (const { text } of guide.steps) {
      // Bold marks come in pairs, in both.
      for (const words of Object.values(text)) expect(words.split("**").length % 2).toBe(1);
    }
    expect(guide.fields.some((one) => one.in === "secret")).toBe(true);
  }
});
