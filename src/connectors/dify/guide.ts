/** How an app of Dify is connected, and what its errors mean to the admin. */
import type { Guide } from "../../contract/guide.ts";
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const CLOUD_URL = "https://api.dify.ai/v1";

export const KEY_PATTERN = {
  source: "^(?!dataset-|sk-|pat_)",
  message: say(
    "这不是应用密钥：应用密钥以 app- 开头，在应用的“访问 API”页面创建；dataset- 开头的是知识库密钥。",
    "This is not the key of an app: those start with app- and are made on the app's API Access page; dataset- keys belong to knowledge bases.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "在 Dify 的 **工作室** 打开要发布的应用（聊天助手、Agent、Chatflow、工作流或文本生成）。",
      "In Dify's **Studio** open the app to publish (chatbot, agent, chatflow, workflow or text generator).",
      "https://cloud.dify.ai/apps",
    ),
    step(
      "点 **发布** → **发布更新**；以后每次修改都要重新发布。",
      "Press **Publish** → **Publish Update**; again after every change.",
    ),
    step(
      "打开左侧 **访问 API**，确认 **后端服务 API** 为 **运行中**，复制右上角的 **API 服务器** 地址。",
      "Open **API Access** on the left, see that **Backend Service API** reads **In Service**, and copy the **API Server** address at the top right.",
    ),
    step(
      "点 **API 密钥** → **创建密钥**，复制 app- 开头的密钥。一个密钥对应一个应用。",
      "Press **API Key** → **Create new Secret key** and copy the key starting with app-. One key is one app.",
    ),
    TEST_STEP,
  ],
  fields: [
    baseUrlField(
      say(
        "“访问 API”页面上的 API 服务器。自托管时填写本服务器能访问的地址，不要填 localhost。",
        "The API Server of the API Access page. Self-hosted: an address that this server reaches, not localhost.",
      ),
      CLOUD_URL,
    ),
    apiKeyField({
      placeholder: "app-…",
      help: say("以 app- 开头的应用密钥。", "The key of the app, starting with app-."),
      pattern: KEY_PATTERN,
    }),
  ],
};

const OTHER_KIND = say(
  "这个密钥属于另一种类型的应用。请在 连接 中重新读取应用，再按它现在的类型（聊天、Chatflow、工作流或文本生成）重新发布。",
  "This key belongs to an app of another kind. List the app again under its connection, and publish it as what it is now (chat, chatflow, workflow or text generation).",
);
const NOT_PUBLISHED = say(
  "应用还没有发布。请在 Dify 里点 发布 → 发布更新。",
  "The app is not published. Press Publish → Publish Update in Dify.",
);
const FIX_PROVIDER = say(
  "Dify 里的模型供应商没有配置好或额度已用完。请在 Dify 的 设置 › 模型供应商 中处理。",
  "The model provider inside Dify is not set up or its quota is used up. See Settings › Model Provider in Dify.",
);

const BY_CODE: Record<string, LocalText> = {
  app_unavailable: NOT_PUBLISHED,
  agent_not_published: NOT_PUBLISHED,
  unknown_app_kind: OTHER_KIND,
  not_chat_app: OTHER_KIND,
  not_completion_app: OTHER_KIND,
  not_workflow_app: OTHER_KIND,
  provider_not_initialize: FIX_PROVIDER,
  provider_quota_exceeded: FIX_PROVIDER,
  model_currently_not_support: FIX_PROVIDER,
  rate_limit_error: say(
    "Dify 套餐的请求额度已用完，请升级套餐或稍后再试。",
    "The request quota of the Dify plan is used up; upgrade the plan or wait.",
  ),
  too_many_requests: say(
    "Dify 应用的并发数已满，请稍后再试。",
    "The Dify app serves as many requests at once as it may; try again shortly.",
  ),
};

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  const known = error.upstreamCode === null ? undefined : BY_CODE[error.upstreamCode];
  if (known) return known;
  switch (error.reason) {
    case "unauthorized":
      return say(
        "密钥无效：可能已删除，或属于另一台 Dify 服务器。请在该应用的“访问 API”页面新建密钥。",
        "The key is not valid: deleted, or of another Dify server. Create a new one on the app's API Access page.",
      );
    case "forbidden":
      return say(
        "应用的 API 已停用，或工作空间已归档。请在应用的 概览 页打开 后端服务 API。",
        "The app's API is switched off, or its workspace is archived. Switch on Backend Service API on the app's Overview page.",
      );
    case "target_not_found":
      return say(
        "这个地址上没有 Dify 的接口。请复制“访问 API”页面上的 API 服务器地址，通常以 /v1 结尾。",
        "There is no Dify API at this address. Copy the API Server address of the API Access page; it usually ends in /v1.",
      );
    default:
      return null;
  }
}
