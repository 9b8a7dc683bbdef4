/** Errors of MaxKB: `{"code","message","data":null}`, with any status, 200 included. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { type ErrorCodes, explainAnswer } from "../kit/openai/errors.ts";

export const MAXKB_CODES: ErrorCodes = {
  "401": "unauthorized",
  "403": "forbidden",
  "404": "target_not_found",
  "500": "unavailable",
  // The questions that one client may ask on a day are used up.
  "1002": "rate_limited",
};

export function explain(answer: UpstreamAnswer): UpstreamError {
  const error = explainAnswer(answer, MAXKB_CODES);
  return withConversation(error);
}

/** Of the failures that share the code 500, the one that a new conversation cures. */
export function withConversation(error: UpstreamError): UpstreamError {
  const gone = /(conversation|chat) (does )?not exist|会话不存在/i.test(error.detail);
  return gone ? { ...error, reason: "conversation_gone" } : error;
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  switch (error.reason) {
    case "unauthorized":
    case "forbidden":
      return say(
        "密钥无效或已停用：请在应用的 概览 › API Key 中查看，启用开关要打开。",
        "The key is not valid or switched off: see Overview › API Key of the application; its switch must be on.",
      );
    case "target_not_found":
    case "protocol_violation":
      return say(
        "地址不对：请完整复制 API 访问凭据 中的 Base URL；若是内网地址，只换掉主机和端口，保留路径。",
        "The address is wrong: copy the whole Base URL of API Access Credentials; of an internal one change only host and port, and keep the path.",
      );
    case "rate_limited":
      return say(
        "达到了应用的 每个客户端提问限制，请在 访问限制 中调高。",
        "The application's Query Limit per Client is reached; raise it under Access Control.",
      );
    default:
      return null;
  }
}
