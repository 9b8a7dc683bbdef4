/** Errors of Bailian's apps: DashScope's own codes, as JSON or as one server-sent event. */
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { DASHSCOPE_CODES, dashscopeAdvice } from "../kit/dashscope.ts";
import { say } from "../kit/guide.ts";
import { type ErrorCodes, explainAnswer } from "../kit/openai/errors.ts";

export const BAILIAN_CODES: ErrorCodes = {
  ...DASHSCOPE_CODES,
  FlowNotPublished: "target_not_found",
};

export function explain(answer: UpstreamAnswer): UpstreamError {
  const event = /^data: ?(\{.*)$/m.exec(answer.body)?.[1];
  const error = explainAnswer(event ? { ...answer, body: event } : answer, BAILIAN_CODES);
  // Of an app that is not there, or of another workspace; the key serves others.
  const ofApp = error.reason === "forbidden" && /\bapp/i.test(error.detail);
  return ofApp ? { ...error, reason: "target_not_found" } : error;
}

/** What the admin can do about an error; null where the platform's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  if (error.upstreamCode === "FlowNotPublished") {
    return say(
      "应用未发布：请在百炼中点 发布。",
      "The app is not published: press Publish in Model Studio.",
    );
  }
  if (error.reason === "target_not_found" && error.upstreamCode !== "AccessDenied.Unpurchased") {
    return say(
      "找不到应用：请核对应用 ID；密钥与应用须在同一业务空间，子业务空间还要填写业务空间 ID。",
      "The app is not found: check its id; key and app must be of one workspace, and a sub-workspace's id must be given.",
    );
  }
  return dashscopeAdvice(error);
}
