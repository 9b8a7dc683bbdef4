/** Letting a call in: the wallet's one word before anything is sent upstream. */
import type { UsageRecord } from "../../contract/usage.ts";
import { EVERYONE } from "../../core/access.ts";
import type { Failure } from "../../core/failure.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import type { HoldSlip, RateState } from "../../durable/wallet/protocol.ts";
import { loadProfile } from "../../store/users.ts";
import type { Caller } from "../identity/callers.ts";
import type { Services } from "../services.ts";
import { askWallet, type Hold, refusalFailure } from "./admission.ts";
import type { CallParts } from "./call-parts.ts";
import type { Candidate } from "./health.ts";
import { keyStateOf } from "./key-state.ts";
import { chanceOf, inOrder } from "./order.ts";
import { settlingWallet } from "./settling.ts";
import type { ModelTarget } from "./target.ts";

/** A call as it arrived, whatever it asks for. */
export interface CallOrder {
  requestId: string;
  site: SiteSnapshot;
  caller: Caller;
  surface: UsageRecord["surface"];
  /** Milliseconds since 1970, of the request's arrival. */
  startedAt: number;
  /** Where the caller can buy credits. */
  topUpLink: string;
  /** What the choice of a route should stick to; see order.ts. */
  sticky?: string | null;
  /** How long the hold may stand, where the work goes on after the answer. */
  holdMs?: number;
  defer(work: Promise<unknown>): void;
}

/** Rates as the wallet saw them, for the headers. */
export interface Rates {
  requests?: RateState;
  tokens?: RateState;
}

export interface Refused {
  failure: Failure;
  rates: Rates;
}

export interface Admitted<Target> {
  /** What the call is made of, but for what it asks. */
  parts: Omit<CallParts, "stream" | "target"> & { target: Target };
  /** The hold, and what is available beside it. */
  spendableMicro: number;
  slip: HoldSlip;
  rates: Rates;
}

/** A hold outlives the request it is for by this much, so that a late settlement still finds it. */
const HOLD_MARGIN_MS = 30_000;

export async function admitCall<
  Target extends CallParts["target"] & Pick<ModelTarget, "access" | "routes" | "calledAs">,
>(
  services: Services,
  order: CallOrder,
  target: Target,
  hold: Hold,
): Promise<Result<Admitted<Target>, Refused>> {
  const { site, caller, requestId, surface, startedAt, defer } = order;
  const { requestTimeoutMs } = services.environment;
  const openWallet = () => walletOf(services.env, caller.siteId, caller.userId);
  const opened = openWallet();
  const askedAt = Date.now();
  const admitted = await askWallet(
    (more) =>
      opened.admit({
        requestId,
        credential: caller.credential,
        scope: "gateway",
        model: target.name,
        surface,
        priceVersion: target.priceVersion,
        // Whoever publishes a thing may try it, whomever it is published for.
        access: surface === "playground" ? EVERYONE : target.access,
        ...hold,
        ttlMs: order.holdMs ?? requestTimeoutMs + Math.min(HOLD_MARGIN_MS, requestTimeoutMs),
        policyVersion: site.version,
        ...more,
      }),
    site,
    () => loadProfile(services.db, caller.siteId, caller.userId),
  );
  const admitMs = Date.now() - askedAt;
  const rates = ratesOf(admitted);
  if (!admitted.ok) {
    const called = target.calledAs ?? target.name;
    const failure = refusalFailure(admitted, caller.credential, called, order.topUpLink);
    return fail({ failure, rates });
  }
  const { heldMicro, availableMicro, admittedAt } = admitted;
  const slip = { heldMicro, tokens: hold.tokens, admittedAt };
  const parts = {
    requestId,
    target,
    candidates: inOrder(target.routes, chanceOf(order.sticky ?? null)),
    surface,
    keyId: caller.credential.kind === "key" ? caller.credential.keyId : null,
    startedAt,
    deadlineAt: startedAt + requestTimeoutMs,
    admitMs,
    wallet: settlingWallet(opened, openWallet, slip),
    health: services.health,
    tellOfKey: keyStateOf(services, site),
    renewToken: (candidate: Candidate) => services.accessTokens.renew(candidate),
    defer,
    now: Date.now,
  };
  return ok({ parts, spendableMicro: heldMicro + availableMicro, slip, rates });
}

function ratesOf(answer: Rates): Rates {
  return {
    ...(answer.requests ? { requests: answer.requests } : {}),
    ...(answer.tokens ? { tokens: answer.tokens } : {}),
  };
}
