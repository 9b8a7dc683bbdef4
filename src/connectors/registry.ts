/** The only file that names every platform. */
import type { Settings } from "../contract/config.ts";
import type { ConnectorInfo } from "../contract/guide.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { studio53ai } from "./53ai-studio/connector.ts";
import { anthropic } from "./anthropic/connector.ts";
import { appbuilder } from "./appbuilder/connector.ts";
import { bailian } from "./bailian/connector.ts";
import { bedrock } from "./bedrock/connector.ts";
import type { Account, AnyConnector, Connector } from "./connector.ts";
import { coze } from "./coze/connector.ts";
import { dify } from "./dify/connector.ts";
import { fastgpt } from "./fastgpt/connector.ts";
import { gemini } from "./gemini/connector.ts";
import { loopback } from "./loopback/connector.ts";
import { maxkb } from "./maxkb/connector.ts";
import { n8n } from "./n8n/connector.ts";
import { ollama } from "./ollama/connector.ts";
import { ark } from "./openai-compatible/ark.ts";
import { azure } from "./openai-compatible/azure.ts";
import { custom } from "./openai-compatible/custom.ts";
import { dashscope } from "./openai-compatible/dashscope.ts";
import { deepseek } from "./openai-compatible/deepseek.ts";
import { minimax } from "./openai-compatible/minimax.ts";
import { moonshot } from "./openai-compatible/moonshot.ts";
import { openai } from "./openai-compatible/openai.ts";
import { openrouter } from "./openai-compatible/openrouter.ts";
import { poe } from "./openai-compatible/poe.ts";
import { qianfan } from "./openai-compatible/qianfan.ts";
import { siliconflow } from "./openai-compatible/siliconflow.ts";
import { xai } from "./openai-compatible/xai.ts";
import { zhipu } from "./openai-compatible/zhipu.ts";
import { ragflow } from "./ragflow/connector.ts";
import { tencentAdp } from "./tencent-adp/connector.ts";
import { webhook } from "./webhook/connector.ts";
import { yuanqi } from "./yuanqi/connector.ts";

/** In the order in which the console shows them. */
const CONNECTORS: readonly AnyConnector[] = [
  openai,
  anthropic,
  bedrock,
  gemini,
  azure,
  deepseek,
  dashscope,
  ark,
  qianfan,
  moonshot,
  zhipu,
  minimax,
  siliconflow,
  openrouter,
  xai,
  poe,
  ollama,
  custom,
  coze,
  dify,
  studio53ai,
  yuanqi,
  fastgpt,
  ragflow,
  appbuilder,
  bailian,
  tencentAdp,
  maxkb,
  n8n,
  webhook,
  loopback,
];

const byId = new Map(CONNECTORS.map((connector) => [connector.id, connector]));

/** Null: no such platform. */
export function connectorById(id: string): AnyConnector | null {
  return byId.get(id) ?? null;
}

export function allConnectors(): readonly AnyConnector[] {
  return CONNECTORS;
}

/** What the console draws. */
export function connectorInfos(): ConnectorInfo[] {
  return CONNECTORS.map(({ id, label, family, guide, chat, offers, oauth }) => ({
    id,
    label,
    family,
    offers: {
      chat: chat !== undefined,
      agents: offers !== undefined && family === "agents",
      models: offers !== undefined && family !== "agents",
    },
    guide,
    callbackPath: oauth ? callbackPath(id) : null,
  }));
}

/** Where a platform sends people back to who have consented there; an admin tells it the platform. */
export const callbackPath = (id: string): string => `/api/callback/${id}/oauth`;

/** Settings and one secret, checked by the connector's own schemas; else the first that is wrong. */
export function openAccount<S, K>(
  connector: Pick<Connector<S, K>, "settings" | "secret">,
  settings: Settings,
  secretValues: Record<string, string>,
): Result<Account<S, K>, { path: string; message: string }> {
  const checked = connector.settings.safeParse(settings);
  if (!checked.success) return fail(firstIssue("settings", checked.error.issues));
  const secret = connector.secret.safeParse(secretValues);
  if (!secret.success) return fail(firstIssue("secret", secret.error.issues));
  return ok({ settings: checked.data, secret: secret.data });
}

interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

function firstIssue(root: string, issues: readonly Issue[]): { path: string; message: string } {
  const issue = issues[0];
  const path = [root, ...(issue?.path ?? [])].map(String).join(".");
  return { path, message: issue?.message ?? "not valid" };
}
