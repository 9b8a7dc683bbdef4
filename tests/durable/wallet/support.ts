/** A wallet of its own for each test, and the smallest true requests to put to it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, vi } from "vitest";
import { EVERYONE } from "../../../src/core/access.ts";
import type { ProfileKey, UserProfile } from "../../../src/core/site.ts";
import { walletOf } from "../../../src/durable/wallet/client.ts";
import type {
  AdmitRequest,
  AdmitResult,
  GrantRequest,
  LevelTerms,
  LimitPolicy,
  SettleRequest,
  UsageDraft,
  WalletBalance,
  WalletRpc,
} from "../../../src/durable/wallet/protocol.ts";
import type { Wallet } from "../../../src/durable/wallet/wallet.ts";

/** Far ahead of the runtime's own clock, so that no alarm rings unless a test rings it. */
export const START = Date.UTC(2040, 5, 15, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const SESSION = { kind: "session", sessionId: "ses_1", epoch: 1 } as const;
export const KEY_HASH = "ab".repeat(32);
export const KEY = { kind: "key", keyId: "key_1", keyHash: KEY_HASH } as const;

export interface TestWallet extends WalletRpc {
  siteId: string;
  stub: DurableObjectStub<Wallet>;
  profile(change?: Partial<UserProfile>): UserProfile;
}

let siteId = "";

/** Freezes time for each test of the file and gives it a site of its own. */
export function isolate(): void {
  beforeEach(({ task }) => {
    siteId = `site_${task.id}`;
    // No timer rings by itself: what a wallet does in time, a test lets the alarm do.
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

export function advance(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

export function profileKey(change: Partial<ProfileKey> = {}): ProfileKey {
  return {
    id: KEY.keyId,
    hash: KEY_HASH,
    scopes: ["gateway", "wallet"],
    limits: {},
    expiresAt: null,
    revoked: false,
    ...change,
  };
}

/** The wallet of a user, without profile, policy or credits. */
export function wallet(userId = "usr_1"): TestWallet {
  const ownSite = siteId;
  const rpc = walletOf(env, ownSite, userId);
  const own = {
    siteId: ownSite,
    stub: env.WALLET.getByName(`${ownSite}:${userId}`),
    profile: (change: Partial<UserProfile> = {}): UserProfile => ({
      siteId: ownSite,
      userId,
      email: `${userId}@example.com`,
      role: "member",
      levelId: "lvl_free",
      groupIds: [],
      departmentIds: [],
      enabled: true,
      sessionEpoch: 1,
      keys: [profileKey()],
      version: 1,
      ...change,
    }),
  };
  // The stub is a proxy: it has every method, but nothing to copy.
  return new Proxy(own, {
    get: (target, name) => Reflect.get(name in target ? target : rpc, name),
  }) as unknown as TestWallet;
}

/** Terms of a site; a level gives and limits nothing but what is said. */
export function terms(
  levels: Record<string, Partial<LevelTerms>> = { lvl_free: {} },
  change: Partial<LimitPolicy> = {},
): LimitPolicy {
  const whole = Object.entries(levels).map(([id, level]) => [
    id,
    { limits: {}, monthlyMicro: 0, ...level },
  ]);
  return {
    version: 1,
    levels: Object.fromEntries(whole),
    lowBalanceMicro: [],
    callsPerMonth: null,
    ...change,
  };
}

/** The three figures of a balance. */
export async function funds(own: TestWallet): Promise<WalletBalance> {
  const state = await own.balance();
  if (!state.ok) throw new Error(state.reason);
  const { availableMicro, heldMicro, balanceMicro } = state;
  return { availableMicro, heldMicro, balanceMicro };
}

let grants = 0;
export function grantOf(amountMicro: number, change: Partial<GrantRequest> = {}): GrantRequest {
  grants++;
  return {
    operationId: `op_${grants}`,
    amountMicro,
    reason: "test",
    expiresAt: null,
    priority: 0,
    ...change,
  };
}

/** A wallet that is ready to spend: profile and limits known. */
export async function fundedWallet(
  amountMicro: number,
  limits: { level?: UserProfile["keys"][number]["limits"]; key?: ProfileKey["limits"] } = {},
): Promise<TestWallet> {
  const funded = wallet();
  await funded.putProfile(funded.profile({ keys: [profileKey({ limits: limits.key ?? {} })] }));
  if (amountMicro > 0) await funded.grant(grantOf(amountMicro));
  // Asks for more than anybody has: the limits are brought, and nothing else happens.
  const policy = terms({ lvl_free: { limits: limits.level ?? {} } });
  const refused = await funded.admit(admission("prime", { holdMicro: 2 ** 52, policy }));
  const expected = ["insufficient_credits", "rate_limit_daily"];
  if (!expected.includes(reasonOf(refused))) throw new Error(`not primed: ${reasonOf(refused)}`);
  return funded;
}

export function admission(requestId: string, change: Partial<AdmitRequest> = {}): AdmitRequest {
  const holdMicro = change.holdMicro ?? 100;
  return {
    requestId,
    credential: SESSION,
    scope: "gateway",
    model: "openai/gpt-4o-mini",
    access: EVERYONE,
    holdMicro,
    minimumMicro: holdMicro,
    tokens: 10,
    ttlMs: 10 * MINUTE,
    policyVersion: 1,
    ...change,
  };
}

export function draft(requestId: string, change: Partial<UsageDraft> = {}): UsageDraft {
  return {
    request_id: requestId,
    at: new Date().toISOString(),
    surface: "gateway",
    status: "ok",
    error: null,
    key_id: null,
    model: "openai/gpt-4o-mini",
    connection: "openai",
    upstream_model: "gpt-4o-mini",
    stream: true,
    tokens: { input: 4, output: 2, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    usage_source: "reported",
    price_version: 7,
    finish: "stop",
    cost_micro: null,
    attempts: [],
    timings: { gateway: 1, admit: 1, first_byte: 20, total: 50 },
    ...change,
  };
}

export function settlement(
  requestId: string,
  costMicro: number,
  change: Partial<SettleRequest> = {},
): SettleRequest {
  return {
    requestId,
    costMicro,
    usageSource: "reported",
    priceVersion: 7,
    record: draft(requestId),
    ...change,
  };
}

export function reasonOf(result: AdmitResult): string {
  return result.ok ? "admitted" : result.reason;
}

/** The whole statement, oldest first, straight from the table. */
export function ledger(
  of: TestWallet,
): Promise<{ type: string; amount: number; balance: number; request: string | null }[]> {
  return runInDurableObject(of.stub, (_, state) =>
    state.storage.sql
      .exec<{ type: string; amount: number; balance: number; request: string | null }>(
        `SELECT type, amount_micro AS amount, balance_micro AS balance, iif(type = 'charge', operation_id, NULL) AS request
         FROM entries ORDER BY seq`,
      )
      .toArray(),
  );
}
