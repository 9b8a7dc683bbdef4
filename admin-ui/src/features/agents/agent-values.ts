/** An agent as its form holds it, and as the API takes it. */
import type { Access, Agent, AgentConfig, InputForm } from "@contract";
import { EVERYONE } from "../../lib/access.ts";
import { isSlug } from "../../lib/slug.ts";
import { filled, type NumberField } from "../../lib/validation.ts";
import type { Draft } from "../playground/exchange.ts";

export interface AgentValues {
  target: "platform" | "prompt";
  connection: string;
  agent: string;
  model: string;
  prompt: string;
  parameters: { temperature: NumberField; topP: NumberField; maxOutputTokens: NumberField };
  name: string;
  slug: string;
  group: string;
  description: string;
  icon: string;
  order: number;
  enabled: boolean;
  openingMessage: string;
  suggestedQuestions: string[];
  vision: boolean;
  files: boolean;
  /** What the platform's agent asks for before it begins. */
  inputs: InputForm | null;
  price: "free" | "perMessage" | "byTokens";
  perMessage: NumberField;
  access: Access;
}

export function agentValues(agent: AgentConfig | Agent | null): AgentValues {
  const target = agent?.target;
  const prompt = target && "model" in target ? target : null;
  const platform = target && "connection" in target ? target : null;
  const price = agent?.price;
  return {
    target: prompt ? "prompt" : "platform",
    connection: platform?.connection ?? "",
    agent: platform?.agent ?? "",
    model: prompt?.model ?? "",
    prompt: prompt?.prompt ?? "",
    parameters: {
      temperature: prompt?.parameters?.temperature ?? "",
      topP: prompt?.parameters?.topP ?? "",
      maxOutputTokens: prompt?.parameters?.maxOutputTokens ?? "",
    },
    name: agent?.name ?? "",
    slug: agent?.slug ?? "",
    group: agent?.group ?? "",
    description: agent?.description ?? "",
    icon: agent?.icon ?? "",
    order: agent?.order ?? 0,
    enabled: agent?.enabled ?? true,
    openingMessage: agent?.openingMessage ?? "",
    suggestedQuestions: agent?.suggestedQuestions ?? [],
    vision: agent?.vision ?? false,
    files: agent?.files ?? false,
    inputs: agent?.inputs ?? null,
    price:
      price && "free" in price
        ? "free"
        : price && "perMessage" in price
          ? "perMessage"
          : "byTokens",
    perMessage: price && "perMessage" in price ? price.perMessage : "",
    access: agent?.access ?? EVERYONE,
  };
}

function targetOf(values: AgentValues): AgentConfig["target"] {
  if (values.target === "prompt") {
    const parameters = filled(values.parameters);
    return {
      model: values.model,
      prompt: values.prompt,
      ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
    };
  }
  const agent = values.agent.trim();
  return { connection: values.connection, ...(agent ? { agent } : {}) };
}

function priceOf(values: AgentValues): AgentConfig["price"] {
  if (values.price === "free") return { free: true };
  if (values.price === "perMessage") return { perMessage: Number(values.perMessage) };
  return { byTokens: true };
}

export const agentConfig = (values: AgentValues): AgentConfig => ({
  slug: values.slug,
  name: values.name.trim(),
  group: values.group.trim(),
  description: values.description.trim(),
  icon: values.icon.trim(),
  order: values.order,
  enabled: values.enabled,
  openingMessage: values.openingMessage,
  suggestedQuestions: values.suggestedQuestions,
  vision: values.vision,
  files: values.files,
  target: targetOf(values),
  ...(values.target === "platform" && values.inputs ? { inputs: values.inputs } : {}),
  price: priceOf(values),
  access: values.access,
});

/** What the API takes of a stored agent: without what only the server makes. */
export function configOfAgent({ id: _id, priceVersion: _version, ...config }: Agent): AgentConfig {
  return config;
}

/** What of it a trial needs; a name that is still being written is left out. */
export function draftOf(values: AgentValues): Draft {
  const { target, inputs, price, vision, files } = agentConfig(values);
  const named = isSlug(values.slug) ? { slug: values.slug } : {};
  return {
    target,
    price,
    vision: vision ?? false,
    files: files ?? false,
    ...named,
    ...(inputs ? { inputs } : {}),
  };
}

/** Whether there is something to be asked. */
export const canTry = ({ target, model, connection }: AgentValues): boolean =>
  (target === "prompt" ? model : connection) !== "";
