/** Error codes of Volcengine Ark: dotted, the HTTP class as their type. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { say } from "../kit/guide.ts";
import { entryOf } from "../kit/json.ts";
import type { ErrorCodes } from "../kit/openai/errors.ts";

export const ARK_CODES: ErrorCodes = {
  MissingParameter: "rejected",
  InvalidParameter: "rejected",
  SensitiveContentDetected: "content_blocked",
  InputTextSensitiveContentDetected: "content_blocked",
  InputImageSensitiveContentDetected: "content_blocked",
  OutputTextSensitiveContentDetected: "content_blocked",
  "InvalidEndpoint.ClosedEndpoint": "target_not_found",
  AuthenticationError: "unauthorized",
  InvalidAccountStatus: "forbidden",
  AccessDenied: "forbidden",
  AccountOverdueError: "quota_exhausted",
  // One model that is not switched on says nothing of the key, which serves the others.
  "OperationDenied.ServiceNotOpen": "target_not_found",
  "OperationDenied.ServiceOverdue": "quota_exhausted",
  InvalidEndpointOrModel: "target_not_found",
  ModelNotOpen: "target_not_found",
  NotFound: "target_not_found",
  // The free allowance of one model, or a limit that the account has set for it: time heals neither.
  QuotaExceeded: "quota_exhausted",
  SetLimitExceeded: "quota_exhausted",
  RateLimitExceeded: "rate_limited",
  RequestBurstTooFast: "rate_limited",
  ServerOverloaded: "overloaded",
  InflightBatchsizeExceeded: "overloaded",
  InternalServiceError: "unavailable",
  // Types, which is all that is known of codes that are new.
  BadRequest: "rejected",
  Unauthorized: "unauthorized",
  Forbidden: "forbidden",
  TooManyRequests: "rate_limited",
};

const ADVICE: Record<string, LocalText> = {
  AuthenticationError: say(
    "密钥无效：请确认粘贴的是 API Key 而不是 Access Key（AK/SK），并与接口地址同属一个站点。",
    "The key is not valid: see that it is an API key, not an access key pair (AK/SK), of the same site as the base URL.",
  ),
  ModelNotOpen: say(
    "模型尚未开通，请在方舟控制台的“开通管理”中开通。",
    "The model is not activated: do so under “开通管理” (activation) in the Ark console.",
  ),
  "InvalidEndpointOrModel.NotFound": say(
    "找不到这个模型、接入点或智能体：请检查 ID、密钥所属的项目，以及智能体是否已发布。",
    "There is no such model, endpoint or bot: check the id, the project of the key, and whether the bot is published.",
  ),
  AccountOverdueError: say(
    "火山引擎账号欠费，请充值。",
    "The Volcengine account is overdue: top it up.",
  ),
  SetLimitExceeded: say(
    "已达到账号自己设置的推理限额，请在方舟控制台调高，或关闭“安心体验模式”。",
    "The limit that the account has set itself is reached: raise it in the Ark console, or switch off “安心体验模式” (safe trial mode).",
  ),
  QuotaExceeded: say(
    "免费额度已用完，请开通付费。",
    "The free allowance is used up: switch the model to paid use.",
  ),
};

export function arkAdvice(error: UpstreamError): LocalText | null {
  return entryOf(ADVICE, error.upstreamCode);
}
