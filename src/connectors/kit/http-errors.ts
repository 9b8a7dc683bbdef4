/** What an HTTP status means where a platform says nothing more precise. */
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { safeDetail } from "./redact.ts";

const REASONS: Record<number, UpstreamReason> = {
  401: "unauthorized",
  402: "quota_exhausted",
  403: "forbidden",
  404: "target_not_found",
  405: "target_not_found",
  408: "timeout",
  410: "target_not_found",
  413: "too_large",
  425: "unavailable",
  429: "rate_limited",
  503: "overloaded",
  504: "timeout",
  522: "unreachable",
  523: "unreachable",
  524: "timeout",
  529: "overloaded",
};

export function reasonOfStatus(status: number): UpstreamReason {
  const known = REASONS[status];
  if (known) return known;
  if (status >= 500) return "unavailable";
  return status >= 400 ? "rejected" : "protocol_violation";
}

/** An error without what nobody said. */
export function upstreamError(
  reason: UpstreamReason,
  detail: string,
  more: Partial<Omit<UpstreamError, "reason" | "detail">> = {},
): UpstreamError {
  return {
    reason,
    status: more.status ?? null,
    upstreamCode: more.upstreamCode ?? null,
    retryAfterMs: more.retryAfterMs ?? null,
    detail: safeDetail(detail),
  };
}

/** The error of an answer by its status alone, its body quoted. */
export function errorOfStatus(answer: UpstreamAnswer): UpstreamError {
  return upstreamError(
    reasonOfStatus(answer.status),
    isPage(answer.headers) ? PAGE_DETAIL : answer.body || `HTTP ${answer.status}`,
    { status: answer.status },
  );
}

export const PAGE_DETAIL = "a web page came back instead of an answer of the API";

/** Whether the answer is a page for a browser: a wrong base URL, or a login or firewall in front. */
export function isPage(headers: Record<string, string>): boolean {
  return (headers["content-type"] ?? "").startsWith("text/html");
}

/** Milliseconds to wait as the headers say: `retry-after-ms`, then `retry-after` as seconds or date. */
export function retryAfterMs(headers: Record<string, string>, nowMs: number): number | null {
  const exact = Number.parseFloat(headers["retry-after-ms"] ?? "");
  if (exact >= 0) return Math.ceil(exact);
  const text = headers["retry-after"]?.trim() ?? "";
  if (text === "") return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
