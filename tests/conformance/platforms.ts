/** Platforms whose agents are published: one agent of each, at the scripted upstream. */
import { HOOK_SECRET, N8N_KEY } from "../support/upstream-hooks.ts";
import { STUDIO_KEY } from "../support/upstream-studio.ts";
import { YUANQI_TOKEN } from "../support/upstream-yuanqi.ts";

interface Platform {
  label: string;
  connector: string;
  /** Behind the upstream's address. */
  path: string;
  settings?: Record<string, string>;
  secret: Record<string, string>;
  agent?: string;
}

export const PLATFORMS: Record<string, Platform> = {
  coze: {
    label: "Coze",
    connector: "coze",
    path: "/coze",
    secret: { accessToken: "pat_ok" },
    agent: "70",
  },
  "dify-ok": { label: "Dify", connector: "dify", path: "/dify/v1", secret: { apiKey: "app-ok" } },
  fastgpt: {
    label: "FastGPT",
    connector: "fastgpt",
    path: "/fastgpt/api",
    secret: { apiKey: "fastgpt-ok" },
  },
  ragflow: {
    label: "RAGFlow",
    connector: "ragflow",
    path: "/ragflow/api/v1",
    secret: { apiKey: "ragflow-0123" },
    agent: "chat:ok",
  },
  studio: {
    label: "53AI Studio",
    connector: "53ai-studio",
    path: "/studio",
    secret: { apiKey: STUDIO_KEY },
    agent: "ok",
  },
  yuanqi: {
    label: "Tencent Yuanqi",
    connector: "yuanqi",
    path: "/yuanqi",
    settings: { assistantId: "ok" },
    secret: { apiKey: YUANQI_TOKEN },
  },
  adp: {
    label: "Tencent Cloud ADP",
    connector: "tencent-adp",
    path: "/adp-cloud",
    secret: { apiKey: "AppKey-new" },
  },
  appbuilder: {
    label: "Baidu AppBuilder",
    connector: "appbuilder",
    path: "/appbuilder",
    secret: { apiKey: "bce-v3/ALTAK-abc/0123456789" },
    agent: "ok",
  },
  bailian: {
    label: "Alibaba Bailian apps",
    connector: "bailian",
    path: "/bailian",
    settings: { appId: "agent-0001" },
    secret: { apiKey: "sk-0123456789" },
  },
  "ark-bot": {
    label: "Volcengine Ark bots",
    connector: "ark",
    path: "/v1",
    settings: { botId: "bot-1" },
    secret: { apiKey: "sk-ok-0123456789" },
  },
  maxkb: {
    label: "MaxKB",
    connector: "maxkb",
    path: "/maxkb/chat/api/a1",
    secret: { apiKey: "application-ok" },
  },
  n8n: {
    label: "n8n",
    connector: "n8n",
    path: "/n8n/webhook/ok",
    secret: { apiKey: N8N_KEY },
  },
  webhook: {
    label: "Webhook",
    connector: "webhook",
    path: "/hook/ok",
    secret: { apiKey: "hook-bearer", signingSecret: HOOK_SECRET },
  },
};

/** As a configuration file names them: the connections, and an agent of the same name on each. */
export function platformConfig(
  upstreamUrl: string,
  price: object,
): { connections: object[]; agents: object[] } {
  const all = Object.entries(PLATFORMS);
  return {
    connections: all.map(([id, { connector, path, settings, secret }]) => ({
      id,
      connector,
      settings: { baseUrl: `${upstreamUrl}${path}`, ...settings },
      secrets: [secret],
    })),
    agents: all.map(([slug, { label, agent }]) => ({
      slug,
      name: label,
      target: { connection: slug, ...(agent === undefined ? {} : { agent }) },
      price,
    })),
  };
}
