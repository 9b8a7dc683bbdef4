import type { WalletRpc } from "./protocol.ts";

/** The wallet of a user of a site. */
export function walletOf(env: Pick<Env, "WALLET">, siteId: string, userId: string): WalletRpc {
  return env.WALLET.getByName(`${siteId}:${userId}`);
}
