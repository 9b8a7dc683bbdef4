/** What follows from each way an upstream call can fail. Exhaustive: a new reason must be decided here. */
import type { ErrorCode } from "../contract/errors.ts";
import type { UpstreamReason } from "./run.ts";

export interface FailurePolicy {
  /** What the client is told. */
  code: ErrorCode;
  /** Before the first token: whether another route may serve it, or the same in a new conversation. */
  retry: "never" | "next-target" | "anew";
  /** Whether the platform's sentence helps the caller (it is about the caller's request). */
  tellDetail: boolean;
  /** What it says is unwell: the target as reached with this key, the whole connection, the key. */
  health: "none" | "route" | "connection" | "key";
}

const callersFault: FailurePolicy = {
  code: "upstream_rejected",
  retry: "never",
  tellDetail: true,
  health: "none",
};
const passing: FailurePolicy = {
  code: "upstream_unavailable",
  retry: "next-target",
  tellDetail: false,
  health: "route",
};
const keyBroken: FailurePolicy = {
  code: "upstream_unavailable",
  retry: "next-target",
  tellDetail: false,
  health: "key",
};
const misconfigured: FailurePolicy = {
  code: "upstream_unavailable",
  retry: "next-target",
  tellDetail: false,
  health: "none",
};

export const FAILURE_POLICY: Record<UpstreamReason, FailurePolicy> = {
  unauthorized: keyBroken,
  forbidden: keyBroken,
  quota_exhausted: keyBroken,
  rate_limited: passing,
  target_not_found: misconfigured,
  conversation_gone: { ...callersFault, retry: "anew" },
  rejected: callersFault,
  context_too_long: callersFault,
  content_blocked: callersFault,
  too_large: callersFault,
  overloaded: passing,
  unavailable: passing,
  unreachable: { ...passing, health: "connection" },
  timeout: { ...passing, code: "upstream_timeout" },
  truncated: passing,
  protocol_violation: passing,
  answer_too_large: { ...misconfigured, retry: "never" },
  address_not_allowed: misconfigured,
};
