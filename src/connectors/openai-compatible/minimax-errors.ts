/** Error codes of MiniMax: https://platform.minimax.io/docs/api-reference/errorcode */
import type { ErrorCodes } from "../kit/openai/errors.ts";

export const MINIMAX_CODES: ErrorCodes = {
  "1000": "unavailable",
  "1001": "timeout",
  "1002": "rate_limited",
  "1004": "unauthorized",
  "1008": "quota_exhausted",
  "1013": "unavailable",
  "1024": "unavailable",
  "1026": "content_blocked",
  "1027": "content_blocked",
  "1033": "unavailable",
  // Tokens a minute, and connections at once.
  "1039": "rate_limited",
  "1041": "rate_limited",
  "2013": "rejected",
  "2049": "unauthorized",
  "2056": "rate_limited",
  "2061": "target_not_found",
};
