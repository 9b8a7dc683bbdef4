/** What may be asked of a Throttle: one per site and address, or site and e-mail. */
export interface ThrottleRpc {
  /** Counts an attempt. `retryAfterMs` is 0 when it may go on. */
  attempt(rule: { max: number; windowMs: number }): Promise<{ retryAfterMs: number }>;
  /** Forgets failed attempts after a success. */
  clear(): Promise<void>;
}
