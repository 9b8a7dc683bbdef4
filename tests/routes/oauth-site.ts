/** A site with apps, and a strict client (oauth4webapi) that talks to it. */
import * as oauth from "oauth4webapi";
import { inject } from "vitest";
import { type Person, signIn } from "./person.ts";
import { call, configure } from "./support.ts";

export const PASSWORD = "correct horse battery";
const PRICE = { inputPerMillion: 1000, outputPerMillion: 1000 };
export const REDIRECT = "https://app.example/back";

let count = 0;

/** Requests of a client to a site, under the site's own name. */
export const fetchOf =
  (slug: string) =>
  (url: string, init: Record<string, unknown>): Promise<Response> => {
    const { pathname, search } = new URL(url);
    return call(slug, `${pathname}${search}`, init as RequestInit);
  };

export const options = (slug: string) => ({
  [oauth.customFetch]: fetchOf(slug) as never,
  [oauth.allowInsecureRequests]: true,
});

export interface OAuthSite {
  slug: string;
  origin: string;
  as: oauth.AuthorizationServer;
  ann: Person;
  bob: Person;
  owner: Person;
}

export async function oauthSite(): Promise<OAuthSite> {
  const slug = `apps${++count}`;
  const person = (name: string, role = "member") => ({
    ...{ email: `${name}@${slug}.example`, password: PASSWORD, credits: 1000, role },
  });
  await configure({
    slug,
    name: "Apps",
    connections: [
      {
        id: "up",
        connector: "openai-compatible",
        settings: { baseUrl: `${inject("upstreamUrl")}/v1` },
        secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
      },
    ],
    models: ["up/ok", "up/other"].map((name) => ({
      ...{ name, routes: [{ connection: "up", model: "ok" }], price: PRICE },
    })),
    levels: [{ slug: "free", name: "Free", default: true }],
    users: [person("ann"), person("bob"), person("owner", "owner")],
  });
  const origin = `http://${slug}.localhost`;
  const as = await oauth.processDiscoveryResponse(
    new URL(origin),
    await oauth.discoveryRequest(new URL(origin), { algorithm: "oauth2", ...options(slug) }),
  );
  const log = (name: string) => signIn(slug, `${name}@${slug}.example`, PASSWORD);
  const [ann, bob, owner] = [await log("ann"), await log("bob"), await log("owner")];
  return { slug, origin, as, ann, bob, owner };
}

/** A public app that registers itself, as most do. */
export async function register(
  site: OAuthSite,
  more: Record<string, unknown> = {},
): Promise<oauth.Client & { client_secret?: string }> {
  const metadata = {
    client_name: "Notes",
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: "none",
    grant_types: [
      "authorization_code",
      "refresh_token",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    ...more,
  };
  const { [oauth.customFetch]: customFetch } = options(site.slug);
  const answer = await oauth.dynamicClientRegistrationRequest(
    site.as,
    metadata as never,
    { [oauth.customFetch]: customFetch, [oauth.allowInsecureRequests]: true } as never,
  );
  return (await oauth.processDynamicClientRegistrationResponse(answer)) as never;
}

export interface Asked {
  verifier: string;
  state: string;
  query: string;
}

/** The query that an app sends its user to `/oauth/authorize` with. */
export async function ask(client: oauth.Client, more: Record<string, string> = {}): Promise<Asked> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    scope: "gateway wallet",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    ...more,
  });
  return { verifier, state, query: `?${query}` };
}

/** The person says yes on the page; answers where the browser goes. */
export async function decide(
  person: Person,
  query: string,
  decision: { allow: boolean; creditsPerMonth?: number | null } = { allow: true },
): Promise<URL> {
  const body = { query, ...decision };
  const { redirect } = await person.json<{ redirect: string }>(
    "POST",
    "/api/portal/oauth/request",
    body,
  );
  return new URL(redirect);
}

/** The whole way to a token, by the strict client. */
export async function tokensFor(
  site: OAuthSite,
  client: oauth.Client,
  more: {
    person?: Person;
    params?: Record<string, string>;
    creditsPerMonth?: number;
    auth?: oauth.ClientAuth;
  } = {},
): Promise<oauth.TokenEndpointResponse & { code: string; verifier: string }> {
  const asked = await ask(client, more.params);
  const { creditsPerMonth = null } = more;
  const back = await decide(more.person ?? site.ann, asked.query, { allow: true, creditsPerMonth });
  const params = oauth.validateAuthResponse(site.as, client, back, asked.state);
  const redirect = asked.query.includes("redirect_uri")
    ? (new URLSearchParams(asked.query).get("redirect_uri") ?? REDIRECT)
    : REDIRECT;
  const answer = await oauth.authorizationCodeGrantRequest(
    site.as,
    client,
    more.auth ?? oauth.None(),
    params,
    redirect,
    asked.verifier,
    options(site.slug),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(site.as, client, answer);
  return { ...tokens, code: back.searchParams.get("code") ?? "", verifier: asked.verifier };
}

/** A form to one of the endpoints, as no library would send it. */
export function sendForm(
  slug: string,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return call(slug, path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(form).toString(),
  });
}

/** The status of a chat with a token; 200 costs credits. */
export async function chatWith(slug: string | null, token: string, model = "up/ok") {
  const answer = await call(slug, "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] }),
  });
  const text = await answer.text();
  const code = answer.ok ? "" : (JSON.parse(text) as { error: { code: string } }).error.code;
  return { status: answer.status, code, requestId: answer.headers.get("x-request-id") ?? "" };
}

export const read = (slug: string, path: string, token: string): Promise<Response> =>
  call(slug, path, { headers: { authorization: `Bearer ${token}` } });

export async function errorCode(answer: Response): Promise<string> {
  return ((await answer.json()) as { error: string }).error;
}
