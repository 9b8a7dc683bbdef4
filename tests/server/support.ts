/** A Portico of its own for a test file: real workerd, real storage in a temporary folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningPortico, startPortico } from "../../scripts/portico.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import type { WalletEntry, WalletView } from "../../src/contract/wallet.ts";

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export interface TestPortico extends RunningPortico {
  /** Base URL of the gateway on the platform's host. */
  gateway: string;
  stateFolder: string;
  stop(): Promise<void>;
}

export async function startTestPortico(
  config: unknown,
  more: { env?: Record<string, string>; withUis?: boolean } = {},
): Promise<TestPortico> {
  const stateFolder = mkdtempSync(join(tmpdir(), "portico-test-"));
  const port = await freePort();
  const running = await startPortico({
    env: { PORT: String(port), PORTICO_STATE: stateFolder, ...more.env },
    ...(config === null ? {} : { config }),
    withoutUis: !more.withUis,
  });
  return {
    ...running,
    gateway: `${running.origin}/v1`,
    stateFolder,
    stop: async () => {
      await running.close();
      rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}

/** A key long enough to be brought along, recognisable in logs. */
export const keyOf = (name: string): string => `sk-test-${name}-${"0".repeat(24)}`;

interface EntryPage {
  data: WalletEntry[];
  has_more: boolean;
  next: string | null;
}

export interface GatewayClient {
  chat(body: Record<string, unknown>, init?: RequestInit): Promise<Response>;
  wallet(): Promise<WalletView>;
  /** The whole statement, newest first. */
  entries(): Promise<WalletEntry[]>;
  /** Waits until the record has reached the meter. */
  usage(requestId: string): Promise<UsageRecord>;
  get(path: string): Promise<Response>;
}

export function clientOf(portico: { gateway: string }, key: string): GatewayClient {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const get = (path: string) => fetch(`${portico.gateway}${path}`, { headers });
  return {
    chat: (body, init) =>
      fetch(`${portico.gateway}/chat/completions`, {
        method: "POST",
        headers,
        body: JSON.stringify({ messages: [{ role: "user", content: "hello" }], ...body }),
        ...init,
      }),
    wallet: async () => (await (await get("/wallet")).json()) as WalletView,
    entries: async () => {
      const all: WalletEntry[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const query = after ? `&after=${encodeURIComponent(after)}` : "";
        const response = await get(`/wallet/entries?limit=200${query}`);
        const page = (await response.json()) as EntryPage;
        all.push(...page.data);
        after = page.has_more ? page.next : null;
      }
      return all;
    },
    usage: (requestId) =>
      eventually(async () => {
        const response = await get(`/usage/${requestId}`);
        if (!response.ok) throw new Error(`no record of ${requestId} yet`);
        return (await response.json()) as UsageRecord;
      }),
    get,
  };
}

/** Tries until it holds; fails with the last reason after ten seconds. */
export async function eventually<Value>(
  attempt: () => Promise<Value>,
  withinMs = 10_000,
): Promise<Value> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The statement adds up: Σ amounts = balance, nothing held, nothing below zero. */
export async function expectBalanced(client: GatewayClient): Promise<WalletView> {
  return eventually(async () => {
    const [wallet, entries] = [await client.wallet(), await client.entries()];
    const sum = entries.reduce((total, entry) => total + entry.amount_micro, 0);
    if (wallet.held_micro !== 0) throw new Error(`still held: ${wallet.held_micro}`);
    if (sum !== wallet.balance_micro)
      throw new Error(`Σ entries ${sum} ≠ balance ${wallet.balance_micro}`);
    if (wallet.available_micro < 0) throw new Error(`below zero: ${wallet.available_micro}`);
    return wallet;
  });
}
