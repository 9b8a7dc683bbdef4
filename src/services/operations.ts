/** What an operator's tools ask of the deployment. */
import { createHash } from "node:crypto";
import { queriesSent } from "../store/database.ts";
import { readDeployment, writeDeployment } from "../store/deployment.ts";
import { type AppliedConfig, applyConfig } from "./config/apply.ts";
import { checkConnection } from "./connections.ts";
import type { Services } from "./services.ts";

/** Applies a configuration file, and remembers which, for `deploymentState`. */
export async function configure(
  services: Services,
  config: unknown,
  dryRun: boolean,
): Promise<AppliedConfig> {
  const result = await applyConfig(services, config, dryRun, checkConnection);
  if (result.applied) {
    const digest = createHash("sha256").update(JSON.stringify(config)).digest("hex");
    await writeDeployment(services.db, "config_digest", digest);
  }
  return result;
}

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
