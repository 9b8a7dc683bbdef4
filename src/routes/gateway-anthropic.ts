/** The Anthropic-compatible surface: `/v1/messages`, `/v1/messages/count_tokens`, its `/v1/models`. */
import type { Hono } from "hono";
import { FailureError } from "../core/failure.ts";
import { keyOf, mayUse } from "../core/key-scope.ts";
import { anthropicStreamError } from "../front/anthropic-errors.ts";
import { decodeMessages } from "../front/anthropic-request.ts";
import { MessageCollector, MessageStreamEncoder } from "../front/anthropic-response.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { anthropicErrorResponse } from "../http/respond.ts";
import { countTokens } from "../services/chat/count.ts";
import { estimateInput } from "../services/chat/estimate.ts";
import { targetNotFound } from "../services/chat/target.ts";
import { authoriseKey, visibleTargets } from "../services/chat/visible.ts";
import { type Front, serveChat } from "./gateway-answer.ts";
import { requireKey } from "./gateway-caller.ts";
import { paid } from "./gateway-paid.ts";

/** Before the other routes of the gateway: a path that both protocols have goes by the version. */
export function anthropicRoutes(app: Hono<AppEnv>): void {
  app.post("/v1/messages", (c) => paid(c, () => messages(c)));
  app.post("/v1/messages/count_tokens", count);
  app.get("/v1/models", (c, next) => (isAnthropic(c) ? list(c) : next()));
  app.get("/v1/models/:id{.+}", (c, next) =>
    isAnthropic(c) ? retrieve(c, c.req.param("id")) : next(),
  );
}

async function messages(c: AppContext): Promise<Response> {
  const { requestId } = c.var;
  const answer = await serveChat(c, async ({ userId }) => {
    const decoded = decodeMessages(await readJson(c.req.raw), userId, c.req.raw.headers);
    if (!decoded.ok) throw new FailureError(decoded.error);
    const { model, input, beyond } = decoded.value;
    const id = `msg_${requestId.slice(4)}`;
    const encoding = { id, model, estimate: () => estimateInput(input) };
    const front: Front = {
      protocol: "anthropic-messages",
      stream: () => new MessageStreamEncoder(encoding),
      whole: () => new MessageCollector(encoding),
      failure: (failure) => anthropicErrorResponse(failure, requestId),
      failureInStream: (failure) => anthropicStreamError(failure, requestId),
    };
    const warning = `Not done, for the upstream speaks another protocol: ${beyond.join(", ")}.`;
    return { model, input, front, beyond: beyond.length > 0 ? [warning] : [] };
  });
  answer.headers.set("request-id", requestId);
  return answer;
}

async function count(c: AppContext): Promise<Response> {
  const { requestId, services, startedAt } = c.var;
  const { caller, site } = await requireKey(c);
  const { headers } = c.req.raw;
  const decoded = decodeMessages(await readJson(c.req.raw), caller.userId, headers, "count");
  if (!decoded.ok) throw new FailureError(decoded.error);
  const { model: targetName, input } = decoded.value;
  const counted = await countTokens(services, { site, caller, targetName, input, startedAt });
  if (!counted.ok) throw new FailureError(counted.error);
  const { tokens, source } = counted.value;
  c.header("x-portico-token-count", source);
  c.header("request-id", requestId);
  return c.json({ input_tokens: tokens });
}

const isAnthropic = (c: AppContext) => c.req.header("anthropic-version") !== undefined;

async function models(c: AppContext) {
  const { caller, site } = await requireKey(c);
  const profile = await authoriseKey(c.var.services, site, caller);
  const key = keyOf(profile, caller.credential);
  const usable = visibleTargets(site, profile).filter(({ target }) => mayUse(key, target));
  return usable.map((target) => ({
    type: "model",
    id: target.target,
    display_name: target.name,
    created_at: "1970-01-01T00:00:00Z",
  }));
}

async function retrieve(c: AppContext, id: string): Promise<Response> {
  const found = (await models(c)).find((model) => model.id === id);
  return found ? c.json(found) : anthropicErrorResponse(targetNotFound(id), c.var.requestId);
}

async function list(c: AppContext): Promise<Response> {
  const data = await models(c);
  const [first, last] = [data[0]?.id ?? null, data.at(-1)?.id ?? null];
  return c.json({ data, has_more: false, first_id: first, last_id: last });
}
