/** What a run is made of and what it gives. */
import type { AnyConnector, Decoder, Frame, UpstreamTarget } from "../../connectors/connector.ts";
import type { FrameReader } from "../../connectors/kit/invoke.ts";
import type { UsageRecord } from "../../contract/usage.ts";
import type { ChatInput, RunEvent, UpstreamError } from "../../core/run.ts";
import type { WalletRpc } from "../../durable/wallet/protocol.ts";
import type { Candidate, RouteHealth } from "./health.ts";
import type { Measured } from "./tally.ts";
import type { ChatTarget } from "./target.ts";

/** A piece of the run: its events, and the frames they came in where those may pass unchanged. */
export interface Step {
  frames: Frame[];
  events: RunEvent[];
}

export interface OpenedUpstream {
  connector: AnyConnector;
  decoder: Decoder;
  frames: FrameReader;
}

export interface RunParts {
  requestId: string;
  target: ChatTarget;
  input: ChatInput;
  inputTokens: number;
  outputLimit: number | null;
  /** What the wallet can pay for this request: its hold, and what is available beside it. */
  spendableMicro: number;
  candidates: Candidate[];
  surface: UsageRecord["surface"];
  keyId: string | null;
  /** Milliseconds since 1970, of the request's arrival. */
  startedAt: number;
  /** Milliseconds the admission took. */
  admitMs: number;
  wallet: Pick<WalletRpc, "settle" | "release" | "progress">;
  health: RouteHealth;
  /** Calls one candidate. A failure is a value. */
  open(
    candidate: Candidate,
    target: UpstreamTarget,
    input: ChatInput,
    signal: AbortSignal,
  ): Promise<{ ok: true; value: OpenedUpstream } | { ok: false; error: UpstreamError }>;
  /** A connection that refused our key: somebody should know. */
  unhealthy(candidate: Candidate, error: UpstreamError): Promise<void>;
  /** Keeps work alive after the response (`ctx.waitUntil`). */
  defer(work: Promise<unknown>): void;
  now(): number;
}

export interface Settlement extends Measured {
  costMicro: number;
}

/** Milliseconds until the first content: all of it, waiting for upstreams, admission, and what was ours. */
export interface RunTimings {
  first: number | null;
  upstream: number;
  admit: number;
  gateway: number;
}
