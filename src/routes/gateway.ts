/** The OpenAI-compatible surface: `/v1/chat/completions`, `/v1/models`, `/v1/wallet`, `/v1/usage`. */
import type { Hono } from "hono";
import { entryQuerySchema } from "../contract/wallet.ts";
import { microToText } from "../core/credits.ts";
import { FailureError, refuse } from "../core/failure.ts";
import { isContent } from "../core/run.ts";
import type { SiteSnapshot } from "../core/site.ts";
import { decodeChat } from "../front/openai-chat-request.ts";
import { ChatCollector, ChatStreamEncoder, KEEP_ALIVE } from "../front/openai-chat-response.ts";
import { type AppContext, type AppEnv, deferOf } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { parse } from "../http/endpoint.ts";
import { gatewayHeaders } from "../http/gateway-headers.ts";
import { errorEnvelope, errorResponse } from "../http/respond.ts";
import type { Run } from "../services/chat/run.ts";
import type { Step } from "../services/chat/run-parts.ts";
import { startChat, upstreamFailure } from "../services/chat/start.ts";
import { authoriseKey, visibleTargets } from "../services/chat/visible.ts";
import { type Caller, callerOfKey, readKey } from "../services/identity/callers.ts";
import { creditsLink, usageOf, walletEntries, walletView } from "../services/wallets.ts";

/** Silence after which a comment keeps proxies from closing the stream. */
const KEEP_ALIVE_MS = 15_000;
/** A client waits this long for the first token before the answer's headers are sent anyway. */
const FIRST_STEP_MS = 8_000;

export function gatewayRoutes(app: Hono<AppEnv>): void {
  app.post("/v1/chat/completions", (c) => {
    // A client that leaves must not take the settlement with it.
    const work = chatCompletions(c);
    c.executionCtx.waitUntil(work.catch(() => undefined));
    return work;
  });
  app.get("/v1/models", async (c) => {
    const { caller, site } = await requireKey(c);
    const profile = await authoriseKey(c.var.services, site, caller);
    const data = visibleTargets(site, profile).map((target) => ({
      id: target.target,
      object: "model",
      created: 0,
      owned_by: site.slug,
      name: target.name,
    }));
    return c.json({ object: "list", data });
  });
  app.get("/v1/wallet", async (c) => {
    const { caller, site } = await requireKey(c);
    await authoriseKey(c.var.services, site, caller);
    return c.json(await walletView(c.var.services, site, caller.userId));
  });
  app.get("/v1/wallet/entries", async (c) => {
    const { caller, site } = await requireKey(c);
    await authoriseKey(c.var.services, site, caller);
    // An odd limit never was an error here; clients rely on that.
    const limit = Math.min(Math.max(Math.trunc(Number(c.req.query("limit") ?? 50)) || 50, 1), 200);
    const query = parse(entryQuerySchema, { ...c.req.query(), limit }, "query");
    return c.json(await walletEntries(c.var.services, caller, query));
  });
  app.get("/v1/usage/:id", async (c) => {
    const { caller, site } = await requireKey(c);
    await authoriseKey(c.var.services, site, caller);
    const record = await usageOf(c.var.services, caller, c.req.param("id"));
    return c.json(record ?? refuse("request_not_found", "There is no such request of yours."));
  });
}

/** The caller, and the site: of the host, or on the platform's host of the key. */
async function requireKey(c: AppContext): Promise<{ caller: Caller; site: SiteSnapshot }> {
  const { services, onPlatformHost } = c.var;
  const hostSite = onPlatformHost ? null : c.var.site;
  const found = await callerOfKey(services, readKey(c.req.raw.headers), hostSite?.id ?? null);
  if (!found.ok) throw new FailureError(found.error);
  const caller = found.value;
  const site = hostSite ?? (await services.sites.snapshot(caller.siteId, deferOf(c)));
  if (!site || site.suspended) refuse("invalid_api_key", "This API key is not valid.");
  return { caller, site };
}

