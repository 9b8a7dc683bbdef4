/**
 * The site of the tests with published clients over every family of upstreams: the same models on
 * each, and an agent on each. Dify serves agents alone: each of its models is an agent there.
 */
import OpenAI from "openai";
import { PRICE } from "../server/site.ts";
import {
  clientOf,
  type GatewayClient,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { platformConfig } from "./platforms.ts";

export const FAMILIES = ["openai", "anthropic", "gemini", "bedrock", "ollama", "dify"] as const;
export type Family = (typeof FAMILIES)[number];
/** Those that serve models. */
export const MODEL_FAMILIES = FAMILIES.filter((family) => family !== "dify");

/** Answers what the tests have it say; told JSON schemas, as far as the platform has a word for them. */
export const STRUCTURED = "claude-sonnet-4-5+structured";

/** Model → the name that the upstream knows it by, and behaves as. */
const MODELS: Record<string, string> = {
  ok: "ok",
  tools: "gemini-3+tools",
  reasoning: "reasoning",
  "reasoning-tools": "claude-sonnet-4-5+reasoning+tools",
  structured: STRUCTURED,
  paced: "paced",
  "429": "429",
  "400": "400",
  "500": "500",
  "cut-mid": "cut-mid",
};

/** Those that serve embeddings: `<family>/embed`. */
export const EMBEDDERS = ["openai", "gemini", "ollama"] as const;

/** What an agent's message costs, in credits. */
export const PER_MESSAGE = 2;

/** The name by which a client asks a family for a behaviour. */
export const modelOf = (family: Family, behaviour: string): string =>
  family === "dify" ? `agent/dify-${behaviour}` : `${family}/${behaviour}`;

export interface FamilySite {
  upstream: Upstream;
  portico: TestPortico;
  ann: GatewayClient;
  openai(name?: string): OpenAI;
  stop(): Promise<void>;
}

const user = (name: string, credits: number) => ({
  email: `${name}@acme.example`,
  password: `password-of-${name}`,
  credits,
  apiKeys: [{ name: "test", key: keyOf(name) }],
});

function siteOf(upstreamUrl: string): object {
  const at = (id: string, connector: string, path: string, apiKey: string) => ({
    id,
    connector,
    settings: { baseUrl: `${upstreamUrl}${path}` },
    secrets: [{ apiKey }],
  });
  const connections = [
    at("openai", "openai-compatible", "/v1", "sk-upstream-secret-0123456789"),
    at("anthropic", "anthropic", "/anthropic", "sk-ant-api03-upstream-0123456789"),
    at("gemini", "gemini", "/gemini", "AQ.Ab8RN6K0123456789abcdef"),
    at("bedrock", "bedrock", "/bedrock", "ABSKQmVkcm9ja0FQSUtleS0wMTIz"),
    at("ollama", "ollama", "/ollama", "ollama-key-0123456789"),
  ];
  // The one that is "ok" is among the platforms.
  const apps = Object.keys(MODELS)
    .filter((name) => name !== "ok")
    .map((name) => at(`dify-${name}`, "dify", "/dify/v1", `app-${name}`));
  const models = connections.flatMap(({ id: connection }) =>
    Object.entries(MODELS).map(([name, model]) => ({
      name: `${connection}/${name}`,
      routes: [{ connection, model }],
      price: PRICE,
    })),
  );
  const embedders = EMBEDDERS.map((connection) => ({
    name: `${connection}/embed`,
    kind: "embedding",
    routes: [{ connection, model: "ok" }],
    price: PRICE,
  }));
  const price = { perMessage: PER_MESSAGE };
  const agents = [
    ...connections.map(({ id }) => ({
      slug: id,
      name: id,
      target: { model: `${id}/ok`, prompt: "You are the helper of Acme." },
      price,
    })),
    ...apps.map(({ id }) => ({ slug: id, name: id, target: { connection: id }, price })),
  ];
  const limits = { rpm: 5000, concurrency: 200 };
  const levels = [{ slug: "free", name: "Free", default: true, limits }];
  const users = [user("ann", 1_000_000), user("eve", 1000), user("poor", 0)];
  const all = [...connections, ...apps];
  const platforms = platformConfig(upstreamUrl, price);
  return {
    slug: "acme",
    name: "Acme AI",
    edition: "standard",
    connections: [...all, ...platforms.connections],
    models: [...models, ...embedders],
    agents: [...agents, ...platforms.agents],
    levels,
    users,
  };
}

export async function startFamilySite(): Promise<FamilySite> {
  const upstream = await startUpstream();
  const portico = await startTestPortico({ sites: [siteOf(upstream.url)] });
  return {
    upstream,
    portico,
    ann: clientOf(portico, keyOf("ann")),
    openai: (name = "ann") =>
      new OpenAI({ apiKey: keyOf(name), baseURL: portico.gateway, maxRetries: 0 }),
    stop: async () => {
      await portico.stop();
      await upstream.close();
    },
  };
}
