/** Error codes of DashScope, in OpenAI's shape and in its own. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { say } from "./guide.ts";
import type { ErrorCodes } from "./openai/errors.ts";

export const DASHSCOPE_CODES: ErrorCodes = {
  InvalidParameter: "rejected",
  BadRequest: "rejected",
  "BadRequest.TooLarge": "too_large",
  InvalidURL: "rejected",
  UnsupportedOperation: "rejected",
  DataInspectionFailed: "content_blocked",
  data_inspection_failed: "content_blocked",
  FaqRuleBlocked: "content_blocked",
  Arrearage: "quota_exhausted",
  InvalidApiKey: "unauthorized",
  AccessDenied: "forbidden",
  // One model that is not bought says nothing of the key, which serves the others.
  "AccessDenied.Unpurchased": "target_not_found",
  ModelNotFound: "target_not_found",
  RequestTimeOut: "timeout",
  Throttling: "rate_limited",
  LimitRequests: "rate_limited",
  InternalError: "unavailable",
  "InternalError.Timeout": "timeout",
  ModelUnavailable: "overloaded",
  SystemError: "unavailable",
};

export function dashscopeAdvice(error: UpstreamError): LocalText | null {
  if (error.upstreamCode === "AccessDenied.Unpurchased") {
    return say(
      "该模型或服务尚未开通，请在百炼控制台开通。",
      "The model or service is not activated: do so in the Model Studio console.",
    );
  }
  if (error.reason === "unauthorized") {
    return say(
      "密钥无效：密钥与接口地址必须属于同一地域和计费方案；RAM 用户被移出业务空间后密钥也会失效。",
      "The key is not valid: key and base URL must be of the same region and plan; keys of a RAM user die when he leaves the workspace.",
    );
  }
  if (error.reason === "forbidden") {
    return say(
      "密钥无权访问：请检查密钥的权限范围、所属业务空间和 IP 白名单。",
      "The key may not do this: check its permissions, its workspace and its IP allow-list.",
    );
  }
  return null;
}
