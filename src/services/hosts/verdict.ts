/**
 * What a check means for a claim: its status, what is told, when to look again. Pure. Invariants:
 *
 * 1. A host that was proven keeps leading to its site until all resolvers have said for LOST_MS
 *    that its proof is gone; "could not find out" counts for nothing.
 * 2. A live host stays live whatever the maker of certificates says of it: that is told, and the
 *    traffic decides.
 * 3. Pauses grow while nothing changes, and a claim that gets nowhere is left alone after a month,
 *    until somebody asks.
 */
import type { HostProblemCode, HostStatus } from "../../contract/hosts.ts";
import type { HostChange, HostRow } from "../../store/hosts.ts";
import type { CertificateState, MakerFailure } from "./certificates.ts";
import type { Proof } from "./dns.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const LOST_MS = 7 * DAY_MS;

const PAUSES_MINUTES = [1, 1, 2, 5, 10, 15, 30, 60, 120];
const LONGEST_MS = 4 * HOUR_MS;
/** A month of pauses. */
export const MAX_ATTEMPTS = 188;

/** How long to wait after so many checks that led no further. */
export function pauseMs(attempts: number): number {
  const minutes = PAUSES_MINUTES[attempts];
  return minutes === undefined ? LONGEST_MS : minutes * MINUTE_MS;
}

type Standing = Pick<HostRow, "status" | "attempts" | "verifiedAt" | "missingSince">;

/** Not further than before: told why, and looked at again after a longer pause. */
function waiting(
  row: Standing,
  status: HostStatus,
  problem: { code: HostProblemCode; detail: string },
  now: number,
): HostChange {
  const attempts = row.attempts + 1;
  const isOver = attempts >= MAX_ATTEMPTS && status !== "live";
  return {
    status: isOver ? "failed" : status,
    problem: isOver && problem.code === "proof_missing" ? CLAIM_ENDED : problem,
    checkedAt: now,
    attempts,
    nextCheckAt: isOver ? null : now + pauseMs(row.attempts),
  };
}

const CLAIM_ENDED = { code: "claim_ended" as const, detail: "" };

const PROOF_PROBLEMS = {
  missing: "proof_missing",
  wrong: "proof_wrong",
  differs: "proof_differs",
  unknown: "dns_unreachable",
} as const;

/** A claim whose proof was not seen, and that had none before. */
export function unproven(row: Standing, proof: Proof, now: number): HostChange {
  const code = proof.kind === "found" ? "held" : PROOF_PROBLEMS[proof.kind];
  return waiting(row, "pending", { code, detail: proof.detail }, now);
}

/** A proven host whose proof was not seen; `lost` once that is so for too long. */
export function proofGone(
  row: Standing,
  proof: Proof,
  now: number,
): { lost: boolean; change: HostChange } {
  const isGone = proof.kind === "missing" || proof.kind === "wrong";
  if (!isGone) return { lost: false, change: { checkedAt: now, nextCheckAt: now + HOUR_MS } };
  const missingSince = row.missingSince ?? now;
  const endsAt = missingSince + LOST_MS;
  const lost = now >= endsAt;
  return {
    lost,
    change: {
      problem: { code: "proof_gone", detail: proof.detail },
      checkedAt: now,
      missingSince,
      nextCheckAt: lost ? null : Math.min(now + DAY_MS, endsAt),
    },
  };
}

/** Proven, and nothing stands in the way. `isForever`: the operator's word needs no looking after. */
export function live(now: number, isForever: boolean): HostChange {
  return {
    status: "live",
    problem: null,
    checkedAt: now,
    attempts: 0,
    missingSince: null,
    nextCheckAt: isForever ? null : now + DAY_MS,
  };
}

const CERTIFICATE_PROBLEMS = {
  waiting: ["proven", "address_missing"],
  issuing: ["proven", "certificate_pending"],
  moved: ["proven", "hostname_moved"],
  failed: ["failed", "certificate_failed"],
  blocked: ["failed", "hostname_blocked"],
} as const satisfies Record<
  Exclude<CertificateState, "live">,
  readonly [HostStatus, HostProblemCode]
>;

/** Proven, and its certificate is not there yet, or not any more. */
export function uncertified(
  row: Standing,
  state: Exclude<CertificateState, "live">,
  detail: string,
  now: number,
): HostChange {
  const [status, code] = CERTIFICATE_PROBLEMS[state];
  const change = waiting(row, row.status === "live" ? "live" : status, { code, detail }, now);
  return { ...change, missingSince: null };
}

/** Proven, and whoever makes certificates refuses, or cannot be asked. */
export function unmade(row: Standing, failure: MakerFailure, now: number): HostChange {
  const { problem: code, detail, retryAfterMs } = failure;
  const status = code === "provider_busy" ? "proven" : "failed";
  const change = waiting(row, row.status === "live" ? "live" : status, { code, detail }, now);
  const earliest = now + (retryAfterMs ?? 0);
  const nextCheckAt = change.nextCheckAt && Math.max(change.nextCheckAt, earliest);
  return { ...change, missingSince: null, nextCheckAt: nextCheckAt ?? null };
}
