/** The site of the tests with Anthropic's client: each family of upstreams, and an agent on each. */
import Anthropic from "@anthropic-ai/sdk";
import { PRICE } from "../server/site.ts";
import { clientOf, type GatewayClient, keyOf, startTestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

export const FAMILIES = ["claude", "up", "gemini", "bedrock"] as const;

/** Model → the name that the upstream knows it by, and behaves as. */
const MODELS: Record<string, string> = {
  ok: "ok",
  tools: "gemini-3+tools",
  reasoning: "reasoning",
  "reasoning-tools": "claude-sonnet-4-5+reasoning+tools",
  opus: "claude-opus-4-7",
  paced: "paced",
  "no-usage": "no-usage",
  "429": "429",
  "400": "400",
  "529": "529",
  "cut-mid": "cut-mid",
  "error-mid": "error-mid",
};

export interface ClientSite {
  upstream: Upstream;
  origin: string;
  ann: GatewayClient;
  /** The published client, with the key of that user. */
  client(name?: string, options?: Partial<ConstructorParameters<typeof Anthropic>[0]>): Anthropic;
  stop(): Promise<void>;
}

const user = (name: string, credits: number, level = "free") => ({
  email: `${name}@acme.example`,
  password: `password-of-${name}`,
  credits,
  level,
  apiKeys: [{ name: "test", key: keyOf(name) }],
});

export async function startClientSite(): Promise<ClientSite> {
  const upstream = await startUpstream();
  const at = (connector: string, path: string, apiKey: string) => ({
    connector,
    settings: { baseUrl: `${upstream.url}${path}` },
    secrets: [{ apiKey }],
  });
  const connections = [
    { id: "claude", ...at("anthropic", "/anthropic", "sk-ant-api03-upstream-0123456789") },
    { id: "up", ...at("openai-compatible", "/v1", "sk-upstream-secret-0123456789") },
    { id: "gemini", ...at("gemini", "/gemini", "AQ.Ab8RN6K0123456789abcdef") },
    { id: "bedrock", ...at("bedrock", "/bedrock", "ABSKQmVkcm9ja0FQSUtleS0wMTIz") },
  ];
  const dify = { id: "dify", ...at("dify", "/dify/v1", "app-ok") };
  const models = connections.flatMap(({ id: connection }) =>
    Object.entries(MODELS).map(([name, model]) => ({
      name: `${connection}/${name}`,
      routes: [{ connection, model }],
      price: PRICE,
    })),
  );
  const agents = connections.map(({ id }) => ({
    slug: id,
    name: id,
    target: { model: `${id}/ok`, prompt: "You are the helper of Acme." },
    price: { perMessage: 1 },
  }));
  const platform = { slug: "dify", name: "Dify", target: { connection: "dify" } };
  const levels = [
    { slug: "free", name: "Free", default: true, limits: { rpm: 1000, concurrency: 200 } },
    { slug: "slow", name: "Slow", limits: { rpm: 1 } },
  ];
  const users = [user("ann", 100_000), user("poor", 0), user("rated", 100, "slow")];
  const acme = {
    slug: "acme",
    name: "Acme AI",
    edition: "standard",
    connections: [...connections, dify],
    models,
    agents: [...agents, { ...platform, price: { perMessage: 1 } }],
    levels,
    users,
  };
  const portico = await startTestPortico({ sites: [acme] });
  return {
    upstream,
    origin: portico.origin,
    ann: clientOf(portico, keyOf("ann")),
    client: (name = "ann", options = {}) =>
      new Anthropic({ apiKey: keyOf(name), baseURL: portico.origin, maxRetries: 0, ...options }),
    stop: async () => {
      await portico.stop();
      await upstream.close();
    },
  };
}

export const question = {
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "hello" }],
};

export const weather: Anthropic.Tool = {
  name: "get_weather",
  description: "The weather of a city",
  input_schema: { type: "object", properties: { city: { type: "string" } } },
};
