/** What may be asked of a ResponseCache: one per site and model. */

export const LIMITS = {
  /** A row holds at most 2 MB. */
  answerBytes: 1024 * 1024,
  /** Of all answers together; beyond it those that end first go first. */
  allBytes: 256 * 1024 * 1024,
} as const;

export interface CacheState {
  answers: number;
  bytes: number;
}

export interface ResponseCacheRpc {
  /** An answer that was stored at most `ttlMs` ago, whatever was promised when it was; null: none. */
  find(key: string, ttlMs: number): Promise<string | null>;
  /**
   * In place of an older one. One that is too large is not stored, and none that was asked for
   * (milliseconds since 1970) before the last purge.
   */
  put(key: string, answer: string, times: { askedAt: number; ttlMs: number }): Promise<void>;
  state(): Promise<CacheState>;
  /** Forgets every answer at once; says how many there were. */
  purge(): Promise<number>;
}
