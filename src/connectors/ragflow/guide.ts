/** How RAGFlow is connected. */
import type { Guide } from "../../contract/guide.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const CLOUD_URL = "https://cloud.ragflow.io/api/v1";

export const KEY_PATTERN = {
  source: "^(?!sk-|app-|application-|fastgpt-|dataset-|pat_)",
  message: say(
    "这是其他平台的密钥；RAGFlow 的密钥以 ragflow- 开头。",
    "This is a key of another platform; RAGFlow's start with ragflow-.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "在 RAGFlow 用要发布的 **聊天** 或 **智能体** 的所有者登录；智能体要先 **发布**。",
      "Log in to RAGFlow as the owner of the **Chat** or **Agent** to publish; **publish** agents first.",
      "https://ragflow.io/docs/",
    ),
    step(
      "点右上角头像 → **API**，复制 **API 服务器** 的地址。",
      "Press the avatar at the top right → **API** and copy the address of the **API server**.",
    ),
    step(
      "点 **API Key** → **创建新密钥**，复制 ragflow- 开头的密钥。",
      "Press **API Key** → **Create new key** and copy the key starting with ragflow-.",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "ragflow-…",
      help: say(
        "一个密钥可用其所有者的全部聊天助理和智能体。",
        "One key reaches all chats and agents of its owner.",
      ),
      pattern: KEY_PATTERN,
    }),
    baseUrlField(
      say(
        "API 服务器地址，例如 http://主机:9380/api/v1；须是本服务器能访问的地址。",
        "The API server's, for instance http://host:9380/api/v1; one that this server reaches.",
      ),
      CLOUD_URL,
    ),
  ],
};
