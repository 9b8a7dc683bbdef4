/** An account of Coze that its owner connects by consent, and those who would abuse the way back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Offer, ProbeResult } from "../../src/contract/guide.ts";
import { COZE_APP, cozeConsents } from "../support/upstream-coze-oauth.ts";
import {
  CALLBACK,
  type Consenting,
  connectionNamed,
  startConsenting,
} from "./connections-oauth-support.ts";
import { codeOf, hostOf, visitor } from "./visitor.ts";

let world: Consenting;
beforeAll(async () => {
  world = await startConsenting(["first", "second", "third", "blank"]);
}, 60_000);
afterAll(() => world?.stop());
beforeEach(() => {
  cozeConsents.asked.length = 0;
});

const ways = (answer: { status: number; headers: Record<string, unknown> }) => [
  answer.status,
  answer.headers.location,
];
const invalid = [303, "/admin/connections?consent=invalid"];

describe("consent", () => {
  it("connects every agent of every workspace, and the connection says whose it is", async () => {
    const { boss, client, upstream, portico } = world;
    expect((await world.connection("first")).secrets[0]).toMatchObject({ authorised: false });
    const tested = await boss.json<ProbeResult>("POST", "/api/admin/connections/first/test");
    expect(tested).toMatchObject({ ok: false });
    expect(tested.steps.at(-1)).toMatchObject({ step: "authorised", state: "failed" });
    expect(tested.steps.at(-1)?.message.en).toContain("press Authorise");

    const page = await world.begin(boss, "first");
    expect(page.href.startsWith(`${upstream.url}/coze/api/permission/oauth2/authorize?`)).toBe(
      true,
    );
    expect(Object.fromEntries(page.searchParams)).toEqual({
      response_type: "code",
      client_id: COZE_APP.clientId,
      redirect_uri: `http://${hostOf(portico, "acme")}${CALLBACK}`,
      state: expect.stringMatching(/^v1\.[\w.-]+$/),
    });
    const back = await world.come(boss, await world.consent(page));
    expect(ways(back)).toEqual([303, "/admin/connections/first/publish"]);

    const connection = await world.connection("first");
    expect(connection).toMatchObject({ health: "connected", healthDetail: null });
    expect(connection.secrets[0]).toMatchObject({ authorised: true, name: "Ann" });
    const path = "/api/admin/connections/first/offers";
    const { data } = await boss.json<{ data: Offer[] }>("GET", path);
    expect(data.map(({ id }) => id)).toEqual(["70", "chatflow:80", "workflow:90"]);
    expect((await client.chat({ model: "agent/first" })).status).toBe(200);
    expect(cozeConsents.asked).toEqual([{ grant: "authorization_code", ok: true }]);
  });

  it("of several accounts each serves its own connection", async () => {
    await world.authorise("second");
    const seen = () => world.upstream.requests.at(-1)?.headers.authorization;
    const used = new Set<string | undefined>();
    for (const model of ["agent/first", "agent/second", "agent/first", "agent/second"]) {
      expect((await world.client.chat({ model })).status).toBe(200);
      used.add(seen());
    }
    expect(used.size).toBe(2);
  });

  it("stands when the connection is saved, or its file applied again", async () => {
    const { boss, portico } = world;
    const { secrets, ...connection } = await world.connection("first");
    const { id, name } = secrets[0] ?? {};
    await boss.json("PUT", "/api/admin/connections/first", {
      id: "first",
      name: "Renamed",
      connector: "coze",
      settings: connection.settings,
      secrets: [{ id, name }],
    });
    expect((await world.connection("first")).secrets[0]).toMatchObject({ id, authorised: true });
    const headers = { authorization: `Bearer ${portico.operatorToken}` };
    const file = { config: world.config };
    const applied = await portico.request(null, "POST", "/api/platform/config", file, headers);
    expect(applied.status, applied.text).toBe(200);
    expect((await world.connection("first")).secrets[0]).toMatchObject({ id, authorised: true });
    expect((await world.client.chat({ model: "agent/first" })).status).toBe(200);
  });

  it("ends with the credentials that it was for", async () => {
    const { boss, upstream } = world;
    await world.authorise("third");
    const { secrets } = await world.connection("third");
    const { connector, settings } = connectionNamed(upstream, "third");
    const save = (values: Record<string, string>) =>
      boss.json("PUT", "/api/admin/connections/third", {
        id: "third",
        name: "Third",
        connector,
        settings,
        secrets: [{ id: secrets[0]?.id, values }],
      });
    await save({ clientSecret: "another-secret-0123456789" });
    expect((await world.connection("third")).secrets[0]).toMatchObject({ authorised: false });
    const refused = await world.come(boss, await world.consent(await world.begin(boss, "third")));
    expect(ways(refused)).toEqual([303, "/admin/connections/third?consent=failed"]);
    expect(await world.connection("third")).toMatchObject({
      health: "needs_attention",
      healthDetail: "unauthorized: client authentication failed",
    });
  });

  it("of a token there is none: a personal one takes an app's place", async () => {
    const { boss, upstream } = world;
    const { connector, settings } = connectionNamed(upstream, "own");
    const body = { id: "own", name: "Own", connector, settings };
    await boss.json("POST", "/api/admin/connections", { ...body, secrets: [{ values: COZE_APP }] });
    const [secret] = (await world.connection("own")).secrets;
    const secrets = [{ id: secret?.id, values: { accessToken: "pat_ok" } }];
    await boss.json("PUT", "/api/admin/connections/own", { ...body, secrets });
    expect((await world.connection("own")).secrets[0]).toMatchObject({ authorised: null });
    const path = "/api/admin/connections/own/test";
    expect(await boss.json("POST", path)).toMatchObject({ ok: true, account: "Ann" });
  });
});

describe("the way back", () => {
  it("refuses a state that was not made here: nothing is asked of the platform", async () => {
    const { boss, begin, consent, come, stranger } = world;
    const theirs = await consent(await begin(stranger, "theirs"));
    const mine = await consent(await begin(boss, "blank"));
    const state = mine.searchParams.get("state") ?? "";
    const changed = state.slice(0, -3) + (state.endsWith("AAA") ? "BBB" : "AAA");
    for (const forged of ["", "x", "v1.a.b.c", changed, theirs.searchParams.get("state") ?? ""]) {
      const back = new URL(mine);
      back.searchParams.set("state", forged);
      expect(ways(await come(boss, back)), forged).toEqual(invalid);
    }
    const without = new URL(mine);
    without.searchParams.delete("state");
    expect(ways(await come(boss, without))).toEqual(invalid);
    expect(cozeConsents.asked).toEqual([]);
  });

  it("refuses the state of another admin, who can use it still", async () => {
    const { boss, aide, begin, consent, come } = world;
    const back = await consent(await begin(boss, "blank"));
    expect(ways(await come(aide, back))).toEqual(invalid);
    const again = visitor(world.portico.origin, hostOf(world.portico, "acme"));
    await again.logIn("boss@acme.example", "password-of-boss");
    expect(ways(await come(again, back)), "another session of the same admin").toEqual(invalid);
    const nobody = visitor(world.portico.origin, hostOf(world.portico, "acme"));
    expect(codeOf(await come(nobody, back))).toBe("expired_session");
    expect(cozeConsents.asked).toEqual([]);
    expect((await world.connection("blank")).secrets[0]).toMatchObject({ authorised: false });
    expect(ways(await come(boss, back))).toEqual([303, "/admin/connections/blank/publish"]);
  });

  it("takes a state once, also of ten who come at once", async () => {
    const { boss, begin, consent, come } = world;
    const back = await consent(await begin(boss, "blank"));
    const answers = await Promise.all(Array.from({ length: 10 }, () => come(boss, back)));
    const kinds = answers.map(({ headers }) => String(headers.location));
    expect(kinds.filter((way) => way.endsWith("/publish"))).toHaveLength(1);
    expect(kinds.filter((way) => way.endsWith("consent=invalid"))).toHaveLength(9);
    expect(cozeConsents.asked).toEqual([{ grant: "authorization_code", ok: true }]);
    const other = await consent(await begin(boss, "blank"));
    other.searchParams.set("state", back.searchParams.get("state") ?? "");
    expect(ways(await come(boss, other)), "with a new code").toEqual(invalid);
  });

  it("leaves a consent as it is when a code was used before", async () => {
    const { boss, begin, consent, come, client } = world;
    const used = (await consent(await begin(boss, "blank"))) as URL;
    await come(boss, used);
    const back = await consent(await begin(boss, "blank"));
    back.searchParams.set("code", used.searchParams.get("code") ?? "");
    expect(ways(await come(boss, back))).toEqual([303, "/admin/connections/blank?consent=failed"]);
    const connection = await world.connection("blank");
    expect(connection.healthDetail).toBe("rejected: the code *** was used");
    expect(connection.secrets[0]).toMatchObject({ authorised: true });
    expect((await client.chat({ model: "agent/blank" })).status).toBe(200);
  });

  it("tells a refusal at the platform, and what was replaced meanwhile", async () => {
    const { boss, begin, consent, come, upstream } = world;
    const back = await consent(await begin(boss, "blank"));
    back.searchParams.delete("code");
    back.searchParams.set("error", "access_denied");
    expect(ways(await come(boss, back))).toEqual([303, "/admin/connections/blank?consent=denied"]);
    const late = await consent(await begin(boss, "third"));
    const { connector, settings } = connectionNamed(upstream, "third");
    const secrets = [{ values: COZE_APP }];
    const body = { id: "third", name: "Third", connector, settings, secrets };
    await boss.json("PUT", "/api/admin/connections/third", body);
    expect(ways(await come(boss, late))).toEqual([303, "/admin/connections?consent=changed"]);
    expect(cozeConsents.asked).toEqual([]);
  });

  it("leads nowhere but to the console, whatever the address says", async () => {
    const { boss, begin, consent, come } = world;
    const page = await begin(boss, "blank");
    expect(new URL(page.searchParams.get("redirect_uri") ?? "").host).toBe(
      hostOf(world.portico, "acme"),
    );
    const back = await consent(page);
    for (const name of ["redirect_uri", "redirect", "next", "return_to"]) {
      back.searchParams.set(name, "https://evil.example/");
    }
    expect((await come(boss, back)).headers.location).toBe("/admin/connections/blank/publish");
    for (const connector of ["..%2F..%2Fevil.example", "%2F%2Fevil.example", "dify"]) {
      const other = await consent(await begin(boss, "blank"));
      other.pathname = `/api/callback/${connector}/oauth`;
      const lost = await come(boss, other);
      expect([codeOf(lost), lost.headers.location], connector).toEqual(["not_found", undefined]);
    }
  });

  it("is begun for an app's own secret alone", async () => {
    const { boss, stranger } = world;
    const secret = (await world.connection("blank")).secrets[0]?.id;
    const path = (id: string) => `/api/admin/connections/${id}/authorise`;
    expect(codeOf(await stranger.call("POST", path("blank"), { secret }))).toBe(
      "connection_not_found",
    );
    expect(codeOf(await stranger.call("POST", path("theirs"), { secret }))).toBe("not_found");
    expect(codeOf(await boss.call("POST", path("first"), { secret }))).toBe("not_found");
    const own = (await world.connection("own")).secrets[0]?.id;
    expect(codeOf(await boss.call("POST", path("own"), { secret: own }))).toBe("invalid_value");
  });
});

it("no token is shown to anybody", async () => {
  const { boss, upstream } = world;
  const shown = [
    (await boss.call("GET", "/api/admin/connections")).text,
    (await boss.call("POST", "/api/admin/connections/first/test")).text,
    (await boss.call("GET", "/api/admin/requests?limit=200")).text,
  ].join("\n");
  expect(cozeConsents.given.length).toBeGreaterThan(10);
  const secrets = [COZE_APP.clientSecret, ...cozeConsents.given];
  expect(secrets.filter((token) => shown.includes(token))).toEqual([]);
  // A token goes to the platform as a bearer, a refresh token in the body of the token endpoint.
  const bodies = upstream.requests
    .filter(({ path }) => !path.endsWith("/oauth2/token"))
    .map(({ body, path }) => path + JSON.stringify(body));
  expect(secrets.filter((token) => bodies.some((body) => body.includes(token)))).toEqual([]);
});
