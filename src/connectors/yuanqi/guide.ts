/** How an agent of Yuanqi is connected, and what its errors mean to the admin. */
import type { Guide } from "../../contract/guide.ts";
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP, USUAL_BASE_URL } from "../kit/guide.ts";

export const CLOUD_URL = "https://yuanqi.tencent.com";

export const KEY_PATTERN = {
  source: "^(?!sk-|app-|application-|fastgpt-|ragflow-|AKID|pat_)",
  message: say(
    "这是其他平台的密钥；元器的 Token 在智能体的 调用API 页面（AKID 是腾讯云密钥）。",
    "This is a key of another platform; Yuanqi's token is on the agent's 调用API page (AKID… is of Tencent Cloud).",
  ),
};

export const AGENT_PATTERN = {
  source: "^[\\w-]{1,128}$",
  message: say("智能体 ID 是一串字母数字。", "An agent id is letters and digits."),
};

export const guide: Guide = {
  steps: [
    step(
      "在元器的 **我的创建** 中确认智能体已发布并通过审核。",
      "In Yuanqi's **我的创建** (my creations) see that the agent is published and has passed the review.",
      "https://yuanqi.tencent.com",
    ),
    step(
      "点卡片右下角 **…** → **调用API**（审核通过后才有）。",
      "Press **…** at the lower right of its card → **调用API** (call API; there only after the review).",
    ),
    step(
      "复制 **智能体ID** 和 **Token**；两者属于同一个智能体。",
      "Copy **智能体ID** (agent id) and **Token**; both belong to one agent.",
    ),
    TEST_STEP,
  ],
  fields: [
    {
      name: "assistantId",
      in: "settings",
      kind: "text",
      label: say("智能体 ID", "Agent id"),
      help: say("也叫 assistant_id 或 appid。", "Also called assistant_id or appid."),
      placeholder: "…",
      required: true,
      pattern: AGENT_PATTERN,
    },
    apiKeyField({
      placeholder: "Token",
      help: say("也叫 appkey。", "Also called appkey."),
      pattern: KEY_PATTERN,
    }),
    baseUrlField(USUAL_BASE_URL, CLOUD_URL),
  ],
};

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise({ reason }: UpstreamError): LocalText | null {
  switch (reason) {
    case "unauthorized":
    case "forbidden":
      return say(
        "Token 已重置，或与智能体 ID 不属于同一个智能体：请在 调用API 页面重新复制两者。",
        "The token was reset, or is of another agent than the id: copy both again from 调用API.",
      );
    case "target_not_found":
      return say(
        "智能体不存在、未发布或仍在审核。",
        "The agent does not exist, is not published, or still under review.",
      );
    case "rate_limited":
      return say(
        "达到了每日额度或并发上限（每个智能体 10 个）。",
        "The day's quota or the concurrency (10 for each agent) is used up.",
      );
    default:
      return null;
  }
}
