/** Errors of a webhook: `{"error":{"message","code"}}`, where the code may be one of ours. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asText, entryOf, type Json } from "../kit/json.ts";
import { EMPTY_ANSWER, NO_TEXT } from "../kit/loose-decoder.ts";
import { type ErrorCodes, explainAnswer } from "../kit/openai/errors.ts";

/** What a webhook may say of itself by name. */
const CODES: ErrorCodes = {
  rejected: "rejected",
  content_blocked: "content_blocked",
  context_too_long: "context_too_long",
  conversation_gone: "conversation_gone",
  rate_limited: "rate_limited",
  overloaded: "overloaded",
};

export function errorOf({ code, message }: Json): UpstreamError {
  const upstreamCode = asText(code);
  const reason = entryOf(CODES, upstreamCode) ?? "unavailable";
  return upstreamError(reason, asText(message) ?? "the webhook failed", { upstreamCode });
}

export const explain = (answer: UpstreamAnswer): UpstreamError => explainAnswer(answer, CODES);

/** What the admin can do about an error; null where the webhook's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  if (error.upstreamCode === EMPTY_ANSWER || error.upstreamCode === NO_TEXT) {
    return say(
      "应答里没有文本：请返回纯文本，或带 text 字段的 JSON。",
      "The answer holds no text: return plain text, or JSON with a field text.",
    );
  }
  switch (error.reason) {
    case "unauthorized":
    case "forbidden":
      return say(
        "Webhook 拒绝了请求：请核对密钥；若校验签名，还要核对签名密钥和服务器时间。",
        "The webhook refused the request: check the key and, if it verifies signatures, the signing secret and its clock.",
      );
    case "rejected":
    case "protocol_violation":
      return say(
        '测试发送的是 {"type":"ping"}，请以 200 和一个 JSON 对象应答。',
        'The test sends {"type":"ping"}; answer it with 200 and a JSON object.',
      );
    default:
      return null;
  }
}
