/** Poe: https://creator.poe.com/api-reference. Models are bots; the key owner's points are spent. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";

export const poe = declareOpenAiLike({
  id: "poe",
  label: say("Poe", "Poe"),
  baseUrl: "https://api.poe.com/v1",
  key: {
    placeholder: "…",
    help: say(
      "调用会消耗密钥所有者的 Poe 点数。",
      "Calls spend the points of the account that owns the key.",
    ),
    pattern: {
      source: "^(?!sk-ant-|sk-or-|sk-proj-|xai-)",
      message: say(
        "这是其他平台的密钥，请在 Poe 新建一个。",
        "This is a key of another platform; create one on Poe.",
      ),
    },
  },
  steps: [
    step(
      "登录 Poe，打开 API keys 页面，新建密钥并复制。",
      "Log in to Poe, open the API keys page, create a key and copy it.",
      "https://poe.com/api/keys",
    ),
    step(
      "付费模型需要有效的订阅或加购的点数。模型名就是机器人的名字，区分大小写；私有机器人不能用。",
      "Paid models need an active subscription or add-on points. A model's name is the bot's, in its very letters; private bots do not work.",
    ),
    TEST_STEP,
  ],
  body: { limitField: "max_tokens", leavesOut: ["parallel_tool_calls"] },
  waitHeader: "x-ratelimit-reset-requests",
  advice: (error) =>
    error.reason === "target_not_found"
      ? say(
          "没有这个机器人：名字区分大小写（如 Claude-Opus-4.7），私有机器人不能通过 API 使用。",
          "There is no such bot: names are case-sensitive (like Claude-Opus-4.7), and private bots cannot be used by API.",
        )
      : null,
});
