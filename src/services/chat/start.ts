/** Starting a run: target, admission, and the upstream that will answer. */

import type { UpstreamTarget } from "../../connectors/connector.ts";
import { withInlineFiles } from "../../connectors/kit/inline-files.ts";
import { openStream } from "../../connectors/kit/invoke.ts";
import { connectorById, openAccount } from "../../connectors/registry.ts";
import type { UsageRecord } from "../../contract/usage.ts";
import type { Failure } from "../../core/failure.ts";
import { FAILURE_POLICY } from "../../core/policy.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import type { RateState } from "../../durable/wallet/protocol.ts";
import { noteHealth } from "../../store/connections.ts";
import { loadProfile } from "../../store/users.ts";
import type { Caller } from "../identity/callers.ts";
import type { Services } from "../services.ts";
import { askWallet, holdFor, refusalFailure, upstreamLimit } from "./admission.ts";
import { estimateInput } from "./estimate.ts";
import type { Candidate } from "./health.ts";
import { Run } from "./run.ts";
import type { OpenedUpstream } from "./run-parts.ts";
import { settlingWallet } from "./settling.ts";
import { resolveTarget } from "./target.ts";

export interface ChatOrder {
  requestId: string;
  site: SiteSnapshot;
  caller: Caller;
  targetName: string;
  input: ChatInput;
  surface: UsageRecord["surface"];
  /** Milliseconds since 1970, of the request's arrival. */
  startedAt: number;
  /** Where the caller can buy credits. */
  topUpLink: string;
  defer(work: Promise<unknown>): void;
}

/** Rates as the wallet saw them, for the headers. */
export interface Rates {
  requests?: RateState;
  tokens?: RateState;
}

export type StartedChat = { run: Run; rates: Rates };
export type RefusedChat = { failure: Failure; rates: Rates };

/** A hold outlives the request it is for by this much, so that a late settlement still finds it. */
const HOLD_MARGIN_MS = 30_000;

export async function startChat(
  services: Services,
  order: ChatOrder,
): Promise<Result<StartedChat, RefusedChat>> {
  const { site, caller, requestId, input } = order;
  const resolved = resolveTarget(site, order.targetName);
  if (!resolved.ok) return fail({ failure: resolved.error, rates: {} });
  const target = resolved.value;
  const inputTokens = estimateInput(target.adapt(input));
  const hold = holdFor(target, inputTokens, input.maxOutputTokens);
  const wallet = walletOf(services.env, caller.siteId, caller.userId);
  const askedAt = Date.now();
  const admitted = await askWallet(
    (more) =>
      wallet.admit({
        requestId,
        credential: caller.credential,
        scope: "gateway",
        model: target.name,
        surface: order.surface,
        priceVersion: target.priceVersion,
        access: target.access,
        ...hold,
        ttlMs:
          services.environment.requestTimeoutMs +
          Math.min(HOLD_MARGIN_MS, services.environment.requestTimeoutMs),
        policyVersion: site.version,
        ...more,
      }),
    site,
    () => loadProfile(services.db, caller.siteId, caller.userId),
  );
  const admitMs = Date.now() - askedAt;
  const rates = ratesOf(admitted);
  if (!admitted.ok) {
    const failure = refusalFailure(admitted, caller.credential, target.name, order.topUpLink);
    return fail({ failure, rates });
  }
  const spendableMicro = admitted.heldMicro + admitted.availableMicro;
  const { heldMicro, admittedAt } = admitted;
  const slip = { heldMicro, tokens: hold.tokens, admittedAt };
  const run = new Run({
    requestId,
    target,
    input,
    inputTokens,
    outputLimit: upstreamLimit(target, inputTokens, input.maxOutputTokens, spendableMicro),
    spendableMicro,
    candidates: services.health.order(target.routes, Date.now(), Math.random),
    surface: order.surface,
    keyId: caller.credential.kind === "key" ? caller.credential.keyId : null,
    startedAt: order.startedAt,
    admitMs,
    wallet: settlingWallet(() => walletOf(services.env, caller.siteId, caller.userId), slip),
    health: services.health,
    open: (candidate, upstreamTarget, adapted, signal) =>
      open(services, site, candidate, upstreamTarget, adapted, signal, order.startedAt),
    unhealthy: (candidate, error) =>
      noteHealth(services.db, site.id, candidate.route.connection.id, {
        state: "needs_attention",
        detail: `${error.reason}: ${error.detail}`,
      }),
    defer: order.defer,
    now: Date.now,
  });
  return ok({ run, rates });
}

function ratesOf(answer: Rates): Rates {
  return {
    ...(answer.requests ? { requests: answer.requests } : {}),
    ...(answer.tokens ? { tokens: answer.tokens } : {}),
  };
}

function broken(detail: string): { ok: false; error: UpstreamError } {
  return fail({
    reason: "unavailable",
    status: null,
    upstreamCode: null,
    retryAfterMs: null,
    detail,
  });
}

async function open(
  services: Services,
  site: SiteSnapshot,
  candidate: Candidate,
  target: UpstreamTarget,
  input: ChatInput,
  signal: AbortSignal,
  startedAt: number,
): Promise<Result<OpenedUpstream, UpstreamError>> {
  const { connection } = candidate.route;
  const connector = connectorById(connection.connector);
  if (!connector?.chat) return broken(`the connector ${connection.connector} does not chat`);
  const values = candidate.secret
    ? await services.vault.open(site.id, connection.id, candidate.secret)
    : {};
  const account = openAccount(connector, connection.settings, values);
  if (!account.ok) return broken(`settings of the connection: ${account.error.message}`);
  const { allowPrivateUpstreams, requestTimeoutMs } = services.environment;
  const leftMs = () => requestTimeoutMs - (Date.now() - startedAt);
  const files = { allowPrivate: false, signal, deadlineMs: leftMs() };
  const inlined = await withInlineFiles(connector.chat, input, files);
  if (!inlined.ok) return inlined;
  const prepared = connector.chat.prepare(account.value, target, inlined.value);
  if (!prepared.ok) return prepared;
  const opened = await openStream(connector, prepared.value.request, {
    limits: connector.limits,
    allowPrivate: allowPrivateUpstreams,
    secrets: Object.values(values),
    signal,
    deadlineMs: leftMs(),
  });
  if (!opened.ok) return opened;
  return ok({ connector, decoder: connector.chat.decoder(input), frames: opened.value.frames });
}

/** What a client is told of an upstream's failure: rich inside, poor outside. */
export function upstreamFailure(error: UpstreamError): Failure {
  const policy = FAILURE_POLICY[error.reason];
  const told = policy.tellDetail && error.detail !== "";
  const messages: Partial<Record<Failure["code"], string>> = {
    upstream_rejected: "The upstream refused this request.",
    upstream_timeout: "The upstream did not answer in time.",
  };
  return {
    code: policy.code,
    message: told ? error.detail : (messages[policy.code] ?? "The upstream is not available."),
    ...(policy.code === "upstream_rejected" && error.status === 422 ? { status: 422 } : {}),
    ...(error.reason === "rate_limited" || error.reason === "overloaded"
      ? { status: 503, retryAfterMs: error.retryAfterMs ?? 1000 }
      : {}),
  };
}
