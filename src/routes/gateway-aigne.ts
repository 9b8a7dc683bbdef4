/** The surface for AIGNE's clients: discovery, chat in both dialects, models, status, who one is. */
import type { Hono } from "hono";
import { ERRORS } from "../contract/errors.ts";
import { FailureError, refuse } from "../core/failure.ts";
import { keyOf, mayUse } from "../core/key-scope.ts";
import type { SiteSnapshot, UserProfile } from "../core/site.ts";
import {
  AigneCompletionCollector,
  AigneCompletionEncoder,
  decodeAigneCompletion,
  PlainTextEncoder,
} from "../front/aigne-completions.ts";
import { aigneError, aigneStreamError } from "../front/aigne-errors.ts";
import { decodeAigneChat } from "../front/aigne-request.ts";
import { AigneCollector, AigneStreamEncoder } from "../front/aigne-response.ts";
import { discovery, KIND_OF_TYPE, modelRow, userInfo } from "../front/aigne-site.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { patiently } from "../http/patient-answer.ts";
import { aigneErrorResponse } from "../http/respond.ts";
import { type CatalogueItem, catalogueOf, strangerAt } from "../services/chat/catalogue.ts";
import { byEnd } from "../services/chat/target.ts";
import { authoriseKey, subjectOf } from "../services/chat/visible.ts";
import { type Caller, readKey } from "../services/identity/callers.ts";
import { creditsLink, walletView } from "../services/wallets.ts";
import { aigneMediaRoutes } from "./gateway-aigne-media.ts";
import { aigneVideoRoutes } from "./gateway-aigne-video.ts";
import { type Front, serveChat } from "./gateway-answer.ts";
import { requireKey } from "./gateway-caller.ts";
import { paid } from "./gateway-paid.ts";

export function aigneRoutes(app: Hono<AppEnv>): void {
  app.get("/__blocklet__.js", (c) => {
    const told = discovery(c.var.site);
    if (c.req.query("type") === "json") return c.json(told);
    const script = `window.blocklet = ${JSON.stringify(told)};`;
    return c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" });
  });
  const post = (path: string, answer: (c: AppContext) => Promise<Response>) =>
    app.post(path, (c) => patiently(paid(c, () => answer(c))));
  post("/api/v2/chat", chat);
  // Where a client of 0.3 is given the whole address.
  post("/api/v2/chat/api/v2/chat", chat);
  post("/api/v2/chat/completions", completions);
  post("/api/v2/completions", completions);
  aigneMediaRoutes(app);
  aigneVideoRoutes(app);
  for (const path of ["/api/ai/models", "/api/ai-providers/models", "/api/v2/models"]) {
    app.get(path, models);
  }
  app.get("/api/v2/status", status);
  app.get("/api/user/info", async (c) => {
    const { caller, site } = await requireKey(c);
    const { services } = c.var;
    const profile = await authoriseKey(services, site, caller, "wallet");
    const wallet = await walletView(services, site, caller.userId);
    return c.json(userInfo(profile, wallet, creditsLink(services, site, c.req.url)));
  });
  for (const path of OPENAI_PATHS) {
    // New clients speak OpenAI's protocol to the root; the documents of old ones name /api/v2.
    app.all(path, (c) => {
      const url = new URL(c.req.url);
      url.pathname = url.pathname.replace(/^(\/api\/v2)?/, "/v1");
      return app.fetch(new Request(url, c.req.raw), c.env, c.executionCtx);
    });
  }
}

const OPENAI_PATHS = [
  "/chat/completions",
  "/images/generations",
  "/images/edits",
  "/embeddings",
  "/videos",
  "/videos/*",
  "/api/v2/audio/*",
];

function chat(c: AppContext): Promise<Response> {
  return serveChat(c, async ({ userId }) => {
    const decoded = decodeAigneChat(await readJson(c.req.raw), userId);
    if (!decoded.ok) throw new FailureError(decoded.error);
    const { model, input, beyond } = decoded.value;
    const encoding = { model, structured: input.responseFormat?.type === "json_schema" };
    const front: Front = {
      ...frontOf(c),
      stream: () => new AigneStreamEncoder(encoding),
      whole: () => new AigneCollector(encoding),
    };
    return { model, input, front, beyond: notDone(beyond) };
  });
}

