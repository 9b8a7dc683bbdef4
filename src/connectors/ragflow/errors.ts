/** RAGFlow's envelope `{"code","message","data"}`: whatever the HTTP status, 200 included, zero is success. */
import type { LocalText } from "../../contract/values.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { say } from "../kit/guide.ts";
import { errorOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";

const MODEL_ERROR = "model_error";

const REASONS: Record<number, UpstreamReason> = {
  101: "rejected",
  102: "rejected",
  103: "rejected",
  106: "overloaded",
  108: "forbidden",
  109: "unauthorized",
  400: "rejected",
  401: "unauthorized",
  403: "forbidden",
  404: "target_not_found",
};

/** Most of what goes wrong shares the code 102. */
const SENTENCES: readonly (readonly [RegExp, UpstreamReason])[] = [
  [
    /own the session|session.{0,40}(not (exist|found)|n't exist)|no such session/i,
    "conversation_gone",
  ],
  [
    /own the (chat|assistant|agent|canvas)|(chat|dialog|assistant|agent|canvas).{0,40}(not (exist|found)|n't exist)|can't find.{0,20}(chat|agent)/i,
    "target_not_found",
  ],
];

/** The error that a payload describes; null when it describes none. `status`: of the answer. */
export function errorInPayload(payload: Json, status: number | null): UpstreamError | null {
  const code = asCount(payload.code);
  if (code === 0) return null;
  const inner = asText(asObject(payload.data)?.answer);
  const sentence = asText(payload.message) ?? inner ?? `error ${code}`;
  const told = SENTENCES.find(([pattern]) => pattern.test(sentence))?.[1];
  return upstreamError(told ?? REASONS[code] ?? "unavailable", sentence, {
    status,
    upstreamCode: String(code),
  });
}

/** A failure of the model behind, which RAGFlow writes as its answer. */
export function modelError(answer: string): UpstreamError {
  return upstreamError("unavailable", answer, { upstreamCode: MODEL_ERROR });
}

export function readEnvelope(answer: UpstreamAnswer): Result<unknown, UpstreamError> {
  const body = asObject(parseJson(answer.body));
  const error = body && errorInPayload(body, null);
  if (error) return fail(error);
  if (body?.code === 0) return ok(body.data);
  return fail(upstreamError("protocol_violation", "the answer is none of RAGFlow's"));
}

export function explain(answer: UpstreamAnswer): UpstreamError {
  const payload = asObject(parseJson(answer.body));
  return (payload && errorInPayload(payload, answer.status)) ?? errorOfStatus(answer);
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise({ reason, upstreamCode }: UpstreamError): LocalText | null {
  if (upstreamCode === MODEL_ERROR) {
    return say(
      "助理所用的模型出错：请在 RAGFlow 的 模型提供商 中检查它的密钥和额度。",
      "The model behind failed: check its key and quota under Model providers in RAGFlow.",
    );
  }
  switch (reason) {
    case "unauthorized":
      return say(
        "密钥无效或已删除：请在 RAGFlow 头像 › API 页面新建。",
        "The key is not valid or deleted: create one on the API page behind your avatar in RAGFlow.",
      );
    case "target_not_found":
    case "protocol_violation":
      return say(
        "没有找到接口、助理或智能体：接口地址应为 API 服务器 地址加 /api/v1；密钥只能看到其所有者自己的内容。",
        "No such API, chat or agent: the base URL is the API server's with /api/v1, and a key sees only what its owner made.",
      );
    default:
      return null;
  }
}
