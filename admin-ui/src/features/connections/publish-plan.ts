/** What is made of the offers that an admin picks: a model or an agent each, with names taken over. */
import type { Agent, AgentConfig, Model, ModelConfig, Offer } from "@contract";
import { EVERYONE } from "../../lib/access.ts";
import { slugFrom } from "../../lib/slug.ts";

export type Pick = { offer: Offer; name: string };

const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/;

/** Offers of one platform may repeat an id in two kinds. */
export const offerKey = (offer: Offer): string => `${offer.kind}:${offer.id}`;

/** Already published from this connection? Then under which name. */
export function publishedAs(
  offer: Offer,
  connection: string,
  models: readonly Model[],
  agents: readonly Agent[],
): string | null {
  if (offer.kind === "model") {
    const model = models.find((one) =>
      one.routes.some((route) => route.connection === connection && route.model === offer.id),
    );
    return model?.name ?? null;
  }
  const agent = agents.find(
    ({ target }) =>
      "connection" in target &&
      target.connection === connection &&
      (target.agent ?? "") === offer.id,
  );
  return agent?.name ?? null;
}

/** A public name for an offer: the platform's own, with the connection in front where it is taken. */
export function suggestedName(offer: Offer, connection: string, taken: readonly string[]): string {
  if (offer.kind === "agent") return offer.name.slice(0, 100);
  const plain = offer.id.replace(/[^A-Za-z0-9._:@/-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  const full = plain.includes("/") ? plain : `${connection}/${plain}`;
  const free = taken.includes(full) ? `${connection}/${full}` : full;
  // Names under agent/ are kept for agents.
  return (free.startsWith("agent/") ? `model-${free}` : free).slice(0, 200);
}

export const isModelName = (name: string): boolean =>
  name.length <= 200 && MODEL_NAME.test(name) && !name.startsWith("agent/");

export const modelFrom = ({ offer, name }: Pick, connection: string): ModelConfig => ({
  name,
  kind: offer.modelKind ?? "chat",
  enabled: true,
  vision: false,
  routes: [{ connection, model: offer.id, weight: 1, priority: 0 }],
  price: {},
  limits: {},
  access: EVERYONE,
});

export const agentFrom = (
  { offer, name }: Pick,
  connection: string,
  place: { taken: readonly string[]; order: number },
): AgentConfig => ({
  slug: slugFrom(name, place.taken, "agent"),
  name: name.trim().slice(0, 100),
  group: "",
  description: offer.description.slice(0, 2000),
  icon: /^(https:|data:image\/)/.test(offer.icon) || [...offer.icon].length <= 4 ? offer.icon : "",
  order: place.order,
  enabled: true,
  openingMessage: offer.openingMessage.slice(0, 10_000),
  suggestedQuestions: offer.suggestedQuestions.filter(Boolean).slice(0, 20),
  vision: false,
  files: false,
  target: { connection, ...(offer.id ? { agent: offer.id } : {}) },
  price: { byTokens: true },
  access: EVERYONE,
});
