/** An agent as its form holds it, and as the API takes it. */
import type { Access, Agent, AgentConfig } from "@contract";
import { EVERYONE } from "../../lib/access.ts";
import { filled, type NumberField } from "../../lib/validation.ts";

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
  price: priceOf(values),
  access: values.access,
});

/** What the API takes of a stored agent: without what only the server makes. */
export function configOfAgent({ id: _id, priceVersion: _version, ...config }: Agent): AgentConfig {
  return config;
}
