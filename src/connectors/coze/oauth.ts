/**
 * OAuth of Coze: a "web application" whose client secret is the bearer of the token endpoint. Its
 * answers have no envelope; refresh tokens rotate, so that the old one is dead after its use.
 */
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { OAuth, Tokens, UpstreamAnswer, UpstreamRequest } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, parseJson } from "../kit/json.ts";
import { joinUrl } from "../kit/urls.ts";
import { errorInPayload } from "./errors.ts";
import { SITES } from "./guide.ts";
import type { CozeAccount, CozeSecret, CozeSettings } from "./request.ts";

/** `expires_in` above this many seconds is a point in time, which Coze means by it. */
const POINT_IN_TIME_SECONDS = 1_000_000_000;
/** What the documents promise, where an answer does not say. */
const USUAL_LIFETIME_MS = 900_000;

export const oauth: OAuth<CozeSettings, CozeSecret> = {
  applies: ({ accessToken, clientId, clientSecret }) =>
    accessToken === "" && Boolean(clientId && clientSecret),
  authorizeUrl({ settings, secret }, { state, redirectUri }) {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: secret.clientId ?? "",
      redirect_uri: redirectUri,
      state,
    });
    return `${joinUrl(consentSite(settings), "/api/permission/oauth2/authorize")}?${query}`;
  },
  exchange: {
    prepare: (account, { code, redirectUri }) =>
      askTokens(account, { grant_type: "authorization_code", code, redirect_uri: redirectUri }),
    read: readTokens,
  },
  refresh: {
    prepare: (account, refresh_token) =>
      askTokens(account, { grant_type: "refresh_token", refresh_token }),
    read: readTokens,
  },
};

/** People consent on the site, not on the API's host. */
function consentSite({ baseUrl }: CozeSettings): string {
  const isCoze = Object.values<string>(SITES).includes(baseUrl);
  return isCoze ? baseUrl.replace("//api.", "//www.") : baseUrl;
}

function askTokens(
  { settings, secret }: CozeAccount,
  grant: Record<string, string>,
): UpstreamRequest {
  return {
    method: "POST",
    url: joinUrl(settings.baseUrl, "/api/permission/oauth2/token"),
    headers: {
      accept: "application/json",
      authorization: `Bearer ${secret.clientSecret ?? ""}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ ...grant, client_id: secret.clientId ?? "" }),
    framing: "json",
  };
}

function readTokens(answer: UpstreamAnswer): Result<Tokens, UpstreamError> {
  const body = asObject(parseJson(answer.body)) ?? {};
  const error = errorInPayload(body, answer.status);
  if (error) return fail(error);
  const accessToken = asText(body.access_token);
  if (!accessToken) {
    return fail(upstreamError("protocol_violation", "the answer holds no access token"));
  }
  const refreshToken = asText(body.refresh_token) || null;
  return ok({ accessToken, refreshToken, expires: expiryOf(Number(body.expires_in)) });
}

function expiryOf(seconds: number): Tokens["expires"] {
  if (seconds > POINT_IN_TIME_SECONDS) return { atMs: seconds * 1000 };
  return { inMs: seconds > 0 ? seconds * 1000 : USUAL_LIFETIME_MS };
}
