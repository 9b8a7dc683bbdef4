/** Usage and the request log, as the console asks for them. */
import type { z } from "zod";
import type { requestQuerySchema, usageQuerySchema } from "../../contract/admin.ts";
import type { UsageBucket, UsageRecord } from "../../contract/usage.ts";
import { meterOf } from "../../durable/meter/client.ts";
import type { RequestFilter } from "../../durable/meter/protocol.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import type { Services } from "../services.ts";
import type { Owner } from "../wallets.ts";

export async function usage(
  services: Services,
  siteId: string,
  query: z.output<typeof usageQuerySchema>,
): Promise<UsageBucket[]> {
  return await meterOf(services.env, siteId).usage({
    from: Date.parse(query.from),
    to: Date.parse(query.to),
    step: query.step,
    ...(query.by === undefined ? {} : { by: query.by }),
  });
}

export async function requests(
  services: Services,
  siteId: string,
  query: z.output<typeof requestQuerySchema>,
) {
  const { from, to, ...rest } = query;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const filter: RequestFilter = {
    ...(Object.fromEntries(given) as Omit<RequestFilter, "from" | "to">),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
  return await meterOf(services.env, siteId).requests(filter);
}

/** A request of the asker's own is known at once, before the wallet's outbox has reached the meter. */
export async function request(
  services: Services,
  asker: Owner,
  requestId: string,
): Promise<UsageRecord | null> {
  const { siteId, userId } = asker;
  return (
    (await walletOf(services.env, siteId, userId).pending(requestId)) ??
    (await meterOf(services.env, siteId).request(requestId))
  );
}
