/** Errors of FastGPT: `{"code","statusText","message"}`, in streams, in a 200, and as failed answers. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";

/** Code of the complaint that nothing was asked, which only a key that is right brings about. */
export const EMPTY_ACCEPTED = "messages_empty";
const ACCOUNT_KEY = "account_key";

const REASONS: Record<number, UpstreamReason> = {
  403: "forbidden",
  510: "quota_exhausted",
  511: "forbidden",
  513: "rejected",
  514: "unauthorized",
  // Families, by their thousands: the team's plan and points, data sets, apps.
  500000: "quota_exhausted",
  501000: "unavailable",
  502000: "target_not_found",
};

const SENTENCES: readonly (readonly [RegExp, UpstreamReason, string | null])[] = [
  [/messages is empty/i, "rejected", EMPTY_ACCEPTED],
  [/app key rather than the account key/i, "unauthorized", ACCOUNT_KEY],
  [/context.{0,10}length|too many tokens/i, "context_too_long", null],
];

/** The error that a payload describes; null when it describes none. `status`: of the answer. */
export function errorInPayload(payload: Json, status: number | null): UpstreamError | null {
  const number = asCount(payload.code);
  const message = asText(payload.message) ?? asText(payload.statusText);
  if (number === 200 || (number === 0 && message === null)) return null;
  const sentence = message ?? `error ${number}`;
  const told = SENTENCES.find(([pattern]) => pattern.test(sentence));
  const family = number - (number % 1000);
  const ofStatus = status === null ? "unavailable" : reasonOfStatus(status);
  const reason = told?.[1] ?? REASONS[number] ?? REASONS[family] ?? ofStatus;
  return upstreamError(reason, sentence, {
    status,
    upstreamCode: told?.[2] ?? (number === 0 ? null : String(number)),
  });
}

export function explain(answer: UpstreamAnswer): UpstreamError {
  const payload = asObject(parseJson(answer.body));
  return (payload && errorInPayload(payload, answer.status)) ?? errorOfStatus(answer);
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise({ reason, upstreamCode }: UpstreamError): LocalText | null {
  if (upstreamCode === ACCOUNT_KEY) {
    return say(
      "这是账号的密钥：请改用应用 发布渠道 › API 访问 中的密钥，或填写应用 ID。",
      "This is a key of the account: use one of the app's Publishing channels › API Access, or fill in the app id.",
    );
  }
  switch (reason) {
    case "unauthorized":
      return say(
        "密钥无效、已删除或过期：请在应用的 发布渠道 › API 访问 中新建。",
        "The key is not valid, deleted or expired: create one under the app's Publishing channels › API Access.",
      );
    case "quota_exhausted":
      return say(
        "FastGPT 的积分、套餐或该密钥的额度用完了。",
        "The points or plan of FastGPT, or the key's own limit, are used up.",
      );
    case "target_not_found":
    case "protocol_violation":
      return say(
        "没有找到接口或应用：接口地址应为 API 根地址，以 /api 结尾；应用 ID 在应用页面的网址中。",
        "No API or no app there: the base URL is the API root address and ends in /api; an app's id stands in the address of its page.",
      );
    default:
      return null;
  }
}
