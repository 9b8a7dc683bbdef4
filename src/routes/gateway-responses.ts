/** OpenAI's Responses: `/v1/responses`, and those that were kept. */
import type { Hono } from "hono";
import * as z from "zod";
import { FailureError, refuse } from "../core/failure.ts";
import type { Result } from "../core/result.ts";
import { leftOut, readResponses, responsesInput } from "../front/openai-responses-request.ts";
import { ResponseCollector, ResponseStreamEncoder } from "../front/openai-responses-response.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { parse } from "../http/endpoint.ts";
import { errorEnvelope, errorResponse } from "../http/respond.ts";
import { countTokens } from "../services/chat/count.ts";
import { authoriseKey } from "../services/chat/visible.ts";
import * as responses from "../services/responses.ts";
import type { Owner } from "../services/wallets.ts";
import { type Asked, serveChat } from "./gateway-answer.ts";
import { requireKey } from "./gateway-caller.ts";
import { paid } from "./gateway-paid.ts";

export function responsesRoutes(app: Hono<AppEnv>): void {
  app.post("/v1/responses", (c) => paid(c, () => serveChat(c, (caller) => decode(c, caller))));
  app.post("/v1/responses/input_tokens", count);
  app.get("/v1/responses/:id", async (c) => {
    if (c.req.query("stream") === "true") {
      const message = "stream: a response that is kept is given whole";
      refuse("unsupported_value", message, { param: "stream" });
    }
    const owner = await requireOwner(c);
    return c.json(await responses.responseOf(c.var.services, owner, c.req.param("id")));
  });
  app.get("/v1/responses/:id/input_items", async (c) => {
    const owner = await requireOwner(c);
    const items = await responses.inputItemsOf(c.var.services, owner, c.req.param("id"));
    return c.json(pageOf(items, parse(pageSchema, c.req.query(), "query")));
  });
  app.delete("/v1/responses/:id", async (c) => {
    const owner = await requireOwner(c);
    const id = c.req.param("id");
    await responses.removeResponse(c.var.services, owner, id);
    return c.json({ id, object: "response", deleted: true });
  });
}

async function requireOwner(c: AppContext): Promise<Owner> {
  const { caller, site } = await requireKey(c);
  await authoriseKey(c.var.services, site, caller);
  return caller;
}

const must = <Value>(result: Result<Value, FailureError["failure"]>): Value => {
  if (!result.ok) throw new FailureError(result.error);
  return result.value;
};

async function decode(c: AppContext, owner: Owner): Promise<Asked> {
  const { requestId, startedAt, services } = c.var;
  const request = must(readResponses(await readJson(c.req.raw)));
  const { earlier, own } = await responses.itemsAsked(services, owner, request);
  const input = must(responsesInput(request, [...earlier, ...own], owner.userId));
  const warnings = leftOut(request);
  const store = request.store !== false && responses.canKeep(own);
  if (request.store && !store) warnings.push("Not kept: the request is too large.");
  const id = `resp_${requestId.slice(4)}`;
  const encoding = { id, created: Math.floor(startedAt / 1000), request, store };
  let response: Record<string, unknown> | null = null;
  const onEnd = (made: Record<string, unknown>) => {
    response = made;
  };
  const stream = new ResponseStreamEncoder(encoding, onEnd);
  return {
    model: request.model,
    input,
    beyond: warnings,
    front: {
      protocol: "openai-responses",
      stream: () => stream,
      whole: () => new ResponseCollector(encoding, onEnd),
      failure: (failure) => errorResponse(failure, requestId),
      failureInStream: (failure) => stream.fail(errorEnvelope(failure, requestId)),
      // Before the client has read the end: its next request may refer to it.
      beforeEnd: async () => {
        if (store && response) await responses.keepResponse(services, owner, own, response);
      },
    },
  };
}

/** Costs nothing. */
async function count(c: AppContext): Promise<Response> {
  const { services, startedAt } = c.var;
  const { caller, site } = await requireKey(c);
  const request = must(readResponses(await readJson(c.req.raw)));
  const { earlier, own } = await responses.itemsAsked(services, caller, request);
  const input = must(responsesInput(request, [...earlier, ...own], caller.userId));
  const order = { site, caller, targetName: request.model, input, startedAt };
  const { tokens, source } = must(await countTokens(services, order));
  c.header("x-portico-token-count", source);
  return c.json({ object: "response.input_tokens", input_tokens: tokens });
}

const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(["asc", "desc"]).default("desc"),
  after: z.string().optional(),
});

function pageOf(oldestFirst: { id: string }[], query: z.infer<typeof pageSchema>): object {
  const items = query.order === "asc" ? oldestFirst : oldestFirst.toReversed();
  // One that is not there leads behind the last page.
  const from = query.after === undefined ? 0 : items.findIndex(({ id }) => id === query.after) + 1;
  const rest = from === 0 && query.after !== undefined ? [] : items.slice(from);
  const data = rest.slice(0, query.limit);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: rest.length > data.length,
  };
}
