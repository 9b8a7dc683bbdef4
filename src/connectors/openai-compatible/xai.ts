/** xAI: https://docs.x.ai. Reasoning is not counted among completion tokens, and may be sent twice. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";

export const xai = declareOpenAiLike({
  id: "xai",
  label: say("xAI Grok", "xAI Grok"),
  baseUrl: "https://api.x.ai/v1",
  key: {
    placeholder: "xai-…",
    help: say("以 xai- 开头。", "Starts with xai-."),
    pattern: {
      source: "^(?!sk-)",
      message: say(
        "xAI 的密钥以 xai- 开头，这是其他平台的密钥。",
        "Keys of xAI start with xai-; this is a key of another platform.",
      ),
    },
  },
  steps: [
    step(
      "打开 xAI 控制台的 API Keys，点 **Create API key**，endpoints 和 models 都选 **all**，复制密钥。",
      "Open API Keys in the xAI console, press **Create API key**, choose **all** endpoints and models, copy the key.",
      "https://console.x.ai",
    ),
    step("在 **Billing** 购买预付额度。", "Buy prepaid credits under **Billing**."),
    TEST_STEP,
  ],
  // What is deferred is fetched by another call, which nobody makes here.
  capabilities: {
    image: { fields: { size: null, quality: null }, choosesAnswer: true },
    video: {
      create: "/videos/generations",
      fields: { seconds: "duration", size: null },
      picture: "object",
      job: "request_id",
      look: { path: "/videos/{job}" },
      states: { pending: "in_progress", done: "completed", failed: "failed", expired: "failed" },
    },
  },
  body: { limitField: "max_tokens", leavesOut: ["deferred"] },
  answers: { reasoningExcluded: true, reasoningRepeats: true },
});
