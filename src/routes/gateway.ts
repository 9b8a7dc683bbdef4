/** The OpenAI-compatible surface: `/v1/chat/completions`, `/v1/models`, `/v1/wallet`, `/v1/usage`. */
import type { Hono } from "hono";
import { entryQuerySchema } from "../contract/wallet.ts";
import { FailureError, refuse } from "../core/failure.ts";
import { keyOf, mayUse } from "../core/key-scope.ts";
import { decodeChat } from "../front/openai-chat-request.ts";
import { ChatCollector, ChatStreamEncoder, streamError } from "../front/openai-chat-response.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { parse } from "../http/endpoint.ts";
import { errorEnvelope, errorResponse } from "../http/respond.ts";
import { targetNotFound } from "../services/chat/target.ts";
import { authoriseKey, visibleMediaModels, visibleTargets } from "../services/chat/visible.ts";
import { usageOf, walletEntries, walletView } from "../services/wallets.ts";
import { type Asked, type Front, serveChat } from "./gateway-answer.ts";
import { requireKey } from "./gateway-caller.ts";
import { paid } from "./gateway-paid.ts";

export function gatewayRoutes(app: Hono<AppEnv>): void {
  app.post("/v1/chat/completions", (c) => paid(c, () => chatCompletions(c)));
  app.get("/v1/models", async (c) => c.json({ object: "list", data: await models(c) }));
  // Names have slashes, which clients write as they are or escaped.
  app.get("/v1/models/:id{.+}", async (c) => {
    const id = c.req.param("id");
    const found = (await models(c)).find((model) => model.id === id);
    if (!found) throw new FailureError(targetNotFound(id));
    return c.json(found);
  });
  app.get("/v1/wallet", async (c) => {
    const { caller, site } = await requireKey(c);
    await authoriseKey(c.var.services, site, caller, "wallet");
    return c.json(await walletView(c.var.services, site, caller.userId));
  });
  app.get("/v1/wallet/entries", async (c) => {
    const { caller, site } = await requireKey(c);
    await authoriseKey(c.var.services, site, caller, "wallet");
    // An odd limit never was an error here; clients rely on that.
    const limit = Math.min(Math.max(Math.trunc(Number(c.req.query("limit") ?? 50)) || 50, 1), 200);
    const query = parse(entryQuerySchema, { ...c.req.query(), limit }, "query");
    return c.json(await walletEntries(c.var.services, caller, query));
  });
  app.get("/v1/usage/:id", async (c) => {
    const { caller, site } = await requireKey(c);
    await authoriseKey(c.var.services, site, caller, "wallet");
    const record = await usageOf(c.var.services, caller, c.req.param("id"));
    return c.json(record ?? refuse("request_not_found", "There is no such request of yours."));
  });
}

/** Agents and models that the key may use. */
async function models(c: AppContext) {
  const { caller, site } = await requireKey(c);
  const profile = await authoriseKey(c.var.services, site, caller);
  const listed = [
    ...visibleTargets(site, profile).map(({ target, kind, name }) => ({
      id: target,
      name,
      kind: kind === "model" ? "chat" : kind,
    })),
    ...visibleMediaModels(site, profile).map(({ name, kind }) => ({ id: name, name, kind })),
  ];
  const key = keyOf(profile, caller.credential);
  const usable = listed.filter(({ id }) => mayUse(key, id));
  return usable.map(({ id, ...more }) => ({
    id,
    object: "model",
    created: 0,
    owned_by: site.slug,
    ...more,
  }));
}

function chatCompletions(c: AppContext): Promise<Response> {
  return serveChat(c, async ({ userId }) => askedInChat(c, await readJson(c.req.raw), userId));
}

/** What a body of OpenAI's chat completions asks for. */
export function askedInChat(c: AppContext, body: unknown, userId: string): Asked {
  const { requestId, startedAt } = c.var;
  const decoded = decodeChat(body, userId);
  if (!decoded.ok) throw new FailureError(decoded.error);
  const { model, input, includeUsage } = decoded.value;
  const id = `chatcmpl-${requestId.slice(4)}`;
  const encoding = { id, created: Math.floor(startedAt / 1000), model, includeUsage };
  const front: Front = {
    protocol: "openai-chat",
    stream: () => new ChatStreamEncoder(encoding),
    whole: () => new ChatCollector(encoding),
    failure: (failure) => errorResponse(failure, requestId),
    failureInStream: (failure) => streamError(errorEnvelope(failure, requestId)),
  };
  // What other protocols cannot say, their connectors look for themselves.
  return { model, input, front, beyond: [] };
}
