/** What may be asked of an Idempotency object: one per API key. */

export const LIMITS = {
  /** A key stands for its request this long. */
  keptMs: 24 * 3_600_000,
  answerBytes: 8 * 1024 * 1024,
  /** Of all answers together; beyond it the oldest go first. */
  allBytes: 256 * 1024 * 1024,
} as const;

export interface ClaimRequest {
  /** As the client wrote it. */
  key: string;
  /** Hash of what is asked. */
  fingerprint: string;
  requestId: string;
  /** How long the request may run. */
  ttlMs: number;
}

/** An answer as it went out. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

export type Claim =
  /** Nobody has used the key: go on, and say how it ended. */
  | { state: "yours" }
  /** The key stands for another request. */
  | { state: "different"; requestId: string }
  | { state: "running"; requestId: string }
  | { state: "answered"; requestId: string; answer: KeptAnswer }
  /** It has ended, or nothing is heard of it any more, and its answer is not there. */
  | { state: "lost"; requestId: string };

/** The request that ends its claim. */
export interface Holder {
  key: string;
  requestId: string;
}

export interface IdempotencyRpc {
  claim(request: ClaimRequest): Promise<Claim>;
  /** Ends a claim with its answer; one that is too large is lost. */
  keep(holder: Holder, answer: KeptAnswer): Promise<void>;
  /** Ends a claim whose request may have been paid for, without an answer. */
  lose(holder: Holder): Promise<void>;
  /** Ends a claim of which nothing was paid: the key may be used anew. */
  free(holder: Holder): Promise<void>;
}
