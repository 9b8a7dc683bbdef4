/** Zhipu (Z.ai): https://docs.bigmodel.cn. Its codes are numbers in quotes, its base ends in /v4. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { ZHIPU_CODES } from "./zhipu-errors.ts";

export const zhipu = declareOpenAiLike({
  id: "zhipu",
  label: say("智谱 GLM", "Zhipu GLM (Z.ai)"),
  baseUrl: "https://open.bigmodel.cn/api/paas/v4",
  baseUrlHelp: say(
    "以 /v4 结尾。国际站 Z.ai 请填 https://api.z.ai/api/paas/v4；GLM Coding Plan 的地址是 …/api/coding/paas/v4。",
    "Ends in /v4. For Z.ai enter https://api.z.ai/api/paas/v4; the GLM Coding Plan has …/api/coding/paas/v4.",
  ),
  tidyUrl: (url) => url.replace(/\/v4\/v1$/, "/v4"),
  key: {
    placeholder: "xxxxxxxx….xxxxxxxx",
    help: say("中间有一个点，整串复制。", "There is a dot inside: copy the whole of it."),
    pattern: {
      source: "^(?!sk-|xai-|bce-v3/)",
      message: say(
        "这是其他平台的密钥，请在智谱开放平台新建一个。",
        "This is a key of another platform; create one on the Zhipu platform.",
      ),
    },
  },
  steps: [
    step(
      "登录智谱开放平台，打开 **API Keys**，点 **添加新的 API Key**，复制密钥。",
      "Log in to the Zhipu platform (or Z.ai), open **API Keys**, add a new key and copy it.",
      "https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
    ),
    step(
      "国内站需实名认证；确认账户有余额或资源包。",
      "See that the account has a balance or a resource pack; the Chinese site asks for real-name verification.",
    ),
    TEST_STEP,
  ],
  body: {
    limitField: "max_tokens",
    limitFieldOnly: true,
    jsonSchema: false,
    thinking: { field: "thinking", models: /^glm-([5-9]|4\.[5-9])/i },
    leavesOut: ["n", "logprobs", "top_logprobs", "logit_bias", "parallel_tool_calls"],
  },
  answers: { codes: ZHIPU_CODES },
  advice: (error) =>
    error.upstreamCode === "1113"
      ? say(
          "智谱账户欠费或没有该模型的资源包；Coding Plan 的额度只能用于它自己的接口地址。",
          "The account is in arrears or has no resource pack for the model; the Coding Plan's allowance works only at its own base URL.",
        )
      : null,
});
