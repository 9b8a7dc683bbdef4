/** DeepSeek: https://api-docs.deepseek.com */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";

export const deepseek = declareOpenAiLike({
  id: "deepseek",
  label: say("深度求索 DeepSeek", "DeepSeek"),
  baseUrl: "https://api.deepseek.com",
  key: {
    placeholder: "sk-…",
    help: say("以 sk- 开头，只在创建时显示一次。", "Starts with sk- and is shown only once."),
    pattern: {
      source: "^(?!sk-ant-|sk-or-|sk-proj-)",
      message: say(
        "这是其他平台的密钥，请在 DeepSeek 开放平台新建一个。",
        "This is a key of another platform; create one on the DeepSeek platform.",
      ),
    },
  },
  steps: [
    step(
      "登录 DeepSeek 开放平台，打开 **API keys**，点 **创建 API key**，复制密钥。",
      "Log in to the DeepSeek platform, open **API keys**, press **Create new API key** and copy it.",
      "https://platform.deepseek.com/api_keys",
    ),
    step(
      "在 **充值** 页面确认余额大于零。",
      "See under **Top up** that the balance is above zero.",
      "https://platform.deepseek.com/top_up",
    ),
    TEST_STEP,
  ],
  body: {
    limitField: "max_tokens",
    limitFieldOnly: true,
    jsonSchema: false,
    reasoningWithTools: true,
    thinking: { field: "thinking", models: /-v\d/ },
  },
});
