/** What a site publishes, with its prices: for lists that clients read before anybody has logged in. */
import type { ModelPrice } from "../../contract/config.ts";
import { allows, type Subject } from "../../core/access.ts";
import { agentTariff, isFree, type Tariff } from "../../core/pricing.ts";
import type { SiteModel, SiteSnapshot } from "../../core/site.ts";
import { AGENT_PREFIX } from "./target.ts";

export interface CatalogueItem {
  /** The public name: a model's own, or `agent/<slug>`. */
  name: string;
  kind: SiteModel["kind"];
  /** Null where an agent has a price of its own, by message. */
  price: ModelPrice | null;
  free: boolean;
  vision: boolean;
}

/** By name. */
export function catalogueOf(site: SiteSnapshot, subject: Subject): CatalogueItem[] {
  const models = [...site.models.values()].filter((model) => model.enabled);
  const agents = [...site.agents.values()].filter((agent) => agent.enabled);
  const items: CatalogueItem[] = models
    .filter((model) => allows(model.access, subject))
    .map(({ name, kind, price, vision }) => ({ name, kind, price, free: isFree(price), vision }));
  for (const agent of agents) {
    const { target, slug, vision } = agent;
    const model = target.kind === "prompt" && models.find(({ id }) => id === target.modelId);
    if (model === undefined || !allows(agent.access, subject)) continue;
    const tariff = agentTariff(agent.price, model ? model.price : null);
    items.push({ name: `${AGENT_PREFIX}${slug}`, kind: "chat", ...costOf(tariff), vision });
  }
  return items.sort((a, b) => a.name.localeCompare(b.name));
}

function costOf(tariff: Tariff): Pick<CatalogueItem, "price" | "free"> {
  if (tariff.kind === "byTokens") return { price: tariff.price, free: isFree(tariff.price) };
  return { price: null, free: tariff.kind === "free" };
}

/** Somebody whom nobody knows yet: what he would see once registered, where he may register. */
export function strangerAt(site: SiteSnapshot): Subject {
  const level = [...site.levels.values()].find(({ isDefault }) => isDefault);
  return {
    userId: "",
    levelId: level?.id ?? null,
    groupIds: [],
    departmentIds: [],
    guest: !site.registration,
  };
}
