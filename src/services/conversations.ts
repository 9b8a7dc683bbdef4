/** The conversations of a person: his History object, as the routes may use it. */
import { historyOf } from "../durable/history/client.ts";
import type { HistoryRpc } from "../durable/history/protocol.ts";
import type { Services } from "./services.ts";
import type { Owner } from "./wallets.ts";

export type { HistoryResult, RunCaller } from "../durable/history/protocol.ts";

export function conversationsOf(services: Services, owner: Owner): HistoryRpc {
  return historyOf(services.env, owner.siteId, owner.userId);
}
