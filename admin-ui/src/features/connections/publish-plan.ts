/**
 * What is made of the offers that an admin picks: a model or an agent each. What the platform says of
 * an offer is taken over into a draft, which may be changed; access and price are set for all at once.
 */
import type { Access, Agent, AgentConfig, Model, ModelConfig, Offer } from "@contract";
import { EVERYONE } from "../../lib/access.ts";
import { slugFrom } from "../../lib/slug.ts";
import { filled, type NumberField } from "../../lib/validation.ts";

export interface Draft {
  offer: Offer;
  name: string;
  icon: string;
  description: string;
  openingMessage: string;
  suggestedQuestions: string[];
}

/** What all of them get. */
export interface Terms {
  access: Access;
  /** Of agents: the part of the gallery that they stand in. */
  group: string;
  /** Of agents; empty: they are free. */
  perMessage: NumberField;
  /** Of models, per million tokens. */
  price: { inputPerMillion: NumberField; outputPerMillion: NumberField };
}

export const PLAIN_TERMS: Terms = {
  access: EVERYONE,
  group: "",
  perMessage: "",
  price: { inputPerMillion: "", outputPerMillion: "" },
};

/** What is no number is NaN, which is in no range. */
export const isAmount = (value: NumberField) => value === "" || (value >= 0 && value <= 1e6);

export const areTermsValid = ({ perMessage, price }: Terms): boolean =>
  [perMessage, price.inputPerMillion, price.outputPerMillion].every(isAmount);

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

export function draftOf(offer: Offer, connection: string, taken: readonly string[]): Draft {
  const { icon } = offer;
  return {
    offer,
    name: suggestedName(offer, connection, taken),
    icon: /^(https:|data:image\/)/.test(icon) || [...icon].length <= 4 ? icon : "",
    description: offer.description.slice(0, 2000),
    openingMessage: offer.openingMessage.slice(0, 10_000),
    suggestedQuestions: offer.suggestedQuestions
      .filter(Boolean)
      .slice(0, 20)
      .map((question) => question.slice(0, 500)),
  };
}

export const isModelName = (name: string): boolean =>
  name.length <= 200 && MODEL_NAME.test(name) && !name.startsWith("agent/");

/** Whether it can be published as it stands. */
export const isComplete = ({ offer, name }: Draft): boolean =>
  offer.kind === "model" ? isModelName(name) : name.trim() !== "";

export const modelFrom = (
  { offer, name }: Draft,
  connection: string,
  { access, price }: Terms,
): ModelConfig => ({
  name,
  kind: offer.modelKind ?? "chat",
  enabled: true,
  vision: false,
  routes: [{ connection, model: offer.id, weight: 1, priority: 0 }],
  price: filled(price),
  limits: {},
  access,
});

export const agentFrom = (
  draft: Draft,
  connection: string,
  { access, group, perMessage }: Terms,
  place: { taken: readonly string[]; order: number },
): AgentConfig => {
  const { offer, name, icon, description, openingMessage, suggestedQuestions } = draft;
  return {
    slug: slugFrom(name, place.taken, "agent"),
    name: name.trim().slice(0, 100),
    group: group.trim(),
    description: description.trim(),
    icon: icon.trim(),
    order: place.order,
    enabled: true,
    openingMessage,
    suggestedQuestions,
    vision: false,
    files: false,
    ...(offer.inputs ? { inputs: offer.inputs } : {}),
    target: { connection, ...(offer.id ? { agent: offer.id } : {}) },
    price: perMessage === "" ? { free: true } : { perMessage },
    access,
  };
};
