/** Apps, as people meet them: a consent on the way to an app, a device, what one has allowed. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as oauth from "oauth4webapi";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAnswer, localRequest } from "../../scripts/local-request.ts";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { hostOf } from "../server/visitor.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const ANN = { email: "ann@acme.example", password: "correct horse battery" };
const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

let portico: TestPortico;
let browser: Browser;
let app: Server;
let redirectUri: string;

beforeAll(async () => {
  const site = {
    slug: "acme",
    name: "Acme AI",
    locale: "en",
    connections: [{ id: "loop", connector: "loopback" }],
    models: [{ name: "loop/one", routes: [{ connection: "loop", model: "guide" }] }],
    levels: [{ slug: "free", name: "Free", default: true }],
    users: [
      { ...ANN, credits: 100 },
      { ...OWNER, role: "owner", credits: 100 },
    ],
  };
  // The app that the browser is sent back to.
  app = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><html lang=en><title>Notes</title><h1>Back in Notes</h1>");
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  redirectUri = `http://127.0.0.1:${(app.address() as AddressInfo).port}/back`;
  portico = await startTestPortico({ sites: [site] }, { withUis: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  app?.close();
});

const at = (path: string) => `http://${hostOf(portico, "acme")}${path}`;

/** A request of the app, which is no browser. */
async function send(path: string, init: Record<string, unknown>): Promise<LocalAnswer> {
  return await localRequest({
    origin: portico.origin,
    host: hostOf(portico, "acme"),
    method: "POST",
    path,
    headers: {},
    ...init,
  });
}

const sendForm = (path: string, form: Record<string, string>) =>
  send(path, { body: new URLSearchParams(form) });

async function register(): Promise<string> {
  const body = {
    client_name: "Notes",
    redirect_uris: ["http://127.0.0.1/back"],
    token_endpoint_auth_method: "none",
    grant_types: [
      "authorization_code",
      "refresh_token",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
  };
  const answer = await send("/oauth/register", { body });
  return (JSON.parse(answer.text) as { client_id: string }).client_id;
}

async function authorizePath(clientId: string, verifier: string): Promise<string> {
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: clientId, redirect_uri: redirectUri },
    ...{ scope: "gateway wallet", state: "s-1", code_challenge_method: "S256" },
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  });
  return `/oauth/authorize?${query}`;
}

async function chat(token: string): Promise<number> {
  const answer = await send("/v1/chat/completions", {
    headers: { authorization: `Bearer ${token}` },
    body: { model: "loop/one", messages: [{ role: "user", content: "hello" }] },
  });
  return answer.status;
}

async function logIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

async function signedIn(who: typeof ANN, more: object = {}, locale = "en"): Promise<Watched> {
  const watched = await openPage(browser, more);
  await watched.page.goto(at("/login"));
  expect((await fetchIn(watched.page, "POST", "/api/auth/login", who)).status).toBe(200);
  await fetchIn(watched.page, "PATCH", "/api/auth/me", { locale });
  return watched;
}

