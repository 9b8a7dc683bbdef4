/** Addresses as admins paste them, and the paths put behind them. */

/** Ends of addresses that people copy from examples though the base is meant. */
const PASTED_ENDPOINTS = /\/(chat\/completions|completions|embeddings|models|chat-messages|info)$/;

/** Trimmed, without query, fragment, trailing slashes or an endpoint pasted along. */
export function tidyBaseUrl(text: string): string {
  const bare = (text.trim().split(/[?#]/)[0] ?? "").replace(/\/+$/, "");
  return bare.replace(PASTED_ENDPOINTS, "").replace(/\/+$/, "");
}

/** The base and a path (`/models`) with exactly one slash between them. */
export function joinUrl(baseUrl: string, path: string): string {
  return `${baseUrl.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`;
}

/** The base with `/v1` behind it, whether or not it stood there. */
export function withVersion(baseUrl: string, version = "/v1"): string {
  const base = tidyBaseUrl(baseUrl);
  return base.endsWith(version) ? base : `${base}${version}`;
}
