/** How providers are asked: through the guarded way out, with a deadline, for one JSON object. */
import { upstreamError } from "../../../connectors/kit/http-errors.ts";
import { type InvokeError, invoke } from "../../../connectors/kit/invoke.ts";
import { asObject, asText, type Json, parseJson } from "../../../connectors/kit/json.ts";
import type { LocalText } from "../../../contract/values.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { Ask, CheckStep, Question, Refusal } from "./kind.ts";

/** A person is waiting in front of an empty page. */
const LIMITS = { timeoutMs: 10_000, idleTimeoutMs: 10_000, responseBytesMax: 1_000_000 };

/** `secrets`: values that must not come back in a sentence about a failure. */
export function asker({
  allowPrivate,
  secrets,
}: {
  allowPrivate: boolean;
  secrets: readonly string[];
}): Ask {
  return (question) => askOnce(question, { limits: LIMITS, allowPrivate, secrets });
}

async function askOnce(
  { method, url, headers = {}, json, form }: Question,
  options: Parameters<typeof invoke>[1],
): Promise<Result<Json, InvokeError>> {
  const body = json ? JSON.stringify(json) : form && new URLSearchParams(form).toString();
  const type = json ? "application/json" : "application/x-www-form-urlencoded";
  const opened = await invoke(
    {
      method: method ?? (body === undefined ? "GET" : "POST"),
      url,
      headers: {
        accept: "application/json",
        ...headers,
        ...(body === undefined ? {} : { "content-type": type }),
      },
      framing: "json",
      ...(body === undefined ? {} : { body }),
    },
    options,
  );
  if (!opened.ok) return opened;
  let text = "";
  for (;;) {
    const piece = await opened.value.frames.next();
    if (!piece.ok) return piece;
    if (piece.value === null) break;
    for (const frame of piece.value) text += frame.data;
  }
  const parsed = parseJson(text);
  const value = Array.isArray(parsed) ? { items: parsed } : asObject(parsed);
  return value ? ok(value) : fail(upstreamError("protocol_violation", "no JSON object came back"));
}

/** `{ error, error_description }` of an answer that is not 2xx; null where it holds none. */
export function oauthError(error: InvokeError): { code: string; detail: string } | null {
  const body = asObject(parseJson(error.answer?.body ?? ""));
  const code = asText(body?.error);
  return code === null ? null : { code, detail: asText(body?.error_description) ?? code };
}

/** A platform that could not be asked, or would not answer. */
export function failed(error: InvokeError): Result<never, Refusal> {
  const told = oauthError(error);
  const detail = told ? `${told.code}: ${told.detail}` : `${error.reason}: ${error.detail}`;
  return fail({ problem: "failed", detail });
}

export const refused = (problem: Refusal["problem"], detail: string): Result<never, Refusal> =>
  fail({ problem, detail });

export const say = (zh: string, en: string): LocalText => ({ "zh-CN": zh, en });

export const passed = (step: string, zh: string, en: string): CheckStep => ({
  step,
  ok: true,
  message: say(zh, en),
});

/** `detail`: what the platform said, word for word. */
export const stopped = (step: string, zh: string, en: string, detail?: string): CheckStep => ({
  step,
  ok: false,
  message: detail ? say(`${zh}（${detail}）`, `${en} (${detail})`) : say(zh, en),
});