it("an app sends its user to log in, is allowed so many credits, chats, and is revoked", async () => {
  const clientId = await register();
  const verifier = oauth.generateRandomCodeVerifier();
  const { page, complaints, context } = await openPage(browser);
  await page.goto(at(await authorizePath(clientId, verifier)));
  await page.waitForURL(/\/login\?next=/);
  await logIn(page, ANN);
  await page.getByRole("heading", { name: "Allow Notes?" }).waitFor();
  await page.getByText("You will be sent back to an app on this device.").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("At most so many credits a month").fill("5");
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await page.getByRole("heading", { name: "Back in Notes" }).waitFor();
  const back = new URL(page.url());
  expect(back.searchParams.get("state")).toBe("s-1");
  expect(back.searchParams.get("iss")).toBe(at(""));
  const answer = await sendForm("/oauth/token", {
    ...{ grant_type: "authorization_code", code: back.searchParams.get("code") ?? "" },
    ...{ redirect_uri: redirectUri, client_id: clientId, code_verifier: verifier },
  });
  const { access_token } = JSON.parse(answer.text) as { access_token: string };
  expect(await chat(access_token)).toBe(200);
  await page.goto(at("/apps"));
  await page.getByText("at most 5 a month").waitFor();
  await page.getByRole("button", { name: "Change: Notes" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("At most so many credits a month").fill("7.5");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("at most 7.5 a month").waitFor();
  await page.getByRole("button", { name: "Revoke: Notes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("You have not allowed any app anything.").waitFor();
  expect(await chat(access_token)).toBe(401);
  expect(complaints).toEqual([]);
  await context.close();
});

it("who says no leads the app back with an error, and has allowed nothing", async () => {
  const { page, complaints, context } = await signedIn(ANN);
  await page.goto(at(await authorizePath(await register(), "v".repeat(43))));
  await page.getByRole("button", { name: "Do not allow" }).click();
  await page.getByRole("heading", { name: "Back in Notes" }).waitFor();
  expect(new URL(page.url()).searchParams.get("error")).toBe("access_denied");
  expect(complaints).toEqual([]);
  await context.close();
});

it("an unverified redirect is told here, and the browser stays", async () => {
  const { page, context } = await signedIn(ANN);
  const path = await authorizePath(await register(), "v".repeat(43));
  const bad = path.replace(encodeURIComponent("/back"), encodeURIComponent("/evil"));
  const answer = await page.goto(at(bad));
  expect(answer?.status()).toBe(400);
  expect(page.url()).toBe(at(bad));
  await page.goto(at(bad.replace("/oauth/authorize", "/consent")));
  await page.getByRole("heading", { name: "This link does not work" }).waitFor();
  await context.close();
});

it("a device is let in by the code that it shows, typed in on another screen", async () => {
  const clientId = await register();
  const started = await sendForm("/oauth/device_authorization", { client_id: clientId });
  const device = JSON.parse(started.text) as { device_code: string; user_code: string };
  const { page, complaints, context } = await signedIn(ANN);
  await page.goto(at("/device"));
  await page.getByLabel("Code").fill("BBBB");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Eight letters, such as WDJB-MJHT").waitFor();
  await page.getByLabel("Code").fill(device.user_code.toLowerCase());
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText(`Does the device show ${device.user_code}?`, { exact: false }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await page.getByText("Done. Go back to the device", { exact: false }).waitFor();
  const answer = await sendForm("/oauth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    ...{ device_code: device.device_code, client_id: clientId },
  });
  const { access_token } = JSON.parse(answer.text) as { access_token: string };
  expect(await chat(access_token)).toBe(200);
  expect(complaints).toEqual([]);
  await context.close();
});

describe.each([
  { locale: "en", dark: true, width: 390 },
  { locale: "zh-CN", dark: false, width: 390 },
  { locale: "zh-CN", dark: true, width: 1280 },
])("$locale, dark: $dark, $width wide", (look) => {
  it("the consent and the pages around it can be used by everybody", async () => {
    const { page, complaints, context } = await signedIn(OWNER, look, look.locale);
    const clientId = await register();
    const started = await sendForm("/oauth/device_authorization", { client_id: clientId });
    expect(started.status).toBe(200);
    const { user_code } = JSON.parse(started.text) as { user_code: string };
    const consent = await authorizePath(clientId, "v".repeat(43));
    for (const path of [consent, `/device?user_code=${user_code}`, "/admin/apps?open=new"]) {
      await page.goto(at(path));
      await page.waitForLoadState("networkidle");
      await page.getByRole("heading").first().waitFor();
      expect([path, await violations(page)]).toEqual([path, []]);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});

it("in the console an admin makes an app, sees its secret once, and disables it", async () => {
  const { page, complaints, context } = await signedIn(OWNER);
  await page.goto(at("/admin/apps"));
  await page.getByRole("button", { name: "Make an app" }).first().click();
  const panel = page.getByRole("dialog");
  await panel.getByLabel("Name").fill("Desk");
  await panel.getByLabel("Redirect addresses").fill("https://*.example/back");
  await panel.getByRole("button", { name: "Save" }).click();
  await panel.getByText("wildcards are not allowed", { exact: false }).first().waitFor();
  await panel.getByLabel("Redirect addresses").fill("https://desk.example/back");
  await panel.getByRole("button", { name: "Save" }).click();
  await panel.getByText(/^ps-\S{20,}$/).waitFor();
  expect(await violations(page)).toEqual([]);
  await panel.getByRole("button", { name: "Done" }).click();
  await page.getByText("Desk", { exact: true }).first().click();
  await panel.getByRole("button", { name: "Disable" }).click();
  const question = page.getByRole("dialog", { name: "Disable Desk?" });
  await question.getByRole("button", { name: "Disable" }).click();
  await panel.getByRole("button", { name: "Enable" }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});
