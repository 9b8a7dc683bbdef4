/**
 * Sites whose upstream is aimock, a mock of the model providers that is not ours: it knows nothing of
 * what Portico expects. Each platform is a site, its user named like it; each of its behaviours has a
 * connection of its own, as one that fails is left alone for a while.
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

interface Platform {
  connector: string;
  /** Of the mock's address. */
  path: string;
  apiKey?: string;
}

const HEX = "0123456789abcdef0123456789abcdef";
export const PLATFORMS: Record<string, Platform> = {
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
/** Those that fail before any text; each way of asking has a model `<fault>/<number>` of its own. */
export const BEFORE_TEXT = ["drops", "malformed", "limited", "disconnects"] as const;
export const WAYS = 6;
/** Some of everything, decided by chance. */
const STORM = { dropRate: 0.1, malformedRate: 0.1, rateLimitRate: 0.1, disconnectRate: 0.1 };
/** Public name → upstream's name, and how many connections serve it. */
const MODELS = [
  ...["ok", "tools", "thinks", "refuses", "truncated", "slow"].map((model) => [model, model, 1]),
  ...BEFORE_TEXT.flatMap((model) =>
    Array.from({ length: WAYS }, (_, way) => [`${model}/${way}`, model, 1]),
  ),
  ["storm", "storm", 4],
] as [string, string, number][];

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

function siteOf(slug: string, platform: Platform, mockUrl: string): object {
  const served = MODELS.map(([name, model, count]) => ({
    name,
    model,
    ids: Array.from({ length: count }, (_, at) => `${name.replace("/", "-")}-${at}`),
  }));
  const { connector, path, apiKey } = platform;
  const settings = { baseUrl: `${mockUrl}${path}` };
  const secrets = apiKey === undefined ? [] : [{ apiKey }];
  return {
    slug,
    name: slug,
    connections: served.flatMap(({ ids }) =>
      ids.map((id) => ({ id, connector, settings, secrets })),
    ),
    models: served.map(({ name, model, ids }) => ({
      name,
      routes: ids.map((connection) => ({ connection, model })),
      price: PRICE,
    })),
    levels: [
      { slug: "free", name: "Free", default: true, limits: { rpm: 5000, concurrency: 200 } },
    ],
    users: [
      {
        email: `ann@${slug}.example`,
        password: `password-of-${slug}`,
        credits: 1_000_000,
        apiKeys: [{ name: "test", key: keyOf(slug) }],
      },
    ],
  };
}

export interface MockSites {
  mock: LLMock;
  portico: TestPortico;
  /** The user of a platform's site. */
  user(platform: string): GatewayClient;
  stop(): Promise<void>;
}

export async function startMockSites(): Promise<MockSites> {
  const mock = new LLMock({ port: 0, logLevel: "silent" });
  fixtures(mock);
  await mock.start();
  const sites = Object.entries(PLATFORMS).map(([slug, how]) => siteOf(slug, how, mock.url));
  const portico = await startTestPortico({ sites });
  return {
    mock,
    portico,
    user: (platform) => clientOf(portico, keyOf(platform)),
    stop: async () => {
      await portico.stop();
      await mock.stop();
    },
  };
}
