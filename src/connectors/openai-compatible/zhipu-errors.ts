/** Error codes of Zhipu, most of which come with status 400 or 429 whatever they mean. */
import type { ErrorCodes } from "../kit/openai/errors.ts";

export const ZHIPU_CODES: ErrorCodes = {
  "1000": "unauthorized",
  "1001": "unauthorized",
  "1002": "unauthorized",
  "1003": "unauthorized",
  "1004": "unauthorized",
  "1110": "forbidden",
  "1111": "forbidden",
  "1112": "forbidden",
  "1113": "quota_exhausted",
  "1121": "forbidden",
  "1211": "target_not_found",
  "1220": "target_not_found",
  "1221": "target_not_found",
  "1222": "target_not_found",
  "1234": "unavailable",
  "1261": "context_too_long",
  "1301": "content_blocked",
  "1302": "rate_limited",
  "1303": "rate_limited",
  // Allowances of a day, some hours, a week: they come back by themselves.
  "1304": "rate_limited",
  "1305": "rate_limited",
  "1308": "rate_limited",
  "1309": "quota_exhausted",
  "1310": "rate_limited",
  "1311": "target_not_found",
  "1312": "overloaded",
  "1313": "rate_limited",
};
