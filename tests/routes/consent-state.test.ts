/** How long the way to a platform and back is open. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, inject, it, vi } from "vitest";
import { readEnvironment } from "../../src/http/environment.ts";
import { beginConsent, finishConsent, STATE_TTL_MS } from "../../src/services/connections-oauth.ts";
import { servicesOf } from "../../src/services/services.ts";
import { insertConnection, replaceSecrets } from "../../src/store/connections.ts";
import { newId } from "../../src/store/ids.ts";
import { seal } from "../../src/store/seal.ts";
import { change } from "../../src/store/sites.ts";
import { makeFullSite } from "../store/fixture.ts";
import { COZE_APP } from "../support/upstream-coze-oauth.ts";

const services = servicesOf(env, readEnvironment(env));
const { db, environment } = services;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
afterEach(() => void vi.useRealTimers());

async function begun() {
  const { siteId, userId, sessionId } = await makeFullSite(db);
  const [connectionId, id] = [newId("connection"), newId("secret")];
  const place = { siteId, connectionId, secretId: id };
  const sealed = await seal(environment.masterKey, place, JSON.stringify(COZE_APP));
  const settings = { baseUrl: `${inject("upstreamUrl")}/coze` };
  const values = { slug: "coze", name: "Coze", connector: "coze", enabled: true, settings };
  await change(db, siteId, [
    insertConnection(db, siteId, connectionId, values),
    ...replaceSecrets(db, siteId, connectionId, [{ id, name: "", weight: 1, sealed, hint: "" }]),
  ]);
  const session = { siteId, userId, sessionId, epoch: 0, expiresAt: Date.now() + 3_600_000 };
  const ask = { slug: "coze", secretId: id, origin: "https://acme.example" };
  const { url } = await beginConsent(services, session, ask);
  const { headers } = await fetch(url, { redirect: "manual" });
  const back = new URL(headers.get("location") ?? "").searchParams;
  const come = (more: object = {}) =>
    finishConsent(services, session, {
      connectorId: "coze",
      state: back.get("state") ?? "",
      code: back.get("code") ?? "",
      ...more,
    });
  return { come };
}

it("a state opens nothing after ten minutes, and does until then", async () => {
  expect(STATE_TTL_MS).toBe(600_000);
  const [early, late] = [await begun(), await begun()];
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + STATE_TTL_MS - 30_000);
  expect(await early.come()).toEqual({ slug: "coze", outcome: "done" });
  vi.setSystemTime(Date.now() + 31_000);
  expect(await late.come()).toEqual({ slug: null, outcome: "invalid" });
});

it("a way back without a code is a refusal, and spends the state", async () => {
  const { come } = await begun();
  expect(await come({ code: undefined, error: "access_denied" })).toEqual({
    slug: "coze",
    outcome: "denied",
  });
  expect(await come()).toEqual({ slug: null, outcome: "invalid" });
});

it("there is no way back from a platform that asks for no consent", async () => {
  const { come } = await begun();
  await expect(come({ connectorId: "dify" })).rejects.toThrow("There is nothing here.");
  await expect(come({ connectorId: "__proto__" })).rejects.toThrow("There is nothing here.");
  expect(await come()).toMatchObject({ outcome: "done" });
});
