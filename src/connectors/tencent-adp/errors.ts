/** Errors of Tencent ADP: numbered, in streams under the status 200 and as failed answers. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, entryOf, type Json, parseJson } from "../kit/json.ts";

const CODES: Partial<Record<UpstreamReason, readonly number[]>> = {
  unauthorized: [460001, 4505004],
  forbidden: [403, 460038],
  target_not_found: [
    460004, 460021, 460030, 460033, 460048, 460100, 460102, 460103, 460104, 460105, 460106, 460107,
  ],
  conversation_gone: [460010, 460919],
  rate_limited: [460011, 460031, 460701, 460711, 460712, 460721, 460722],
  quota_exhausted: [460026, 460032, 460037, 460702, 460713, 460723],
  context_too_long: [460034, 460035],
  content_blocked: [460501, 460502],
  timeout: [460020, 460401],
  rejected: [400, 460006, 460009, 460022, 460024, 460025, 460039],
};
const REASONS = Object.fromEntries(
  Object.entries(CODES).flatMap(([reason, codes]) => codes.map((code) => [code, reason])),
) as Record<string, UpstreamReason>;

/** The error in a payload of either version; null when there is none. `status`: of the answer. */
export function errorInPayload(payload: Json, status: number | null): UpstreamError | null {
  const inner = asObject(payload.Error) ?? asObject(asObject(payload.payload)?.error);
  const said = inner ?? asObject(payload.error) ?? payload;
  const message = asText(said.Message) ?? asText(said.message);
  const number = said.Code ?? said.code;
  const code = typeof number === "number" ? String(number) : asText(number);
  if (message === null && (code === null || code === "0")) return null;
  const ofStatus = status === null ? "unavailable" : reasonOfStatus(status);
  return upstreamError(entryOf(REASONS, code) ?? ofStatus, message ?? `error ${code}`, {
    status,
    upstreamCode: code,
  });
}

export function explain(answer: UpstreamAnswer): UpstreamError {
  const event = /^data: ?(\{.*)$/m.exec(answer.body)?.[1];
  const payload = asObject(parseJson(event ?? answer.body));
  return (payload && errorInPayload(payload, answer.status)) ?? errorOfStatus(answer);
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  if (error.upstreamCode === "460030") {
    return say(
      "该应用类型不支持当前接口版本：请在连接设置中换另一个接口版本。",
      "This kind of app does not serve this version of the API: choose the other one in the connection's settings.",
    );
  }
  switch (error.reason) {
    case "unauthorized":
      return say(
        "AppKey 无效：请在应用列表点 调用，复制 AppKey；不是 SecretId 或 SecretKey。",
        "The AppKey is not valid: press 调用 (call) in the list of apps and copy it; SecretId and SecretKey are something else.",
      );
    case "target_not_found":
      return say(
        "应用不存在、未发布，或其中的工作流未启用。请在平台上 发布 应用。",
        "The app does not exist, is not published, or a workflow in it is off. Press 发布 (publish) there.",
      );
    case "quota_exhausted":
      return say(
        "应用已停用，或模型余额、套餐额度用完。",
        "The app is stopped, or its models' balance or package is used up.",
      );
    default:
      return null;
  }
}
