/** The demo site: something to chat with before anything is connected. */
interface Provider {
  env: string;
  connector: string;
  models: string[];
  /** The variable holds an address, not a key. */
  isAddress?: boolean;
}

/** Connected on the first start when their variable is set. */
const PROVIDERS: Provider[] = [
  { env: "OPENAI_API_KEY", connector: "openai", models: ["gpt-4o-mini", "gpt-4o"] },
  {
    env: "ANTHROPIC_API_KEY",
    connector: "anthropic",
    models: ["claude-haiku-4-5", "claude-sonnet-4-5"],
  },
  {
    env: "DEEPSEEK_API_KEY",
    connector: "deepseek",
    models: ["deepseek-chat", "deepseek-reasoner"],
  },
  {
    env: "GEMINI_API_KEY",
    connector: "gemini",
    models: ["gemini-flash-latest", "gemini-pro-latest"],
  },
  { env: "OPENROUTER_API_KEY", connector: "openrouter", models: ["openai/gpt-4o-mini"] },
  { env: "SILICONFLOW_API_KEY", connector: "siliconflow", models: ["deepseek-ai/DeepSeek-V3"] },
  { env: "XAI_API_KEY", connector: "xai", models: ["grok-4"] },
];

const GUIDE_PRICE = { inputPerMillion: 100, outputPerMillion: 1000 };

export function demoConfig(env: Record<string, string | undefined>): unknown {
  const providers = PROVIDERS.filter((provider) => env[provider.env]);
  return {
    sites: [
      {
        slug: "demo",
        name: "Portico Demo",
        kind: "both",
        locale: "en",
        edition: "enterprise",
        signupCredits: 100,
        registration: true,
        branding: { slogan: "AI agents and models on your own domain" },
        connections: [
          { id: "loopback", name: "Built-in model", connector: "loopback" },
          ...providers.map((provider) => ({
            id: provider.connector,
            connector: provider.connector,
            secrets: [{ apiKey: env[provider.env] }],
          })),
        ],
        models: [
          {
            name: "portico/guide",
            routes: [{ connection: "loopback", model: "guide" }],
            price: GUIDE_PRICE,
          },
          ...providers.flatMap((provider) =>
            provider.models.map((model) => ({
              name: `${provider.connector}/${model}`,
              routes: [{ connection: provider.connector, model }],
              price: { inputPerMillion: 1, outputPerMillion: 4 },
            })),
          ),
        ],
        agents: [
          {
            slug: "guide",
            name: "Guide",
            group: "Start here",
            description: "Shows you around Portico. Runs on a built-in model: no key, no network.",
            icon: "🧭",
            openingMessage:
              "Hello! I am the Guide. Ask me what Portico does, how to connect a provider, or how credits work.",
            suggestedQuestions: [
              "What can Portico do?",
              "How do I connect a model provider?",
              "How are credits charged?",
              "用中文介绍一下 Portico",
            ],
            target: { model: "portico/guide", prompt: "You are the Guide of Portico." },
            price: { byTokens: true },
            access: { everyone: true },
          },
        ],
        levels: [
          {
            slug: "free",
            name: "Free",
            default: true,
            limits: { rpm: 60, concurrency: 8 },
          },
        ],
      },
    ],
  };
}
