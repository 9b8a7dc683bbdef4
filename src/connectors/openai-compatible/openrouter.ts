/** OpenRouter: https://openrouter.ai/docs. The list of models is public, so `/key` proves the key. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";

export const openrouter = declareOpenAiLike({
  id: "openrouter",
  label: say("OpenRouter", "OpenRouter"),
  baseUrl: "https://openrouter.ai/api/v1",
  key: {
    placeholder: "sk-or-v1-…",
    help: say(
      "以 sk-or- 开头；管理（provisioning）密钥不能对话。",
      "Starts with sk-or-; a management (provisioning) key cannot chat.",
    ),
    pattern: {
      source: "^(?!sk-ant-|sk-proj-|xai-)",
      message: say(
        "这是其他平台的密钥，请在 OpenRouter 新建一个（sk-or-…）。",
        "This is a key of another platform; create one on OpenRouter (sk-or-…).",
      ),
    },
  },
  steps: [
    step(
      "打开 Keys 页面，点 **Create API Key**，填名称（可设额度上限），复制密钥，只显示一次。",
      "Open the Keys page, press **Create API Key**, give it a name (and a credit limit if you like) and copy it: it is shown once.",
      "https://openrouter.ai/settings/keys",
    ),
    step("确认账户有余额。", "See that the account has credits.", "https://openrouter.ai/credits"),
    TEST_STEP,
  ],
  capabilities: { embed: {} },
  body: {
    limitField: "max_tokens",
    developerRole: true,
    thinking: { field: "reasoning_effort", models: /./ },
  },
  answers: { codes: { provider_unavailable: "unavailable", provider_overloaded: "overloaded" } },
  probePath: "/key",
  headers: { "x-title": "Portico" },
  advice: (error) =>
    error.reason === "target_not_found" && error.detail.includes("data policy")
      ? say(
          "OpenRouter 的隐私设置排除了所有可用的服务商，请在 Settings › Privacy 中放宽。",
          "Your privacy settings at OpenRouter exclude every provider of this model; relax them under Settings › Privacy.",
        )
      : null,
});
