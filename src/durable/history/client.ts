import type { History } from "./history.ts";
import type { HistoryRpc } from "./protocol.ts";

/** The History of one user of one site. Nothing else leads to it. */
export function historyOf(
  env: { HISTORY: DurableObjectNamespace<History> },
  siteId: string,
  userId: string,
): HistoryRpc {
  return env.HISTORY.getByName(`${siteId}:${userId}`);
}
