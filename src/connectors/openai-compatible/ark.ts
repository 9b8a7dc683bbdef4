/** Volcengine Ark (Doubao): models and endpoints, and bots (`bot-…`), which answer with references. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { ARK_BOT } from "./ark-bot.ts";
import { ARK_CODES, arkAdvice } from "./ark-errors.ts";

export const ark = declareOpenAiLike({
  id: "ark",
  label: say("火山方舟（豆包）", "Volcengine Ark (Doubao)"),
  baseUrl: "https://ark.cn-beijing.volces.com/api/v3",
  baseUrlHelp: say(
    "国际站 BytePlus ModelArk 是另一个账号，请填 https://ark.ap-southeast.bytepluses.com/api/v3。",
    "BytePlus ModelArk is another account: enter https://ark.ap-southeast.bytepluses.com/api/v3 for it.",
  ),
  tidyUrl: (url) => url.replace(/\/bots$/, "").replace(/(?<!\/v\d+)$/, "/api/v3"),
  key: {
    placeholder: "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    help: say(
      "长期有效的 API Key，不是 Access Key（AK/SK），也不是 ep- 或 bot- 开头的 ID。",
      "The long-lived API key: not an access key pair (AK/SK), nor an id that starts with ep- or bot-.",
    ),
    pattern: {
      source: "^(?!AKLT|AKTP|ep-|bot-|sk-ant-|sk-or-|sk-proj-|bce-v3/)",
      message: say(
        "这不是方舟的 API Key，请在“API Key 管理”页面新建一个。",
        "This is not an API key of Ark; create one on the page “API Key 管理” (API keys).",
      ),
    },
  },
  extras: [ARK_BOT],
  targetSetting: "botId",
  steps: [
    step(
      "登录方舟控制台（需实名认证且有余额），在 **开通管理** 中开通要用的每个模型。",
      "Log in to the Ark console (real-name verified, with a balance) and activate every model you need under **开通管理** (activation).",
      "https://console.volcengine.com/ark",
    ),
    step(
      "打开 **API Key 管理**，选好项目，点 **创建 API Key** 并复制；密钥只能用于该项目的接入点和应用。",
      "Open **API Key 管理** (API keys), choose the project, press **创建 API Key** (create) and copy it; it reaches only that project's endpoints and apps.",
    ),
    step(
      "模型填模型 ID（doubao-…）或 **在线推理** 中的接入点（ep-…）；智能体在 **应用实验室 › 我的应用** 点 **发布** 后复制 bot-… 的 ID。密钥列不出智能体，请手工填写。",
      "A model is its id (doubao-…) or an endpoint (ep-…) from **在线推理** (inference); for a bot press **发布** (publish) under **应用实验室 › 我的应用** (app lab, my apps) and copy its id bot-…. Keys cannot list bots: type the id.",
    ),
    TEST_STEP,
  ],
  // Thoughts are part of this limit, but not of `max_tokens`; bots know only the latter.
  capabilities: {
    embed: {},
    image: { fields: { count: null, quality: null }, edits: "data", choosesAnswer: true },
  },
  body: {
    limitField: "max_completion_tokens",
    thinking: { field: "thinking", models: /^doubao-seed/ },
  },
  detours: [{ target: /^bot-/, path: "/bots/chat/completions", limitField: "max_tokens" }],
  answers: { codes: ARK_CODES },
  advice: arkAdvice,
});
