/** What an OAuth endpoint refuses, in the words of its RFCs. */

export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_scope"
  | "invalid_target"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_response_type"
  | "unsupported_token_type"
  | "access_denied"
  | "authorization_pending"
  | "slow_down"
  | "expired_token"
  | "invalid_redirect_uri"
  | "invalid_client_metadata"
  | "temporarily_unavailable";

/** Thrown where a request ends; the routes answer it as JSON, or by the redirect of its app. */
export class OAuthRefusal extends Error {
  readonly code: OAuthErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: OAuthErrorCode, description: string, retryAfterMs?: number) {
    super(description);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export function deny(code: OAuthErrorCode, description: string, retryAfterMs?: number): never {
  throw new OAuthRefusal(code, description, retryAfterMs);
}
