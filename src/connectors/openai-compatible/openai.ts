/** OpenAI: https://platform.openai.com/docs/api-reference/chat */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { EVERYTHING } from "../kit/openai/tasks.ts";

export const openai = declareOpenAiLike({
  id: "openai",
  label: say("OpenAI", "OpenAI"),
  baseUrl: "https://api.openai.com/v1",
  key: {
    placeholder: "sk-proj-…",
    help: say(
      "以 sk- 开头，只在创建时显示一次。ChatGPT 订阅不包含 API 额度。",
      "Starts with sk- and is shown only once. A ChatGPT subscription is not API credit.",
    ),
    pattern: {
      source: "^(?!sk-admin-|sk-ant-|sk-or-|ek_)",
      message: say(
        "这不是用于调用模型的 OpenAI 密钥（例如管理密钥 sk-admin-…）。请在 API keys 页面新建一个。",
        "This is not an OpenAI key for calling models (an admin key sk-admin-…, for instance). Create one on the API keys page.",
      ),
    },
  },
  steps: [
    step(
      "打开 API keys 页面，点 **Create new secret key**，填名称、选择 Project，Permissions 选 **All**。",
      "Open the API keys page and press **Create new secret key**: give it a name, choose the project, permissions **All**.",
      "https://platform.openai.com/api-keys",
    ),
    step(
      "在 Settings › Billing 用 **Add to credit balance** 充值；部分模型还需在 Organization › General 点 **Verify Organization**。",
      "Under Settings › Billing top up with **Add to credit balance**; some models also need **Verify Organization** under Organization › General.",
      "https://platform.openai.com/settings/organization/billing",
    ),
    TEST_STEP,
  ],
  capabilities: EVERYTHING,
  body: {
    limitField: "max_completion_tokens",
    developerRole: true,
    thinking: { field: "reasoning_effort", models: /^(o\d|gpt-[5-9])/ },
  },
  answers: { codes: { unsupported_country_region_territory: "forbidden" } },
  advice: (error) =>
    error.upstreamCode === "unsupported_country_region_territory"
      ? say(
          "OpenAI 不为本服务器所在地区提供服务，请改用可用地区的代理地址。",
          "OpenAI does not serve the region this server is in; use the address of a proxy in a supported one.",
        )
      : null,
});
