/** Two isolates, as far as memory goes, over one store and a platform whose refresh tokens die. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, inject, it } from "vitest";
import { type Consent, joinSecret, newConsent, splitSecret } from "../../src/core/consent.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { AccessTokens, type SecretPlace } from "../../src/services/connections-oauth-tokens.ts";
import { Vault } from "../../src/services/vault.ts";
import { findSecret, replaceSecrets, swapSealed } from "../../src/store/connections.ts";
import { openDatabase } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import type { SecretRow } from "../../src/store/parts.ts";
import { seal } from "../../src/store/seal.ts";
import { change, configVersion } from "../../src/store/sites.ts";
import { makeFullSite } from "../store/fixture.ts";
import { COZE_APP } from "../support/upstream-coze-oauth.ts";

const db = openDatabase(env);
const environment = readEnvironment(env);
const base = () => `${inject("upstreamUrl")}/coze`;
const MINUTE = 60_000;

interface Stage {
  place: SecretPlace;
  secretId: string;
  consent: Consent;
}
let stage: Stage;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  const { siteId, connectionId } = await makeFullSite(db);
  const connection = { id: connectionId, connector: "coze", settings: { baseUrl: base() } };
  const secretId = newId("secret");
  const row = { id: secretId, name: "", weight: 1, sealed: "", hint: "" };
  await change(db, siteId, replaceSecrets(db, siteId, connectionId, [row]));
  stage = { place: { siteId, connection }, secretId, consent: await consented() };
});

/** As the platform gives it to whoever consents. */
async function consented(): Promise<Consent> {
  const redirect_uri = "http://acme.example/back";
  const query = new URLSearchParams({ redirect_uri, state: "s" });
  const page = `${base()}/api/permission/oauth2/authorize?${query}`;
  const { headers } = await fetch(page, { redirect: "manual" });
  const code = new URL(headers.get("location") ?? "").searchParams.get("code");
  const { clientId: client_id, clientSecret } = COZE_APP;
  const answer = await fetch(`${base()}/api/permission/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Bearer ${clientSecret}`, "content-type": "application/json" },
    body: JSON.stringify({ grant_type: "authorization_code", code, client_id, redirect_uri }),
  });
  const { access_token, refresh_token } = await answer.json<Record<string, string>>();
  if (!access_token || !refresh_token) throw new Error("no tokens");
  const granted = { accessToken: access_token, refreshToken: refresh_token };
  return newConsent({ ...granted, expires: { inMs: 15 * MINUTE } }, Date.now());
}

async function stored(): Promise<{ row: SecretRow; consent: Consent | null }> {
  const row = await findSecret(db, stage.place.siteId, stage.secretId);
  if (!row) throw new Error("no secret");
  const values = await new Vault(environment.masterKey).open(
    stage.place.siteId,
    stage.place.connection.id,
    row,
  );
  return { row, consent: splitSecret(values).consent };
}

/** The row as it stands then. */
async function store(part: Partial<Consent>): Promise<SecretRow> {
  const { place, secretId, consent } = stage;
  const values = joinSecret({ given: COZE_APP, consent: { ...consent, ...part } });
  const where = { siteId: place.siteId, connectionId: place.connection.id, secretId };
  const to = await seal(environment.masterKey, where, JSON.stringify(values));
  const from = (await findSecret(db, place.siteId, secretId))?.sealed ?? "";
  expect(await swapSealed(db, place.siteId, secretId, { from, to })).toBe(true);
  return (await stored()).row;
}

function isolate(): AccessTokens & { forgotten: string[] } {
  const forgotten: string[] = [];
  const sites = { forget: (siteId: string) => void forgotten.push(siteId) };
  const vault = new Vault(environment.masterKey);
  return Object.assign(new AccessTokens({ db, vault, environment, sites }), { forgotten });
}

async function tokenOf(tokens: AccessTokens, row: SecretRow, call?: object): Promise<string> {
  const opened = await tokens.open(stage.place, row, call);
  return opened.ok ? (opened.value.accessToken ?? "none") : `${opened.error.reason}`;
}

const expired = () => ({ expiresAt: Date.now() - MINUTE, refreshAt: Date.now() - 6 * MINUTE });
const due = () => ({ expiresAt: Date.now() + 4 * MINUTE, refreshAt: Date.now() - 1 });

it("a fresh token is handed out with the app's own values, and nothing is stored or asked", async () => {
  const row = await store({});
  const opened = await isolate().open(stage.place, row);
  const { accessToken } = stage.consent;
  expect(opened).toEqual({ ok: true, value: { ...COZE_APP, accessToken } });
  expect((await stored()).row).toEqual(row);
});

