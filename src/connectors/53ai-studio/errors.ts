/** Errors of 53AI Studio. Their shape is documented nowhere: what there is of words is taken. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { asText, type Json } from "../kit/json.ts";
import {
  errorInPayload as commonError,
  type ErrorCodes,
  explainAnswer,
} from "../kit/openai/errors.ts";

/** Dify's, of which the API is a relative. */
const CODES: ErrorCodes = {
  unauthorized: "unauthorized",
  app_unavailable: "target_not_found",
  agent_not_published: "target_not_found",
  provider_quota_exceeded: "quota_exhausted",
  too_many_requests: "rate_limited",
  invalid_param: "rejected",
  "401": "unauthorized",
  "403": "forbidden",
  "404": "target_not_found",
  "429": "rate_limited",
};

/** The error that a payload under the status 200 describes; null when it describes none. */
export function errorInPayload(payload: Json): UpstreamError | null {
  const message = asText(payload.message) ?? asText(payload.msg);
  const error = commonError(message === null ? payload : { ...payload, message }, CODES);
  return error && withConversation(error);
}

export function explain(answer: UpstreamAnswer): UpstreamError {
  return withConversation(explainAnswer(answer, CODES));
}

function withConversation(error: UpstreamError): UpstreamError {
  const gone = /conversation.{0,20}(not exist|not found)|会话不存在/i.test(error.detail);
  return gone ? { ...error, reason: "conversation_gone" } : error;
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise({ reason }: UpstreamError): LocalText | null {
  switch (reason) {
    case "unauthorized":
    case "forbidden":
      return say(
        "密钥无效：重新生成后旧密钥即失效，请到 设置 › 企业信息 复制当前的 Secret Key。",
        "The key is not valid: a new one ends the old. Copy the present Secret Key from Settings › Enterprise Information.",
      );
    case "target_not_found":
      return say(
        "智能体不存在、未发布，或该密钥无权使用；也请检查接口地址。",
        "The agent does not exist, is not published, or not this key's to use; check the base URL too.",
      );
    default:
      return null;
  }
}
