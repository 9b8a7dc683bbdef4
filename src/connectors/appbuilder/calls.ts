/** Calls to AppBuilder: posts with a bearer, answered in objects that may be errors under a 200. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { Account, UpstreamAnswer, UpstreamRequest } from "../connector.ts";
import { bearerRequest } from "../kit/bearer.ts";
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
  { settings, secret }: AppBuilderAccount,
  path: string,
  sent: Parameters<typeof bearerRequest>[2],
): UpstreamRequest {
  return bearerRequest(secret.apiKey, joinUrl(settings.baseUrl, path), sent);
}

export function readObject(answer: UpstreamAnswer): Result<Json, UpstreamError> {
  const body = asObject(parseJson(answer.body));
  if (!body) return violation("the answer is no JSON object");
  const error = errorInPayload(body, null);
  return error ? fail(error) : ok(body);
}

export const violation = (detail: string): Result<never, UpstreamError> =>
  fail(upstreamError("protocol_violation", detail));
