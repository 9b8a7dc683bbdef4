/** The built-in model: no key, no network, the same path as every other. */
import * as z from "zod";
import type { Connector } from "../connector.ts";
import { say, step } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { answerLoopback, LOOPBACK_MODEL } from "./answer.ts";

const ADDRESS = "loopback:";

const speech = declareOpenAiLike({
  id: "loopback",
  label: say("内置模型", "Built-in model"),
  baseUrl: ADDRESS,
  key: { placeholder: "", help: say("", ""), required: false },
  steps: [],
  body: { limitField: "max_tokens", limitFieldOnly: true },
});

export const loopback: Connector<{ baseUrl: string }, Record<string, never>> = {
  ...speech,
  family: "builtin",
  guide: {
    steps: [
      step(
        "内置模型不需要密钥，也不联网，适合试用门户、计费和统计。点 **测试连接**，然后发布模型 guide。",
        "The built-in model needs no key and no network; it is for trying out the portal, charging and statistics. Press **Test connection**, then publish the model guide.",
      ),
      step(
        "试验用的消息：`/long 400` 输出 400 段；`/fail busy`、`down`、`reject`、`cut`、`garbage` 演示各种错误。",
        "Messages for trials: `/long 400` answers in 400 chunks; `/fail busy`, `down`, `reject`, `cut` or `garbage` shows how errors look.",
      ),
    ],
    fields: [],
  },
  settings: z.strictObject({}).transform(() => ({ baseUrl: ADDRESS })),
  secret: z.strictObject({}),
  address: () => ADDRESS,
  transport: answerLoopback,
  trial: { target: { id: LOOPBACK_MODEL, maxOutputTokens: 8 }, text: "Hello" },
};
