/**
 * A site whose upstream is aimock, a mock of the model providers that is not ours: it knows nothing of
 * what Portico expects. Each behaviour of each family has a connection of its own, as one that fails
 * is left alone for a while.
 */
import { LLMock } from "@copilotkit/aimock";
import { PRICE } from "../server/site.ts";
import {
  clientOf,
  type GatewayClient,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "../server/support.ts";

interface Family {
  connector: string;
  /** Of the mock's address. */
  path: string;
  apiKey?: string;
}

const HEX = "0123456789abcdef0123456789abcdef";
export const FAMILIES: Record<string, Family> = {
  openai: { connector: "openai", path: "/v1", apiKey: `sk-${HEX}` },
  anthropic: { connector: "anthropic", path: "", apiKey: `sk-ant-api03-${HEX}` },
  gemini: { connector: "gemini", path: "", apiKey: `AQ.${HEX}` },
  bedrock: { connector: "bedrock", path: "", apiKey: `ABSK${HEX}` },
  ollama: { connector: "ollama", path: "" },
  openrouter: { connector: "openrouter", path: "/api/v1", apiKey: `sk-or-v1-${HEX}` },
  ark: { connector: "ark", path: "/api/v3", apiKey: HEX },
  azure: { connector: "azure-openai", path: "", apiKey: HEX },
};

export const TEXT = "Hello from a mock that is nobody's but its own, in pieces.";
/** What it says that each answer has used; Ollama's side says nothing. */
export const USED = { input: 11, output: 7 };
const usage = {
  prompt_tokens: USED.input,
  completion_tokens: USED.output,
  input_tokens: USED.input,
  output_tokens: USED.output,
  promptTokenCount: USED.input,
  candidatesTokenCount: USED.output,
};

/** Model → what becomes of its answers. */
const FAULTS = {
  drops: { chaos: { dropRate: 1 } },
  malformed: { chaos: { malformedRate: 1 } },
  limited: { chaos: { rateLimitRate: 1 } },
  disconnects: { chaos: { disconnectRate: 1 } },
  // With a pause before each piece: it breaks the connection without a thought for what is on its way.
  truncated: { truncateAfterChunks: 5, latency: 20 },
  slow: { chaos: { latencyMs: 300 } },
};
export const BEFORE_TEXT = ["drops", "malformed", "limited", "disconnects"] as const;
/** Some of everything, decided by chance. */
const STORM = { dropRate: 0.1, malformedRate: 0.1, rateLimitRate: 0.1, disconnectRate: 0.1 };
const MODELS = ["ok", "tools", "thinks", "storm", "refuses", ...Object.keys(FAULTS)];
/** How many connections the storm may choose from. */
const STORM_ROUTES = 4;

function fixtures(mock: LLMock): void {
  const answer = { content: TEXT, usage };
  const chunkSize = 8;
  mock.on({ model: "ok" }, answer, { chunkSize });
  mock.on({ model: "thinks" }, { ...answer, reasoning: "Let me see." }, { chunkSize });
  mock.on({ model: "tools", hasToolResult: true }, answer, { chunkSize });
  const call = { name: "get_weather", arguments: '{"city":"Paris"}' };
  mock.on({ model: "tools" }, { toolCalls: [call], usage });
  mock.on({ model: "refuses" }, { error: { message: "Not with me.", type: "x" }, status: 400 });
  mock.on({ model: "storm" }, answer, { chunkSize, chaos: STORM });
  for (const [model, fault] of Object.entries(FAULTS)) {
    mock.on({ model }, answer, { chunkSize, ...fault });
  }
}

export interface MockSite {
  mock: LLMock;
  portico: TestPortico;
  ann: GatewayClient;
  stop(): Promise<void>;
}

export async function startMockSite(): Promise<MockSite> {
  const mock = new LLMock({ port: 0, logLevel: "silent" });
  fixtures(mock);
  await mock.start();
  const families = Object.entries(FAMILIES);
  const pairs = families.flatMap(([family, how]) =>
    MODELS.map((model) => ({ family, how, model })),
  );
  const countOf = (model: string) => (model === "storm" ? STORM_ROUTES : 1);
  const idsOf = (family: string, model: string) =>
    Array.from({ length: countOf(model) }, (_, at) => `${family}-${model}-${at}`);
  const connections = pairs.flatMap(({ family, how, model }) =>
    idsOf(family, model).map((id) => ({
      id,
      connector: how.connector,
      settings: { baseUrl: `${mock.url}${how.path}` },
      secrets: how.apiKey === undefined ? [] : [{ apiKey: how.apiKey }],
    })),
  );
  const models = pairs.map(({ family, model }) => ({
    name: `${family}/${model}`,
    routes: idsOf(family, model).map((connection) => ({ connection, model })),
    price: PRICE,
  }));
  const ann = {
    email: "ann@acme.example",
    password: "password-of-ann",
    credits: 1_000_000,
    apiKeys: [{ name: "test", key: keyOf("ann") }],
  };
  const levels = [
    { slug: "free", name: "Free", default: true, limits: { rpm: 5000, concurrency: 200 } },
  ];
  const acme = { slug: "acme", name: "Acme AI", connections, models, levels, users: [ann] };
  const portico = await startTestPortico({ sites: [acme] });
  return {
    mock,
    portico,
    ann: clientOf(portico, keyOf("ann")),
    stop: async () => {
      await portico.stop();
      await mock.stop();
    },
  };
}