it("an expired token is refreshed once for forty in two isolates, which read the same old row", async () => {
  const row = await store(expired());
  const before = await configVersion(db, stage.place.siteId);
  const [one, two] = [isolate(), isolate()];
  const asked = Array.from({ length: 40 }, (_, at) => tokenOf(at % 2 ? one : two, row));
  const given = new Set(await Promise.all(asked));
  // A second use of the refresh token would have been refused, and have ended the consent.
  const { consent } = await stored();
  expect([...given]).toEqual([consent?.accessToken]);
  expect(consent).not.toHaveProperty("claimedUntil");
  expect(consent?.accessToken).not.toBe(stage.consent.accessToken);
  expect(consent?.refreshToken).not.toBe(stage.consent.refreshToken);
  expect((consent?.refreshAt ?? 0) - Date.now()).toBeGreaterThan(9 * MINUTE);
  expect(await configVersion(db, stage.place.siteId)).toBe((before ?? 0) + 1);
  expect([...one.forgotten, ...two.forgotten]).toEqual([stage.place.siteId]);
});

it("while a token is good nobody waits for the next, which is there soon", async () => {
  const row = await store(due());
  const tokens = isolate();
  const given = await Promise.all(Array.from({ length: 10 }, () => tokenOf(tokens, row)));
  expect(new Set(given)).toEqual(new Set([stage.consent.accessToken]));
  await expect
    .poll(async () => (await stored()).consent?.refreshToken)
    .not.toBe(stage.consent.refreshToken);
  expect(await tokenOf(tokens, row)).toBe((await stored()).consent?.accessToken);
});

it("who meets a claim waits for what comes of it, and asks nothing", async () => {
  const row = await store({ ...expired(), claimedUntil: Date.now() + MINUTE });
  const waiting = tokenOf(isolate(), row);
  await store({ accessToken: "czu_of_the_other", refreshToken: "r-of-the-other" });
  expect(await waiting).toBe("czu_of_the_other");
  expect((await stored()).consent?.refreshToken).toBe("r-of-the-other");
});

it("the claim of an isolate that died lapses, and what is stored is tried", async () => {
  const row = await store({ ...expired(), claimedUntil: Date.now() - 1 });
  expect(await tokenOf(isolate(), row)).toMatch(/^czu_/);
});

it("a dead refresh token ends the consent, said once and remembered", async () => {
  const row = await store({ ...expired(), refreshToken: "r-that-was-used" });
  const given = await Promise.all([isolate(), isolate()].map((tokens) => tokenOf(tokens, row)));
  expect(given).toEqual(["unauthorized", "unauthorized"]);
  const { row: after, consent } = await stored();
  expect(consent?.ended).toBe("refresh token *** is invalid");
  expect(after.disabledReason).toBe("unauthorized: refresh token *** is invalid");
  expect(await tokenOf(isolate(), after)).toBe("unauthorized");
  expect((await stored()).row).toEqual(after);
});

it("a refresh that finds its secret replaced writes nothing, and its call goes on", async () => {
  const row = await store(expired());
  const { siteId, connection } = stage.place;
  connection.settings = { baseUrl: `${base()}/slow-500ms` };
  const asked = tokenOf(isolate(), row);
  await expect.poll(async () => (await stored()).consent?.claimedUntil ?? 0).toBeGreaterThan(0);
  const other = { id: newId("secret"), name: "other", weight: 1, sealed: "v1.o.t.h", hint: "" };
  await change(db, siteId, replaceSecrets(db, siteId, connection.id, [other]));
  expect(await asked).toMatch(/^czu_/);
  expect(await findSecret(db, siteId, stage.secretId)).toBeNull();
  expect(await findSecret(db, siteId, other.id)).toMatchObject({ sealed: "v1.o.t.h" });
  expect(await tokenOf(isolate(), row)).toBe("unavailable");
});

it("a call whose token was refused gets one other, and no third", async () => {
  const row = await store({});
  const tokens = isolate();
  const call = {};
  expect(await tokenOf(tokens, row, call)).toBe(stage.consent.accessToken);
  expect(tokens.renew({})).toBe(false);
  expect(tokens.renew(call)).toBe(true);
  const second = await tokenOf(tokens, row, call);
  expect(second).not.toBe(stage.consent.accessToken);
  expect(second).toMatch(/^czu_/);
  expect(tokens.renew(call)).toBe(false);
});

it("the sealed secret opens for its own connection and site alone", async () => {
  const row = await store({});
  const { siteId, connection } = stage.place;
  const elsewhere: SecretPlace[] = [
    { siteId, connection: { ...connection, id: newId("connection") } },
    { siteId: newId("site"), connection },
  ];
  for (const place of elsewhere) await expect(isolate().open(place, row)).rejects.toThrow();
});
