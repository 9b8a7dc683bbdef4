/** AIGNE's connect, as an attacker and the store see it; the command line itself is in conformance. */

import { env } from "cloudflare:workers";
import { createDecipheriv, createHash, pbkdf2Sync } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { chatWith, type OAuthSite, oauthSite } from "./oauth-site.ts";
import { call } from "./support.ts";

const SESSION = "/.well-known/service/api/access-key/session";

let site: OAuthSite;
beforeAll(async () => {
  site = await oauthSite();
});

interface Session {
  id: string;
  accessKeyId: string;
  accessKeySecret: string;
  challenge: string;
}

async function open(): Promise<{ id: string; code: string }> {
  const answer = await call(site.slug, SESSION, { method: "POST" });
  const { id } = (await answer.json()) as { id: string };
  return { id, code: Buffer.from(id).toString("base64url") };
}

const fetchSession = (id: string, slug: string | null = site.slug) =>
  call(slug, `${SESSION}?sid=${id}`);

const answer = (code: string, allow: boolean, person = site.ann) =>
  person.fetch("POST", "/api/portal/oauth/device", { code, allow });

/** What CryptoJS does, in OpenSSL's words. */
function unhide({ accessKeySecret, accessKeyId, challenge }: Session): string {
  const passphrase = pbkdf2Sync(challenge, accessKeyId, 256, 32, "sha512").toString("hex");
  const bytes = Buffer.from(accessKeySecret, "base64");
  const salt = bytes.subarray(8, 16);
  const rounds: Buffer[] = [];
  for (let last = Buffer.alloc(0); rounds.length < 3; rounds.push(last)) {
    last = createHash("md5").update(last).update(passphrase).update(salt).digest();
  }
  const derived = Buffer.concat(rounds);
  const decipher = createDecipheriv(
    "aes-256-cbc",
    derived.subarray(0, 32),
    derived.subarray(32, 48),
  );
  return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString();
}

it("a session is empty until the yes, then has a key that the challenge unhides", async () => {
  const { id, code } = await open();
  expect(await (await fetchSession(id)).json()).toMatchObject({ id, accessKeySecret: "" });
  expect((await answer(code, true)).status).toBe(204);
  const key = unhide((await (await fetchSession(id)).json()) as Session);
  expect(key).toMatch(/^blocklet-[^.]+$/);
  expect((await chatWith(site.slug, key)).status).toBe(200);
});

it("from the store nobody can read the key: neither the session's id nor the challenge is there", async () => {
  const { id, code } = await open();
  await answer(code, true);
  const session = (await (await fetchSession(id)).json()) as Session;
  const tables = ["oauth_devices", "api_keys", "oauth_grants"];
  const rows = await Promise.all(
    tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`).all()),
  );
  const stored = JSON.stringify(rows.map(({ results }) => results));
  expect(stored).toContain(session.accessKeySecret);
  for (const secret of [unhide(session), session.challenge, id, code]) {
    expect(stored).not.toContain(secret);
  }
});

it("a session is of one site: another, and the platform's host, know nothing of it", async () => {
  const { id, code } = await open();
  const other = await oauthSite();
  expect((await fetchSession(id, other.slug)).status).toBe(404);
  expect((await fetchSession(id, null)).status).toBe(404);
  expect((await call(null, SESSION, { method: "POST" })).status).toBe(404);
  expect((await answer(code, true, other.ann)).status).toBe(404);
});

it("a no ends it, and so does its time", async () => {
  const [denied, late] = [await open(), await open()];
  await answer(denied.code, false);
  expect((await fetchSession(denied.id)).status).toBe(404);
  await env.DB.prepare("UPDATE oauth_devices SET expires_at = 1").run();
  expect((await fetchSession(late.id)).status).toBe(404);
  expect((await answer(late.code, true)).status).toBe(404);
});

it("sessions are not opened without end from one address", async () => {
  const headers = { "cf-connecting-ip": "198.51.100.7" };
  const opened = await Promise.all(
    Array.from({ length: 70 }, () => call(site.slug, SESSION, { method: "POST", headers })),
  );
  expect(opened.filter(({ status }) => status === 200)).toHaveLength(60);
  expect(opened.filter(({ status }) => status === 429)).toHaveLength(10);
});
