import type { MeterRpc } from "./protocol.ts";

/** The meter of a site. */
export function meterOf(env: Pick<Env, "METER">, siteId: string): MeterRpc {
  return env.METER.getByName(siteId);
}
