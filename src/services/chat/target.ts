/** From the name a client uses to what is to be called, who may, and what it costs. */
import type { ModelCache, ModelPrice } from "../../contract/config.ts";
import type { AccessRule } from "../../core/access.ts";
import type { Failure } from "../../core/failure.ts";
import { withForm } from "../../core/input-form.ts";
import { agentTariff, type Tariff } from "../../core/pricing.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput } from "../../core/run.ts";
import type { SiteAgent, SiteConnection, SiteModel, SiteSnapshot } from "../../core/site.ts";

/** One way to serve a target: a connection and the platform's own name of the thing. */
export interface Route {
  connection: SiteConnection;
  /** Model name or agent id; null where the key is the agent. */
  upstreamId: string | null;
  weight: number;
  priority: number;
}

/** What any call is for. */
export interface ModelTarget {
  /** Public name: `agent/<slug>` or the model's. */
  name: string;
  /** What the client called it, where that is only the end of the name: a refusal says no more. */
  calledAs?: string;
  access: AccessRule;
  tariff: Tariff;
  priceVersion: number;
  /** What the provider charges the site; null where nobody has said. */
  cost: ModelPrice | null;
  routes: Route[];
}

export interface ChatTarget extends ModelTarget {
  /** The most output tokens an answer may have; null where nobody has set one. */
  maxOutputTokens: number | null;
  vision: boolean;
  /** Frames of an upstream may reach the client unchanged: not for agents, whose model is nobody's business. */
  passThrough: boolean;
  /** Absent where every request is answered anew. */
  cache?: { modelId: string; settings: ModelCache };
  /** Whether a platform's agent answers, which may remember what was said. */
  platform: boolean;
  /** Puts the agent's prompt and parameters into the request. */
  adapt(input: ChatInput): ChatInput;
}

export const AGENT_PREFIX = "agent/";

/** The same for what is not there and what the caller may not see. */
export const targetNotFound = (name: string): Failure => ({
  code: name.startsWith(AGENT_PREFIX) ? "agent_not_found" : "model_not_found",
  message: `There is no ${name.startsWith(AGENT_PREFIX) ? "agent" : "model"} "${name}" that you may use.`,
  param: "model",
});

export function resolveTarget(site: SiteSnapshot, name: string): Result<ChatTarget, Failure> {
  if (name.startsWith(AGENT_PREFIX)) {
    const agent = site.agents.get(name.slice(AGENT_PREFIX.length));
    return agent?.enabled ? agentTarget(site, agent, name) : fail(targetNotFound(name));
  }
  const found = resolveModel(site, name, "chat");
  if (!found.ok) return found;
  const { target, model } = found.value;
  return ok({
    ...target,
    maxOutputTokens: model.maxOutputTokens,
    vision: model.vision,
    passThrough: true,
    platform: false,
    ...(model.cache ? cacheOf(model.id, model.cache) : {}),
    adapt: (input) => input,
  });
}

/** A model by its public name, for the kind of task that it is published for. */
export function resolveModel(
  site: SiteSnapshot,
  name: string,
  kind: SiteModel["kind"],
): Result<{ target: ModelTarget; model: SiteModel }, Failure> {
  const model = findModel(site, name, kind);
  if (!model?.enabled) return fail(targetNotFound(name));
  if (model.kind !== kind) {
    return fail({
      code: "unsupported_value",
      message: `The model "${name}" is for ${model.kind}, not for ${kind}.`,
      param: "model",
    });
  }
  const target: ModelTarget = {
    name: model.name,
    ...(model.name === name ? {} : { calledAs: name }),
    access: model.access,
    tariff: { kind: "byTokens", price: model.price },
    priceVersion: model.priceVersion,
    cost: model.cost,
    routes: routesOf(site, model),
  };
  return ok({ target, model });
}

/** Names are unique, but their ends need not be unique among all kinds. */
function findModel(
  site: SiteSnapshot,
  name: string,
  kind: SiteModel["kind"],
): SiteModel | undefined {
  const named = site.models.get(name);
  if (named) return named;
  return byEnd(
    [...site.models.values()].filter((one) => one.enabled && one.kind === kind),
    name,
  );
}

/**
 * The only one whose name ends so: some clients take the vendor in front for an address, and leave
 * it out.
 */
export function byEnd<Named extends { name: string }>(
  list: readonly Named[],
  name: string,
): Named | undefined {
  const found = list.filter((one) => one.name.endsWith(`/${name}`));
  return found.length === 1 ? found[0] : undefined;
}

function routesOf(site: SiteSnapshot, model: SiteModel): Route[] {
  return model.routes.flatMap((route) => {
    const connection = site.connections.get(route.connectionId);
    return connection?.enabled
      ? [{ connection, upstreamId: route.model, weight: route.weight, priority: route.priority }]
      : [];
  });
}

function agentTarget(
  site: SiteSnapshot,
  agent: SiteAgent,
  name: string,
): Result<ChatTarget, Failure> {
  const common = {
    name,
    access: agent.access,
    priceVersion: agent.priceVersion,
    passThrough: false,
  };
  const target = agent.target;
  if (target.kind === "platform") {
    const connection = site.connections.get(target.connectionId);
    return ok({
      ...common,
      tariff: agentTariff(agent.price, null),
      cost: null,
      routes: connection?.enabled
        ? [{ connection, upstreamId: target.agent, weight: 1, priority: 0 }]
        : [],
      maxOutputTokens: null,
      vision: agent.vision,
      platform: true,
      adapt: (input) => (agent.inputs ? withForm(input, agent.inputs) : input),
    });
  }
  const model = [...site.models.values()].find((candidate) => candidate.id === target.modelId);
  if (!model?.enabled) return fail(targetNotFound(name));
  return ok({
    ...common,
    tariff: agentTariff(agent.price, model.price),
    cost: model.cost,
    routes: routesOf(site, model),
    maxOutputTokens: least(model.maxOutputTokens, target.maxOutputTokens),
    vision: agent.vision && model.vision,
    platform: false,
    ...(model.cache?.agents ? cacheOf(model.id, model.cache) : {}),
    adapt: (input) => withPrompt(input, target),
  });
}

const cacheOf = (modelId: string, settings: ModelCache) => ({ cache: { modelId, settings } });

function least(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

interface Prompt {
  prompt: string;
  temperature: number | null;
  topP: number | null;
}

/** The agent's own words come first; its parameters stand where the client sets none. */
function withPrompt(input: ChatInput, target: Prompt): ChatInput {
  const adapted: ChatInput = { ...input };
  if (target.prompt) {
    adapted.messages = [
      { role: "system", content: [{ type: "text", text: target.prompt }] },
      ...input.messages,
    ];
  }
  if (target.temperature !== null) adapted.temperature ??= target.temperature;
  if (target.topP !== null) adapted.topP ??= target.topP;
  return adapted;
}