const frontOf = (c: AppContext): Omit<Front, "stream" | "whole"> => ({
  protocol: "aigne",
  failure: (failure) => aigneErrorResponse(failure, c.var.requestId),
  failureInStream: (failure) => aigneStreamError(failure, c.var.requestId),
});

const notDone = (names: readonly string[]) =>
  names.length > 0 ? [`Not done: ${names.join(", ")}.`] : [];

/** With `stream`, and without asking for events, old clients expect the bare text. */
async function completions(c: AppContext): Promise<Response> {
  const { requestId, startedAt } = c.var;
  const asksForEvents = /event-stream|json/.test(c.req.header("accept") ?? "");
  let plain = false;
  const answer = await serveChat(c, async ({ userId }) => {
    const decoded = decodeAigneCompletion(await readJson(c.req.raw), userId);
    if (!decoded.ok) throw new FailureError(decoded.error);
    const { model, input } = decoded.value;
    plain = input.stream && !asksForEvents;
    const id = `chatcmpl-${requestId.slice(4)}`;
    const created = Math.floor(startedAt / 1000);
    const encoding = { id, created, model, includeUsage: true };
    const front: Front = {
      ...frontOf(c),
      stream: () => (plain ? new PlainTextEncoder() : new AigneCompletionEncoder(encoding)),
      whole: () => new AigneCompletionCollector(encoding),
    };
    if (plain) front.failureInStream = ({ message }) => `\nERROR: ${message}`;
    return { model, input, front, beyond: [] };
  });
  if (plain && answer.ok) answer.headers.set("content-type", "text/plain; charset=utf-8");
  return answer;
}

/** Clients ask for the list without their key: then it is what anybody may see. */
async function models(c: AppContext): Promise<Response> {
  const { site, items } = await catalogue(c);
  const { type } = c.req.query();
  const kind = type === undefined ? null : KIND_OF_TYPE[type];
  const listed = kind === null ? items : items.filter((item) => item.kind === kind);
  return c.json(listed.map((item) => modelRow(item, site.slug)));
}

async function catalogue(c: AppContext): Promise<{ site: SiteSnapshot; items: CatalogueItem[] }> {
  const { services, onPlatformHost, site } = c.var;
  if (!onPlatformHost && readKey(c.req.raw.headers) === null) {
    return { site, items: catalogueOf(site, strangerAt(site)) };
  }
  const found = await requireKey(c);
  const profile = await authoriseKey(services, found.site, found.caller);
  return { site: found.site, items: usableItems(found.site, found.caller, profile) };
}

function usableItems(site: SiteSnapshot, { credential }: Caller, profile: UserProfile) {
  const key = keyOf(profile, credential);
  return catalogueOf(site, subjectOf(profile)).filter(({ name }) => mayUse(key, name));
}

/** Always 200: what stands in the way is in the answer. */
async function status(c: AppContext): Promise<Response> {
  try {
    await requireReady(c);
    return c.json({ available: true });
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    const { message, type, link } = aigneError(failure, c.var.requestId).error;
    const code = failure.status ?? ERRORS[failure.code].status;
    const told = { error: message, code, type, ...(link === undefined ? {} : { link }) };
    return c.json({ available: false, ...told });
  }
}

async function requireReady(c: AppContext): Promise<void> {
  const { services } = c.var;
  const { caller, site } = await requireKey(c);
  const profile = await authoriseKey(services, site, caller);
  const name = c.req.query("model") ?? "";
  const items = usableItems(site, caller, profile);
  const item = items.find((one) => one.name === name) ?? byEnd(items, name);
  if (name && !item) refuse("model_not_found", `There is no model "${name}" that you may use.`);
  if (item?.free) return;
  const { available_micro } = await walletView(services, site, caller.userId);
  const link = creditsLink(services, site, c.req.url);
  if (available_micro <= 0) refuse("insufficient_credits", "There are no credits left.", { link });
}
