/**
 * Errors of Coze: `{"code","msg"}`, very often under the status 200, in answers as in streams.
 * Workflows call them `error_code` and `error_message`.
 */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, entryOf, type Json, parseJson } from "../kit/json.ts";

const CODES: Record<string, UpstreamReason> = {
  "4000": "rejected",
  "4013": "rate_limited",
  // Not published to the API channel.
  "4015": "target_not_found",
  // The conversation is still being answered.
  "4016": "rejected",
  "4027": "quota_exhausted",
  "4028": "quota_exhausted",
  "4100": "unauthorized",
  // Of one agent or workspace; the token may well serve others.
  "4101": "target_not_found",
  "4200": "target_not_found",
  "5000": "unavailable",
  "6003": "quota_exhausted",
  "700012006": "unauthorized",
  "700012014": "content_blocked",
  "702082020": "quota_exhausted",
  "702095072": "quota_exhausted",
  "720701013": "overloaded",
  // Of the OAuth app: its secret is another now, or it was switched off.
  invalid_client: "unauthorized",
  access_deny: "unauthorized",
};

/** There is no code of its own for consent that has ended. */
const CONSENT_ENDED =
  /invalid_grant|invalid_refresh_token|refresh.?token\b.{0,200}(expired|invalid)|(expired|invalid) refresh.?token/i;

/** The error that a payload describes; null when it describes none. `status`: of the answer. */
export function errorInPayload(payload: Json, status: number | null): UpstreamError | null {
  const code = codeOf(payload.code ?? payload.error_code);
  if (code === null || code === "0") return null;
  const sentence = asText(payload.msg) ?? asText(payload.error_message) ?? `code ${code}`;
  const hasEnded = CONSENT_ENDED.test(`${code} ${sentence}`);
  const known = hasEnded ? "unauthorized" : entryOf(CODES, code);
  const ofStatus = status === null || status < 400 ? "unavailable" : reasonOfStatus(status);
  const isGone = known === "target_not_found" && /conversation/i.test(sentence);
  return upstreamError(isGone ? "conversation_gone" : (known ?? ofStatus), sentence, {
    status,
    upstreamCode: code,
  });
}

/** Codes are numbers, some of them beyond what a number holds exactly. */
const codeOf = (code: unknown): string | null =>
  typeof code === "number" ? String(code) : asText(code);

export function explain(answer: UpstreamAnswer): UpstreamError {
  const payload = asObject(parseJson(answer.body));
  return (payload && errorInPayload(payload, answer.status)) ?? errorOfStatus(answer);
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise({ reason, upstreamCode }: UpstreamError): LocalText | null {
  if (upstreamCode === "4101") {
    return say(
      "令牌无权访问它：在扣子编辑令牌，勾选权限并包含该工作空间。",
      "The token may not use it: edit the token at Coze, tick the permissions and include this workspace.",
    );
  }
  switch (reason) {
    case "unauthorized":
      return say(
        "令牌无效、已过期或属于另一个站点：coze.cn 与 coze.com 的令牌互不通用。请添加新令牌，整串复制；用 OAuth 应用连接的，请重新授权。",
        "The token is wrong, expired or of the other site: tokens of coze.cn and coze.com are not shared. Add a new token and copy all of it; with an OAuth app, authorise again.",
      );
    case "forbidden":
      return say(
        "令牌缺少权限：编辑令牌，权限全选，访问工作空间选择所有工作空间。",
        "The token lacks permissions: edit it, select all permissions and all workspaces.",
      );
    case "target_not_found":
      return say(
        "智能体没有发布到 API：在扣子打开它，点 **发布**，勾选 **API** 和 **Chat SDK**，审核通过后再试。",
        "The agent is not published to the API: open it at Coze, press **Publish**, tick **API** and **Chat SDK**, and try again once the review has passed.",
      );
    case "quota_exhausted":
      return say(
        "扣子账号的额度用完了：充值或升级套餐。",
        "The Coze account has no quota left: top up or change the plan.",
      );
    case "rate_limited":
      return say("超过了扣子套餐的调用频率。", "More requests than the plan at Coze allows.");
    default:
      return null;
  }
}
