/** Errors of n8n: `{"code","message","hint"}`; what they mean stands in the sentence. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { EMPTY_ANSWER, NO_TEXT } from "../kit/loose-decoder.ts";
import { explainAnswer } from "../kit/openai/errors.ts";

export const RESPONDS_AT_ONCE = "responds_at_once";
export const WORKFLOW_FAILED = "workflow_failed";
/** Asked in a way that the webhook does not take: it is there, and waits for the other. */
export const WANTS_POST = "wants_post";
export const WANTS_GET = "wants_get";
const NOT_REGISTERED = "not_registered";

const SENTENCES: readonly (readonly [RegExp, string, UpstreamReason])[] = [
  [/did you mean to make a GET/i, WANTS_GET, "target_not_found"],
  [/did you mean to make a POST/i, WANTS_POST, "target_not_found"],
  [/not registered|webhook.*not (found|exist)/i, NOT_REGISTERED, "target_not_found"],
  [/authorization data is wrong|jwt/i, "wrong_authorization", "unauthorized"],
  [/error in workflow|problem executing/i, WORKFLOW_FAILED, "unavailable"],
];

export function explain(answer: UpstreamAnswer): UpstreamError {
  const error = explainAnswer(answer, {});
  const known = SENTENCES.find(([pattern]) => pattern.test(answer.body));
  return known ? { ...error, upstreamCode: known[1], reason: known[2] } : error;
}

const USE_POST = say(
  "请把 Webhook 节点的 HTTP Method 改为 POST（默认是 GET），并重新发布。",
  "Set HTTP Method of the Webhook node to POST (it is GET by default), and publish again.",
);
const BY_CODE: Record<string, LocalText> = {
  [WANTS_GET]: USE_POST,
  [WANTS_POST]: USE_POST,
  [NOT_REGISTERED]: say(
    "n8n 没有这个 Webhook：请启用（Active）或发布工作流，并使用 Production URL。",
    "n8n knows no such webhook: activate or publish the workflow, and use its Production URL.",
  ),
  [RESPONDS_AT_ONCE]: say(
    "工作流立即应答，没有内容：请把 Respond 改为 When Last Node Finishes。",
    "The workflow responds at once, without an answer: set Respond to When Last Node Finishes.",
  ),
  [EMPTY_ANSWER]: say(
    "工作流没有返回内容：最后一个节点须返回 output 字段。",
    "The workflow returned nothing: its last node must give a field named output.",
  ),
  [NO_TEXT]: say(
    "应答里没有文本：请让最后一个节点返回 output 字段。",
    "The answer holds no text: have the last node give a field named output.",
  ),
  [WORKFLOW_FAILED]: say(
    "工作流运行出错，请在 n8n 的 Executions 中查看。",
    "The workflow failed; see Executions in n8n.",
  ),
};

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  const known = BY_CODE[error.upstreamCode ?? ""];
  if (known) return known;
  // Plain text of a responding node is taken for a web page, too: that is the type it is given.
  if (error.reason === "protocol_violation") return BY_CODE[NO_TEXT] ?? null;
  if (error.reason === "unauthorized" || error.reason === "forbidden") {
    return say(
      "认证不通过：请求头名称和值须与 n8n 的 Header Auth 凭据完全一致。",
      "Not let in: the header's name and value must be exactly those of the Header Auth credential in n8n.",
    );
  }
  return null;
}
