/** Devices that wait for a yes, by a strict client; and those who guess. */
import { env } from "cloudflare:workers";
import * as oauth from "oauth4webapi";
import { beforeAll, expect, it } from "vitest";
import type { DeviceRequest } from "../../src/contract/oauth.ts";
import {
  chatWith,
  errorCode,
  fetchOf,
  type OAuthSite,
  oauthSite,
  options,
  register,
  sendForm,
} from "./oauth-site.ts";
import type { Person } from "./person.ts";
import { errorOf } from "./support.ts";

let site: OAuthSite;
let client: oauth.Client;
beforeAll(async () => {
  site = await oauthSite();
  client = await register(site, { client_name: "Television" });
});

async function start(from = "203.0.113.9"): Promise<oauth.DeviceAuthorizationResponse> {
  const fetchFrom = (url: string, init: Record<string, unknown>) => {
    const headers = new Headers(init.headers as Record<string, string>);
    headers.set("cf-connecting-ip", from);
    headers.set("user-agent", "tv/1.0");
    return fetchOf(site.slug)(url, { ...init, headers });
  };
  const answer = await oauth.deviceAuthorizationRequest(
    site.as,
    client,
    oauth.None(),
    { scope: "gateway" },
    { ...options(site.slug), [oauth.customFetch]: fetchFrom as never },
  );
  return await oauth.processDeviceAuthorizationResponse(site.as, client, answer);
}

/** As if the device had waited as long as it was told. */
const waited = () => env.DB.prepare("UPDATE oauth_devices SET last_polled_at = 0").run();

const poll = (deviceCode: string, clientId = client.client_id) =>
  sendForm(site.slug, "/oauth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    ...{ device_code: deviceCode, client_id: clientId },
  });

const look = (person: Person, code: string) =>
  person.fetch("GET", `/api/portal/oauth/device?code=${encodeURIComponent(code)}`);
const decide = (code: string, allow: boolean, person = site.ann) =>
  person.fetch("POST", "/api/portal/oauth/device", { code, allow });

it("a device gets its token after the user has seen what asks, and from where, and said yes", async () => {
  const device = await start();
  expect(device.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  expect(device.verification_uri).toBe(`${site.origin}/device`);
  expect(await errorCode(await poll(device.device_code))).toBe("authorization_pending");
  const typed = ` ${device.user_code.toLowerCase().replace("-", " ")}`;
  const shown = (await (await look(site.ann, typed)).json()) as DeviceRequest;
  expect(shown).toMatchObject({
    kind: "device",
    app: { name: "Television", origin: "registered" },
    scopes: ["gateway"],
    askedFrom: "203.0.113.9",
    askedBy: "tv/1.0",
  });
  expect((await decide(device.user_code, true)).status).toBe(204);
  await waited();
  const answer = await oauth.deviceCodeGrantRequest(
    site.as,
    client,
    oauth.None(),
    device.device_code,
    options(site.slug),
  );
  const tokens = await oauth.processDeviceCodeResponse(site.as, client, answer);
  expect(tokens.refresh_token).toMatch(/^pr-/);
  expect((await chatWith(site.slug, tokens.access_token)).status).toBe(200);
});

it("a yes is redeemed once, by one of several polls at once", async () => {
  const device = await start();
  await decide(device.user_code, true);
  const answers = await Promise.all(Array.from({ length: 8 }, () => poll(device.device_code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  await waited();
  expect(await errorCode(await poll(device.device_code))).toBe("invalid_grant");
});

it("a device that asks too often is told to slow down, more each time", async () => {
  const device = await start();
  expect(await errorCode(await poll(device.device_code))).toBe("authorization_pending");
  expect(await errorCode(await poll(device.device_code))).toBe("slow_down");
  const { interval_ms } = (await env.DB.prepare(
    "SELECT interval_ms FROM oauth_devices ORDER BY created_at DESC LIMIT 1",
  ).first<{ interval_ms: number }>()) ?? { interval_ms: 0 };
  expect(interval_ms).toBe(10_000);
});

it("a no is told to the device, and cannot become a yes", async () => {
  const device = await start();
  expect((await decide(device.user_code, false)).status).toBe(204);
  expect(await errorCode(await poll(device.device_code))).toBe("access_denied");
  expect((await decide(device.user_code, true)).status).toBe(404);
});

it("a code that is over is neither shown nor redeemed", async () => {
  const device = await start();
  await env.DB.prepare("UPDATE oauth_devices SET expires_at = 1").run();
  expect((await look(site.ann, device.user_code)).status).toBe(404);
  expect(await errorCode(await poll(device.device_code))).toBe("expired_token");
});

it("a device code belongs to its app, and is no code that a user could type", async () => {
  const device = await start();
  const thief = await register(site);
  expect(await errorCode(await poll(device.device_code, thief.client_id))).toBe("invalid_grant");
  const token = Buffer.from(device.device_code).toString("base64url");
  expect((await look(site.ann, device.device_code)).status).toBe(404);
  expect((await look(site.ann, token)).status).toBe(404);
});

it("who guesses codes is stopped after a few, also with a right one, as a user and by address", async () => {
  const device = await start();
  const letters = "BCDFGHJKLMNPQRSTVWXZ";
  let guesses = 0;
  let answer = await look(site.bob, "BBBB-BBBB");
  while (answer.status === 404 && guesses < 100) {
    const at = guesses++ % letters.length;
    answer = await look(site.bob, `BBBB-BBB${letters[at]}`);
  }
  expect(answer.status).toBe(429);
  expect(guesses).toBeLessThanOrEqual(20);
  expect((await look(site.bob, device.user_code)).status).toBe(429);
  expect((await decide(device.user_code, true, site.bob)).status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await errorOf(answer)).code).toBe("rate_limit_login");
  expect((await look(site.ann, device.user_code)).status).toBe(200);
});

it("an app that did not register for devices gets no code", async () => {
  const other = await register(site, { grant_types: ["authorization_code"] });
  const answer = await sendForm(site.slug, "/oauth/device_authorization", {
    client_id: other.client_id,
  });
  expect(await errorCode(answer)).toBe("unauthorized_client");
});
