/** Any other platform that speaks OpenAI's chat protocol: vLLM, LM Studio, one's own gateway. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { EVERYTHING } from "../kit/openai/tasks.ts";

export const custom = declareOpenAiLike({
  id: "openai-compatible",
  label: say("兼容 OpenAI 的平台", "Any OpenAI-compatible platform"),
  baseUrl: null,
  baseUrlHelp: say(
    "平台文档里的 base_url，通常以 /v1 结尾，须能从本服务器访问。",
    "What the platform's documents call base_url, usually ending in /v1; it must be reachable from this server.",
  ),
  key: {
    placeholder: "sk-…",
    help: say("平台不需要密钥时留空。", "Leave it empty where the platform needs none."),
    required: false,
    pattern: {
      source: "^(?!sk-admin-|sk-ant-admin)",
      message: say("这是管理密钥，不能调用模型。", "This is an admin key; it cannot call models."),
    },
  },
  steps: [
    step(
      "向平台确认三样东西：接口地址（base_url）、密钥、模型名称。",
      "Ask the platform for three things: the base URL (base_url), a key, and the names of the models.",
    ),
    step(
      "平台在内网时，请填写本服务器能访问到的地址；自签名证书不可用。",
      "Where the platform is on your own network, enter an address that this server reaches; self-signed certificates do not work.",
    ),
    TEST_STEP,
  ],
  extras: [
    {
      name: "keyHeader",
      label: say("密钥的请求头", "Header of the key"),
      help: say(
        "一般不填（Authorization: Bearer）；平台要求放在其他请求头时填写其名称。",
        "Usually left empty (Authorization: Bearer); the header's name where the platform wants the key in another.",
      ),
      placeholder: "x-api-key",
      pattern: {
        source: "^[A-Za-z0-9-]+$",
        message: say("请求头的名称，例如 x-api-key。", "The name of a header, such as x-api-key."),
      },
    },
  ],
  capabilities: EVERYTHING,
  body: { limitField: "max_tokens" },
  answers: { inlineThinking: true },
});
