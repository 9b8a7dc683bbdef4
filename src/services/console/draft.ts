/** An agent as its form stands, not saved: tried by whoever writes it, seen by nobody else. */
import type { z } from "zod";
import type { draftSchema } from "../../contract/admin-draft.ts";
import { EVERYONE } from "../../core/access.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteAgent, SiteSnapshot } from "../../core/site.ts";

export type Draft = z.output<typeof draftSchema>;

/** The version of a price that is kept nowhere. */
const NO_VERSION = 0;

/** The site as it would be with the draft, in the place of what is published under its name. */
export function withDraft(site: SiteSnapshot, draft: Draft): SiteSnapshot {
  const { slug, inputs, price, vision, files } = draft;
  const agent: SiteAgent = {
    id: "",
    slug,
    name: slug,
    group: "",
    description: "",
    icon: "",
    order: 0,
    enabled: true,
    openingMessage: "",
    suggestedQuestions: [],
    vision,
    files,
    target: targetOf(site, draft.target),
    inputs: inputs ?? null,
    price,
    priceVersion: NO_VERSION,
    access: EVERYONE,
  };
  return { ...site, agents: new Map([...site.agents, [slug, agent]]) };
}

function targetOf(site: SiteSnapshot, target: Draft["target"]): SiteAgent["target"] {
  if ("connection" in target) {
    const connection = [...site.connections.values()].find(
      ({ slug }) => slug === target.connection,
    );
    if (!connection) return missing("connection", target.connection);
    return { kind: "platform", connectionId: connection.id, agent: target.agent ?? null };
  }
  const model = site.models.get(target.model);
  if (!model) return missing("model", target.model);
  const { temperature, topP, maxOutputTokens } = target.parameters ?? {};
  return {
    kind: "prompt",
    modelId: model.id,
    prompt: target.prompt,
    temperature: temperature ?? null,
    topP: topP ?? null,
    maxOutputTokens: maxOutputTokens ?? null,
  };
}

const missing = (what: string, name: string): never =>
  refuse("invalid_value", `There is no ${what} "${name}".`, { param: `agent.target.${what}` });
