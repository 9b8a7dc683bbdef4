/** What a person may use: the gallery of the portal and the models of the gateway. */
import type { PortalAgent, ShownPrice } from "../../contract/portal.ts";
import { allows, isGuest, type Subject } from "../../core/access.ts";
import { microToText } from "../../core/credits.ts";
import { FailureError } from "../../core/failure.ts";
import { agentTariff, isFree, type Tariff } from "../../core/pricing.ts";
import type { SiteAgent, SiteModel, SiteSnapshot, UserProfile } from "../../core/site.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { loadProfile } from "../../store/users.ts";
import type { Caller } from "../identity/callers.ts";
import type { Services } from "../services.ts";
import { askWallet, profileAt, refusalFailure } from "./admission.ts";
import { AGENT_PREFIX } from "./target.ts";

/** The profile behind a key that still stands; throws the failure otherwise. */
export async function authoriseKey(
  services: Services,
  site: SiteSnapshot,
  caller: Caller,
  scope: "gateway" | "wallet" = "gateway",
): Promise<UserProfile> {
  const wallet = walletOf(services.env, caller.siteId, caller.userId);
  const answer = await askWallet(
    ({ profile }) => wallet.authorise(caller.credential, scope, profile),
    site,
    () => loadProfile(services.db, caller.siteId, caller.userId),
  );
  if (answer.ok) return profileAt(site, answer.profile, Date.now());
  throw new FailureError(refusalFailure(answer, caller.credential, "", ""));
}

export function subjectOf(profile: UserProfile): Subject {
  return {
    userId: profile.userId,
    levelId: profile.levelId,
    groupIds: profile.groupIds,
    departmentIds: profile.departmentIds,
    guest: isGuest(profile),
  };
}

/** Agents in gallery order, then chat models by name. */
export function visibleTargets(site: SiteSnapshot, profile: UserProfile): PortalAgent[] {
  const subject = subjectOf(profile);
  const models = [...site.models.values()];
  const agents = [...site.agents.values()]
    .filter((agent) => agent.enabled && allows(agent.access, subject) && isServable(agent, models))
    .sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
  const chatModels = models
    .filter((model) => model.enabled && model.kind === "chat" && allows(model.access, subject))
    .sort((a, b) => a.name.localeCompare(b.name));
  return [
    ...agents.map((agent) => shownAgent(agent, models)),
    ...chatModels.map((model) => shownModel(model)),
  ];
}

/** Models that do not chat, by name: for clients of the API. */
export function visibleMediaModels(site: SiteSnapshot, profile: UserProfile): SiteModel[] {
  const subject = subjectOf(profile);
  return [...site.models.values()]
    .filter((model) => model.enabled && model.kind !== "chat" && allows(model.access, subject))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function modelOf(agent: SiteAgent, models: SiteModel[]): SiteModel | null {
  const target = agent.target;
  if (target.kind === "platform") return null;
  return models.find((model) => model.id === target.modelId) ?? null;
}

function isServable(agent: SiteAgent, models: SiteModel[]): boolean {
  return agent.target.kind === "platform" || (modelOf(agent, models)?.enabled ?? false);
}

function shownAgent(agent: SiteAgent, models: SiteModel[]): PortalAgent {
  const model = modelOf(agent, models);
  return {
    target: `${AGENT_PREFIX}${agent.slug}`,
    kind: "agent",
    name: agent.name,
    group: agent.group,
    description: agent.description,
    icon: agent.icon,
    openingMessage: agent.openingMessage,
    suggestedQuestions: [...agent.suggestedQuestions],
    vision: agent.vision && (model?.vision ?? true),
    files: agent.files,
    ...(agent.inputs ? { inputs: agent.inputs } : {}),
    price: shownPrice(agentTariff(agent.price, model?.price ?? null)),
  };
}

function shownModel(model: SiteModel): PortalAgent {
  return {
    target: model.name,
    kind: "model",
    name: model.name,
    group: "",
    description: "",
    icon: "",
    openingMessage: "",
    suggestedQuestions: [],
    vision: model.vision,
    files: false,
    price: shownPrice({ kind: "byTokens", price: model.price }),
  };
}

export function shownPrice(tariff: Tariff): ShownPrice {
  if (tariff.kind === "free") return { kind: "free" };
  if (tariff.kind === "perMessage") {
    return { kind: "perMessage", credits: microToText(tariff.micro) };
  }
  const { price } = tariff;
  if (isFree(price)) return { kind: "free" };
  const ofImages = (price.images ?? []).map(({ credits }) => credits);
  if (price.perImage !== undefined) ofImages.push(price.perImage);
  const dearest = Math.max(0, ...ofImages);
  return {
    kind: "byTokens",
    inputPerMillion: String(price.inputPerMillion ?? 0),
    outputPerMillion: String(price.outputPerMillion ?? 0),
    ...(price.perRequest ? { perRequest: String(price.perRequest) } : {}),
    ...(dearest > 0
      ? { perImage: { from: String(Math.min(...ofImages)), to: String(dearest) } }
      : {}),
  };
}
