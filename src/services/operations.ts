/** What an operator's tools ask of the deployment. */
import { queriesSent } from "../store/database.ts";
import { readDeployment } from "../store/deployment.ts";
import type { Services } from "./services.ts";

export type DeploymentState = "ready" | "migrating" | "configuring";

/** Ready once the tables are there and the configuration file that was asked for is applied. */
export async function deploymentState(services: Services): Promise<DeploymentState> {
  const expected = services.environment.configDigest;
  let applied: string | null;
  try {
    applied = await readDeployment(services.db, "config_digest");
  } catch {
    // Before the first migration there is no table to ask.
    return "migrating";
  }
  return expected === null || applied === expected ? "ready" : "configuring";
}

/** Prometheus text. Counters of this isolate; a scraper sums them. */
export function metricsText(services: Services): string {
  return [
    "# HELP portico_store_queries_total Statements sent to the configuration store.",
    "# TYPE portico_store_queries_total counter",
    `portico_store_queries_total ${queriesSent(services.db)}`,
    "",
  ].join("\n");
}
