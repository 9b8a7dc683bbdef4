/**
 * Errors of AppBuilder: `{"code","message","request_id"}` as failed answers, in a 200 and in
 * streams. No list of its codes is published; what is not said by the status is read from the
 * sentence.
 */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";

const SENTENCES: readonly (readonly [RegExp, UpstreamReason])[] = [
  [
    /conversation.{0,40}(not (exist|found)|invalid|expired)|会话.{0,10}(不存在|过期|失效)/i,
    "conversation_gone",
  ],
  [/invalid.{0,10}conversation/i, "conversation_gone"],
  [
    /\bapp\b.{0,40}(not (exist|found|published|belong)|no permission)|应用.{0,10}(不存在|未发布)/i,
    "target_not_found",
  ],
  [/arrears|balance|quota|欠费|余额|额度/i, "quota_exhausted"],
  [/qps|rate limit|too many|限流/i, "rate_limited"],
  [/sensitive|unsafe|敏感|安全/i, "content_blocked"],
];

export function reasonOfSentence(sentence: string): UpstreamReason | null {
  return SENTENCES.find(([pattern]) => pattern.test(sentence))?.[1] ?? null;
}

/** The error that a payload describes; null when it describes none. `status`: of the answer. */
export function errorInPayload(payload: Json, status: number | null): UpstreamError | null {
  const code = typeof payload.code === "number" ? String(payload.code) : asText(payload.code);
  const message = asText(payload.message);
  if (message === null || code === "0") return null;
  const ofStatus = status === null ? "unavailable" : reasonOfStatus(status);
  const told = status === 401 ? null : reasonOfSentence(`${code ?? ""} ${message}`);
  return upstreamError(told ?? ofStatus, message, { status, upstreamCode: code });
}

export function explain(answer: UpstreamAnswer): UpstreamError {
  const payload = asObject(parseJson(answer.body));
  return (payload && errorInPayload(payload, answer.status)) ?? errorOfStatus(answer);
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise({ reason }: UpstreamError): LocalText | null {
  switch (reason) {
    case "unauthorized":
      return say(
        "密钥无效：请复制 bce-v3/ALTAK-…/… 整串；AK/SK、API Key + Secret Key 和已过期的短期密钥都不能用。",
        "The key is not valid: copy the whole bce-v3/ALTAK-…/…; AK/SK, pairs of API key and secret key and expired short-lived keys do not work.",
      );
    case "forbidden":
      return say(
        "密钥没有 千帆AppBuilder 的权限：请在 API Key 的权限中选择 全部权限，或加入该服务和应用。",
        "The key lacks the service 千帆AppBuilder: choose 全部权限 (all permissions) for it, or add the service and the app.",
      );
    case "target_not_found":
      return say(
        "应用不存在或未发布，或不属于这个密钥的账号。请在 AppBuilder 中点 发布。",
        "The app does not exist, is not published, or is of another account than the key. Press 发布 (publish) in AppBuilder.",
      );
    case "quota_exhausted":
      return say(
        "百度智能云账户欠费或额度用完。",
        "The Baidu AI Cloud account is in arrears or out of quota.",
      );
    default:
      return null;
  }
}
