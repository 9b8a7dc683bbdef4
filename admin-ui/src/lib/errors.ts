/** Failures as sentences in the reader's language. */
import { ApiError } from "./api.ts";
import { commonTexts } from "./common-texts.ts";
import { type Locale, useLocale } from "./i18n.ts";

/**
 * The server's sentence names the details (in English); codes that say it all by themselves are
 * put in the reader's words, and a failure of ours carries the request id for whoever looks for it.
 */
export function errorText(error: unknown, locale: Locale): string {
  const t = commonTexts[locale].errors;
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  switch (error.code) {
    case "invalid_login":
    case "human_check_failed":
    case "rate_limit_login":
    case "expired_session":
    case "user_disabled":
    case "ip_not_allowed":
      return t[error.code];
    case "agents":
    case "external_users":
    case "internal_users":
    case "own_domains":
    case "calls_per_month":
    case "payment":
    case "unbranded":
      return t.edition_limit;
    case "access_denied":
    case "scope_missing":
      return t.access_denied;
    case "not_found":
    case "user_not_found":
    case "key_not_found":
    case "request_not_found":
    case "connection_not_found":
      return t.not_found;
    case "conflict":
      return t.conflict(error.message);
    case "internal":
      return t.withId(t.internal, error.requestId);
    case "unavailable":
      return error.status === 0 ? t.offline : t.withId(error.message, error.requestId || "–");
    default:
      return error.message;
  }
}

export function useErrorText(): (error: unknown) => string {
  const { locale } = useLocale();
  return (error) => errorText(error, locale);
}
