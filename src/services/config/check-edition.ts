/**
 * Whether a site would have more than its edition allows. Agents and domains are told here, with
 * the path and before anything is tried; users of each kind are counted by the store alone.
 */
import type { EditionLimits } from "../../contract/editions.ts";
import { editionFailure, effectiveLimits } from "../../core/editions.ts";
import type { SiteContext } from "./context.ts";

/** By slug. */
export type Editions = ReadonlyMap<string, EditionLimits>;

/** What is there already stays, whatever the edition: only more is refused. */
export function checkEdition(context: SiteContext, editions: Editions): void {
  const { plan, path, config, stored, prune } = context;
  const edition = editions.get(config.edition);
  if (!edition) throw new Error(`there is no edition ${config.edition}`);
  const limits = effectiveLimits(edition, stored?.row.editionLimits ?? {});
  const check = (
    { list, limit }: { list: string; limit: "agents" | "ownDomains" },
    [before, after]: [number, number],
  ) => {
    const most = limits[limit];
    if (most === null || after <= Math.max(most, before)) return;
    const { message } = editionFailure(limit, { edition: config.edition, limits });
    plan.problem(`${path}.${list}`, message);
  };
  check({ list: "agents", limit: "agents" }, agentsOf(context));
  const hosts = (stored?.hosts ?? []).map((row) => row.host);
  const hostsAfter = new Set([...(prune ? [] : hosts), ...config.hosts]).size;
  check({ list: "hosts", limit: "ownDomains" }, [hosts.length, hostsAfter]);
}

/** How many agents are published, before and after. */
function agentsOf({ config, parts, prune }: SiteContext): [number, number] {
  const published = parts.agents.filter((agent) => agent.config.enabled);
  const before = new Set(published.map((agent) => agent.config.slug));
  const after = new Set(prune ? [] : before);
  for (const { slug, enabled } of config.agents) {
    if (enabled) after.add(slug);
    else after.delete(slug);
  }
  return [before.size, after.size];
}
