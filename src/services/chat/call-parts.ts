/** What a call is made of and what it gives, whatever it asks for. */
import type { ModelPrice } from "../../contract/config.ts";
import type { UsageRecord } from "../../contract/usage.ts";
import type { Tariff, Units } from "../../core/pricing.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { WalletRpc } from "../../durable/wallet/protocol.ts";
import type { Candidate, RouteHealth } from "./health.ts";
import type { Measured } from "./tally.ts";

export interface CallParts {
  requestId: string;
  target: { name: string; tariff: Tariff; priceVersion: number; cost: ModelPrice | null };
  /** Of the price, from 0 to 1: what an answer costs that is given again. Absent: all of it. */
  share?: number;
  /** Whether the client asked for a stream. */
  stream: boolean;
  /** In order of preference. */
  candidates: readonly Candidate[];
  surface: UsageRecord["surface"];
  keyId: string | null;
  /** Milliseconds since 1970, of the request's arrival. */
  startedAt: number;
  /** Milliseconds since 1970: no attempt begins after it. */
  deadlineAt: number;
  /** Milliseconds the admission took. */
  admitMs: number;
  wallet: Pick<WalletRpc, "settle" | "release" | "progress">;
  health: RouteHealth;
  /** The first that is heard of a key being refused; or, without error, of a disabled one working. */
  tellOfKey(candidate: Candidate, error: UpstreamError | null): Promise<void>;
  /** Whether a call that was refused as unauthorised would be given another token; once a candidate. */
  renewToken?(candidate: Candidate): boolean;
  /** Keeps work alive after the response (`ctx.waitUntil`). */
  defer(work: Promise<unknown>): void;
  now(): number;
}

/** What was used, and what beside tokens has to be paid for. */
export interface Metered extends Measured {
  units: Units;
}

export interface Settlement extends Metered {
  costMicro: number;
  /** Whether the upstream has to be paid, and so the caller pays. */
  spent: boolean;
}

export interface Ending {
  status: "ok" | "cancelled" | "error";
  finish: string | null;
  error: UpstreamError | null;
}

/** Milliseconds until the first content: all of it, waiting for upstreams, admission, and what was ours. */
export interface RunTimings {
  first: number | null;
  upstream: number;
  admit: number;
  gateway: number;
}
