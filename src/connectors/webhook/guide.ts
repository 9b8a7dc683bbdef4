/** How a program of one's own is connected. */
import type { Guide } from "../../contract/guide.ts";
import { headerValueField, say, step, TEST_STEP, webhookUrlField } from "../kit/guide.ts";

export const SECRET_PATTERN = {
  source: "^.{16,}$",
  message: say("至少 16 个字符。", "At least 16 characters."),
};

export const guide: Guide = {
  steps: [
    step(
      '让您的程序接收 POST：消息在 JSON 的 message 字段，全部对话在 messages；{"type":"ping"} 是连接测试，以 200 和 JSON 对象应答。',
      'Have your program take a POST: the message is the JSON field message, the whole talk messages; {"type":"ping"} is the test, to be answered with 200 and a JSON object.',
    ),
    step(
      "应答可以是纯文本、带 text 字段的 JSON，或事件流（SSE 或每行一个 JSON）；最长 10 分钟，静默不超过 5 分钟。",
      "Answer with plain text, JSON with a field text, or a stream of events (SSE, or one JSON a line); within 10 minutes, silent for 5 at most.",
    ),
    step(
      "用签名密钥校验请求头 webhook-signature（Standard Webhooks 规范），或检查 Bearer 密钥。",
      "Verify the header webhook-signature with the signing secret (as Standard Webhooks specifies), or check the bearer key.",
      "https://www.standardwebhooks.com",
    ),
    TEST_STEP,
  ],
  fields: [
    webhookUrlField({
      label: say("Webhook 地址", "Webhook URL"),
      help: say("本服务器能访问的完整地址。", "A full address that this server reaches."),
      placeholder: "https://agent.example.com/portico",
    }),
    headerValueField({
      label: say("密钥", "Key"),
      help: say("以 Bearer 发送；可不填。", "Sent as a bearer; may stay empty."),
    }),
    {
      name: "signingSecret",
      in: "secret",
      kind: "password",
      label: say("签名密钥", "Signing secret"),
      help: say("用于签名，不会发送；可不填。", "Signs, and is never sent; may stay empty."),
      placeholder: "whsec_…",
      required: false,
      pattern: SECRET_PATTERN,
    },
  ],
};
