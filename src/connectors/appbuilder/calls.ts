/** Calls to AppBuilder: posts with a bearer, answered in objects that may be errors under a 200. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { Account, UpstreamAnswer, UpstreamRequest } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, type Json, parseJson } from "../kit/json.ts";
import { joinUrl } from "../kit/urls.ts";
import { errorInPayload } from "./errors.ts";

export interface AppBuilderSettings {
  baseUrl: string;
}
export interface AppBuilderSecret {
  apiKey: string;
}
export type AppBuilderAccount = Account<AppBuilderSettings, AppBuilderSecret>;

export function post(
  account: AppBuilderAccount,
  path: string,
  body: Json,
  framing: "json" | "sse" = "json",
): UpstreamRequest {
  return {
    method: "POST",
    url: joinUrl(account.settings.baseUrl, path),
    headers: {
      accept: framing === "sse" ? "text/event-stream" : "application/json",
      authorization: `Bearer ${account.secret.apiKey}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
    framing,
  };
}

export function readObject(answer: UpstreamAnswer): Result<Json, UpstreamError> {
  const body = asObject(parseJson(answer.body));
  if (!body) return violation("the answer is no JSON object");
  const error = errorInPayload(body, null);
  return error ? fail(error) : ok(body);
}

export const violation = (detail: string): Result<never, UpstreamError> =>
  fail(upstreamError("protocol_violation", detail));
