/** The portal: gallery, wallet, conversations, runs, keys. */
import { portalEndpoints } from "../contract/portal.ts";
import { refuse } from "../core/failure.ts";
import type { AppContext } from "../http/app.ts";
import { type App, serve } from "../http/endpoint.ts";
import { admitMessage } from "../http/guests.ts";
import { statementFile } from "../http/statement-file.ts";
import { visibleTargets } from "../services/chat/visible.ts";
import { conversationsOf, type HistoryResult, type RunCaller } from "../services/conversations.ts";
import * as apiKeys from "../services/identity/api-keys.ts";
import { explainPrice } from "../services/prices.ts";
import { ownRequest, walletEntries, walletView } from "../services/wallets.ts";

export function portalRoutes(app: App): void {
  serve(app, portalEndpoints, {
    "GET /api/portal/agents": (c) => ({ data: visibleTargets(c.var.site, c.var.user) }),
    "GET /api/portal/wallet": async (c) =>
      await walletView(c.var.services, c.var.site, c.var.user.userId),
    "GET /api/portal/wallet/entries": async (c, { query }) =>
      await walletEntries(c.var.services, c.var.user, query),
    "GET /api/portal/wallet/statement.csv": (c, { query }) => statementFile(c, c.var.user, query),
    "GET /api/portal/requests/{id}": async (c, { params }) =>
      (await ownRequest(c.var.services, c.var.user, params.id)) ??
      refuse("request_not_found", "There is no such request of yours."),
    "GET /api/portal/prices/{target}/{version}": async (c, { params }) =>
      await explainPrice(c.var.services, c.var.site.id, params.target, params.version),
    "GET /api/portal/conversations": async (c, { query }) =>
      await history(c).list({
        limit: query.limit,
        after: query.after ?? null,
        search: query.search ?? null,
      }),
    "GET /api/portal/conversations/{id}": async (c, { params }) =>
      found(await history(c).get(params.id)),
    "PATCH /api/portal/conversations/{id}": async (c, { params, body }) =>
      found(
        await history(c).update(params.id, {
          ...(body.title === undefined ? {} : { title: body.title }),
          ...(body.pinned === undefined ? {} : { pinned: body.pinned }),
        }),
      ),
    "DELETE /api/portal/conversations/{id}": async (c, { params }) => {
      found(await history(c).remove(params.id));
    },
    "POST /api/portal/conversations/{id}/restore": async (c, { params }) =>
      found(await history(c).restore(params.id)),
    "POST /api/portal/runs": async (c, { body }) => {
      await requireSendable(c, body);
      const { conversationId, images, ...rest } = body;
      const started = await history(c).send({
        ...rest,
        ...(conversationId === undefined ? {} : { conversationId }),
        images: images.map((image) => image.url),
        caller: callerOf(c),
      });
      return await follow(c, found(started).runId, 0);
    },
    "POST /api/portal/runs/regenerate": async (c, { body }) => {
      await admitMessage(c, 0);
      const started = await history(c).regenerate({ ...body, caller: callerOf(c) });
      return await follow(c, found(started).runId, 0);
    },
    "GET /api/portal/runs/{id}/events": async (c, { params, query }) =>
      await follow(c, params.id, query.after),
    "POST /api/portal/runs/{id}/stop": async (c, { params }) => {
      found(await history(c).stop(params.id));
    },
    "PUT /api/portal/messages/{id}/feedback": async (c, { params, body }) => {
      found(await history(c).feedback(params.id, body.feedback));
    },
    "GET /api/portal/keys": async (c) => ({
      data: await apiKeys.listKeys(c.var.services, c.var.user),
    }),
    "POST /api/portal/keys": async (c, { body }) =>
      await apiKeys.createKey(c.var.services, c.var.user, body),
    "PATCH /api/portal/keys/{id}": async (c, { params, body }) =>
      await apiKeys.changeKey(c.var.services, c.var.user, params.id, body),
    "DELETE /api/portal/keys/{id}": async (c, { params }) => {
      await apiKeys.revokeKey(c.var.services, c.var.user, params.id);
    },
  });
}

async function requireSendable(
  c: AppContext,
  { text, images }: { text: string; images: unknown[] },
) {
  if (text.trim() === "" && images.length === 0) {
    refuse("invalid_value", "text: write something, or attach an image.", { param: "text" });
  }
  await admitMessage(c, images.length);
}

function history(c: AppContext) {
  return conversationsOf(c.var.services, c.var.user);
}

function callerOf(c: AppContext): RunCaller {
  const { siteId, userId, sessionId, epoch } = c.var.session;
  return { siteId, userId, sessionId, epoch };
}

/** The events of a run as the History object sends them. */
async function follow(c: AppContext, runId: string, after: number): Promise<Response> {
  const events = found(await history(c).events(runId, after));
  return new Response(events, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-request-id": c.var.requestId,
    },
  });
}

function found<Value>(result: HistoryResult<Value>): Value {
  if (result.ok) return result.value;
  switch (result.reason) {
    case "conversation_not_found":
      return refuse("conversation_not_found", "There is no such conversation of yours.");
    case "message_not_found":
      return refuse("not_found", "There is no such message of yours.");
    case "run_not_found":
      return refuse("run_not_found", "There is no such run of yours.");
    case "busy":
      return refuse("conflict", "An answer is being written in this conversation; stop it first.");
    case "too_large":
      return refuse("request_too_large", "This conversation is full; start a new one.");
  }
}
