/** How a workflow of n8n is connected. */
import type { Guide } from "../../contract/guide.ts";
import { headerValueField, say, step, TEST_STEP, webhookUrlField } from "../kit/guide.ts";

export const URL_PATTERN = {
  source: "^(?!.*/webhook-test/)",
  message: say(
    "这是测试地址，只在 Listen for test event 后有效两分钟；请用 Production URL。",
    "This is the test address, alive only for two minutes after Listen for test event; use the Production URL.",
  ),
};

export const HEADER_PATTERN = {
  source: "^[A-Za-z0-9-]+$",
  message: say(
    "请求头名称只含字母、数字和连字符。",
    "A header's name has letters, digits and hyphens.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "新建工作流，第一步选 **On webhook call**（或 **On chat message** 并打开 **Make Chat Publicly Available**）。",
      "Create a workflow and choose **On webhook call** as its first step (or **On chat message** with **Make Chat Publicly Available** on).",
      "https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/",
    ),
    step(
      "Webhook 节点的 **HTTP Method** 选 **POST**，**Respond** 选 **When Last Node Finishes** 或 **Streaming**；消息在 {{$json.body.query}}，会话在 {{$json.body.sessionId}}（记忆节点用它作键）。",
      "In the Webhook node set **HTTP Method** to **POST** and **Respond** to **When Last Node Finishes** or **Streaming**; the message is {{$json.body.query}}, the conversation {{$json.body.sessionId}} (the key for a memory node).",
    ),
    step(
      "**Authentication** 选 **Header Auth** → **Create new credential**：Name 填 authorization，Value 填一串随机字符，**Save**。",
      "Set **Authentication** to **Header Auth** → **Create new credential**: Name authorization, Value a long random string, **Save**.",
    ),
    step(
      "让最后一个节点返回 JSON 的 output 字段；**Save** 后打开 **Active**（新版点 **Publish**），复制 **Production URL**。",
      "Have the last node return JSON with a field output; **Save**, switch on **Active** (newer: **Publish**) and copy the **Production URL**.",
    ),
    TEST_STEP,
  ],
  fields: [
    webhookUrlField({
      label: say("Production URL", "Production URL"),
      help: say(
        "须是本服务器能访问的地址；localhost:5678 请改用公网地址。",
        "An address that this server reaches; not localhost:5678.",
      ),
      placeholder: "https://n8n.example.com/webhook/…",
      pattern: URL_PATTERN,
    }),
    headerValueField({
      label: say("请求头的值", "Header value"),
      help: say(
        "与凭据中的 Value 完全一致，不加 Bearer。",
        "Exactly the credential's Value, no Bearer.",
      ),
    }),
    {
      name: "authHeader",
      in: "settings",
      kind: "text",
      label: say("请求头名称", "Header name"),
      help: say("与凭据中的 Name 一致。", "The credential's Name."),
      placeholder: "authorization",
      required: false,
      pattern: HEADER_PATTERN,
    },
  ],
};
