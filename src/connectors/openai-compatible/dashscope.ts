/** Alibaba Bailian (Model Studio), its models by the OpenAI-compatible API of DashScope. */

import { DASHSCOPE_CODES, dashscopeAdvice } from "../kit/dashscope.ts";
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";

const PATH = "/compatible-mode/v1";

export const dashscope = declareOpenAiLike({
  id: "dashscope",
  label: say("阿里云百炼（通义千问）", "Alibaba Model Studio (Qwen)"),
  baseUrl: `https://dashscope.aliyuncs.com${PATH}`,
  baseUrlHelp: say(
    `与密钥的地域一致。北京：dashscope.aliyuncs.com；新加坡：dashscope-intl.aliyuncs.com；弗吉尼亚：dashscope-us.aliyuncs.com；香港：cn-hongkong.dashscope.aliyuncs.com；或业务空间的专属域名。后接 ${PATH}。`,
    `Of the same region as the key. Beijing: dashscope.aliyuncs.com; Singapore: dashscope-intl.aliyuncs.com; Virginia: dashscope-us.aliyuncs.com; Hong Kong: cn-hongkong.dashscope.aliyuncs.com; or the domain of the workspace. Followed by ${PATH}.`,
  ),
  tidyUrl: (url) => (new URL(url).pathname === "/" ? `${url}${PATH}` : url),
  key: {
    placeholder: "sk-…",
    help: say(
      "按地域和业务空间区分；sk-sp- 开头的是 Coding Plan 密钥，不能用。",
      "Belongs to one region and workspace; a key that starts with sk-sp- is of the Coding Plan and does not work here.",
    ),
    pattern: {
      source: "^(?!sk-sp-|sk-ant-|sk-or-|sk-proj-|bce-v3/|LTAI)",
      message: say(
        "这不是百炼的 API Key（sk-sp- 是 Coding Plan 密钥，LTAI 是 AccessKey）。请在“密钥管理”中新建一个。",
        "This is not an API key of Model Studio (sk-sp- is of the Coding Plan, LTAI an AccessKey). Create one under Key Management.",
      ),
    },
  },
  steps: [
    step(
      "登录百炼控制台（国内站需实名认证），在右上角选择地域，首次进入时点 **开通**。",
      "Log in to the Model Studio console, choose the region at the top right and activate the service on the first visit.",
      "https://bailian.console.aliyun.com",
    ),
    step(
      "打开 **密钥管理 › API Key**，点 **创建API KEY**：归属业务空间选 **默认业务空间**，权限选 **全部**，复制密钥。",
      "Open **Key Management › API Key** and press **Create API Key**: workspace **Default workspace**, permissions all; copy the key.",
      "https://help.aliyun.com/zh/model-studio/get-api-key",
    ),
    TEST_STEP,
  ],
  // QwQ, QVQ, Omni and what thinks by default answer streams only.
  capabilities: { embed: { floatOnly: true } },
  body: {
    limitField: "max_tokens",
    limitFieldOnly: true,
    thinking: { field: "enable_thinking", models: /^qwen3|^qwen-(plus|flash|turbo)/ },
    streamsOnly: /^(qwq|qvq)|omni|thinking|^qwen3-\d/,
  },
  answers: { codes: DASHSCOPE_CODES },
  advice: dashscopeAdvice,
});