async function chatCompletions(c: AppContext): Promise<Response> {
  const { requestId, startedAt, services } = c.var;
  const { caller, site } = await requireKey(c);
  const authMs = Date.now() - startedAt;
  const decoded = decodeChat(await readJson(c.req.raw), caller.userId);
  if (!decoded.ok) throw new FailureError(decoded.error);
  const { model, input, includeUsage } = decoded.value;
  const started = await startChat(services, {
    requestId,
    site,
    caller,
    targetName: model,
    input,
    surface: "gateway",
    startedAt,
    topUpLink: creditsLink(services, site, c.req.url),
    defer: deferOf(c),
  });
  if (!started.ok) {
    const response = errorResponse(started.error.failure, requestId);
    gatewayHeaders(response.headers, { rates: started.error.rates, authMs });
    return response;
  }
  const { run, rates } = started.value;
  const encoding = {
    id: `chatcmpl-${requestId.slice(4)}`,
    created: Math.floor(startedAt / 1000),
    model,
    includeUsage,
  };
  const answer = input.stream
    ? await streamAnswer(run, new ChatStreamEncoder(encoding), requestId)
    : await wholeAnswer(run, encoding, requestId);
  gatewayHeaders(answer.headers, { rates, authMs, model, timings: run.timings });
  answer.headers.set("x-request-id", requestId);
  return answer;
}

async function wholeAnswer(
  run: Run,
  encoding: { id: string; created: number; model: string; includeUsage: boolean },
  requestId: string,
): Promise<Response> {
  const collector = new ChatCollector();
  for (let step = await run.next(); step; step = await run.next()) {
    const failed = step.events.find((event) => event.type === "run-error");
    if (failed) return errorResponse(upstreamFailure(failed.error), requestId);
    collector.take(step, run.passesThrough("openai-chat"));
  }
  const ending = run.settlement;
  if (!ending) throw new Error("a run ended without a settlement");
  return new Response(collector.answer(encoding, ending), {
    headers: {
      "content-type": "application/json",
      "x-portico-credits": microToText(ending.costMicro),
    },
  });
}

/**
 * Streams the run. The response begins with the first token, so that a failure before it can
 * still be told as a status; but no client waits longer than FIRST_STEP_MS for the headers.
 */
async function streamAnswer(
  run: Run,
  encoder: ChatStreamEncoder,
  requestId: string,
): Promise<Response> {
  let pending: Promise<Step | null> | null = run.next();
  const first = await within(pending, FIRST_STEP_MS);
  if (first !== "waited") {
    pending = null;
    const failed = first?.events.find((event) => event.type === "run-error");
    if (failed && !first?.events.some(isContent))
      return errorResponse(upstreamFailure(failed.error), requestId);
  }
  const bytes = new TextEncoder();
  const encode = (step: Step): string => encodeStep(run, encoder, step, requestId);
  let keepAlive: ReturnType<typeof setInterval> | undefined;
  let lastWriteAt = Date.now();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first !== "waited" && first) {
        const text = encode(first);
        if (text !== "") controller.enqueue(bytes.encode(text));
      }
      keepAlive = setInterval(() => {
        if (Date.now() - lastWriteAt < KEEP_ALIVE_MS) return;
        lastWriteAt = Date.now();
        controller.enqueue(bytes.encode(KEEP_ALIVE));
      }, KEEP_ALIVE_MS / 3);
    },
    async pull(controller) {
      for (;;) {
        const step = await (pending ?? run.next());
        pending = null;
        if (!step) {
          clearInterval(keepAlive);
          controller.close();
          return;
        }
        const text = encode(step);
        if (text === "") continue;
        lastWriteAt = Date.now();
        controller.enqueue(bytes.encode(text));
        return;
      }
    },
    cancel() {
      clearInterval(keepAlive);
      run.cancel("left");
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

function encodeStep(run: Run, encoder: ChatStreamEncoder, step: Step, requestId: string): string {
  const failed = step.events.find((event) => event.type === "run-error");
  const native = !failed && run.passesThrough("openai-chat");
  let text = native ? encoder.pass(step) : encoder.encode(step);
  if (failed) text += encoder.error(errorEnvelope(upstreamFailure(failed.error), requestId));
  else if (run.settlement && step.events.some((event) => event.type === "run-end")) {
    text += encoder.end(run.settlement);
  }
  return text;
}

/** The work's value, or that it was waited for in vain. Leaves no timer behind. */
async function within<Value>(work: Promise<Value>, ms: number): Promise<Value | "waited"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"waited">((resolve) => {
    timer = setTimeout(() => resolve("waited"), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
