/**
 * OpenID Connect: authorization code with PKCE and nonce. Who somebody is, is believed of an ID
 * token alone: signed by the issuer's published keys, for this client, for this very way.
 */
import { asText, type Json } from "../../../connectors/kit/json.ts";
import type { Guide } from "../../../contract/guide.ts";
import type { ProviderKind } from "../../../contract/providers.ts";
import type { LocalText } from "../../../contract/values.ts";
import { ok, type Result } from "../../../core/result.ts";
import { failed, oauthError, passed, refused, stopped } from "./ask.ts";
import {
  discoveryUrl,
  documentOf,
  type IssuerDocument,
  keysAt,
  verifyWithKeys,
} from "./issuers.ts";
import type { Ask, CheckStep, CodeKind, OpenProvider, Person, Refusal, WayBack } from "./kind.ts";

export interface OidcPreset {
  kind: ProviderKind;
  label: LocalText;
  guide: Guide;
  /** From what the admin has filled in. */
  issuerOf(settings: Readonly<Record<string, string>>): string;
  /** Whether the e-mail is verified, where the issuer has a way of its own to say so. */
  emailVerified?(claims: Json): boolean | null;
}

export function oidcKind(preset: OidcPreset): CodeKind {
  const issuerOf = ({ settings }: OpenProvider) => preset.issuerOf(settings);
  return {
    kind: preset.kind,
    label: preset.label,
    guide: preset.guide,
    path: "callback",
    async authorizeUrl(provider, way, ask) {
      const document = await documentOf(issuerOf(provider), ask);
      if (!document.ok) return failed(document.error);
      const url = new URL(document.value.authorizationEndpoint);
      const query = {
        response_type: "code",
        client_id: provider.settings.clientId ?? "",
        redirect_uri: way.redirectUri,
        scope: "openid email profile",
        state: way.state,
        nonce: way.nonce,
        code_challenge: way.challenge,
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return ok(url.href);
    },
    async person(provider, way, ask) {
      const document = await documentOf(issuerOf(provider), ask);
      if (!document.ok) return failed(document.error);
      const { issuer, namesItself } = document.value;
      // An answer of another issuer must not be taken to this one (mix-up).
      if (way.issuer === undefined ? namesItself : way.issuer !== issuer) {
        return refused("not_proven", `answered by ${way.issuer ?? "nobody"}, not by ${issuer}`);
      }
      const tokens = await takeTokens(document.value, provider, way, ask);
      if (!tokens.ok) return tokens;
      const claims = await claimsOf(document.value, provider, way, tokens.value, ask);
      if (!claims.ok) return claims;
      return ok(personOf(issuer, claims.value, preset));
    },
    check: (provider, ask) => check(issuerOf(provider), provider, ask),
  };
}

interface Tokens {
  idToken: string;
  accessToken: string | null;
}

function tokenQuestion(
  { tokenEndpoint, secretInForm }: IssuerDocument,
  { settings, secret }: OpenProvider,
  way: Pick<WayBack, "code" | "redirectUri" | "verifier">,
): Parameters<Ask>[0] {
  const [id, password] = [settings.clientId ?? "", secret.clientSecret ?? ""];
  const form = {
    grant_type: "authorization_code",
    code: way.code,
    redirect_uri: way.redirectUri,
    code_verifier: way.verifier,
  };
  if (secretInForm) {
    return { url: tokenEndpoint, form: { ...form, client_id: id, client_secret: password } };
  }
  // RFC 6749, 2.3.1: both are form-encoded before they are joined.
  const encoded = [id, password].map((text) =>
    new URLSearchParams({ "": text }).toString().slice(1),
  );
  return {
    url: tokenEndpoint,
    form,
    headers: { authorization: `Basic ${btoa(encoded.join(":"))}` },
  };
}

async function takeTokens(
  document: IssuerDocument,
  provider: OpenProvider,
  way: WayBack,
  ask: Ask,
): Promise<Result<Tokens, Refusal>> {
  const answer = await ask(tokenQuestion(document, provider, way));
  if (!answer.ok) return failed(answer.error);
  const idToken = asText(answer.value.id_token);
  if (!idToken) return refused("not_proven", "the answer holds no ID token");
  return ok({ idToken, accessToken: asText(answer.value.access_token) });
}

async function claimsOf(
  { issuer, jwksUri, userinfoEndpoint }: IssuerDocument,
  { settings }: OpenProvider,
  way: WayBack,
  { idToken, accessToken }: Tokens,
  ask: Ask,
): Promise<Result<Json & { sub: string }, Refusal>> {
  const audience = settings.clientId ?? "";
  const believed = await verifyWithKeys(idToken, jwksUri, ask, {
    issuer,
    audience,
    requiredClaims: ["sub", "exp", "iat", "nonce"],
  });
  if (!believed.ok) {
    const { error } = believed;
    return error.kind === "keys" ? failed(error.error) : refused("not_proven", error.detail);
  }
  const claims = believed.value;
  const sub = asText(claims.sub);
  if (!sub) return refused("not_proven", "the ID token names nobody");
  if (claims.nonce !== way.nonce) return refused("not_proven", "the ID token is of another way");
  const several = Array.isArray(claims.aud) && claims.aud.length > 1;
  if (claims.azp === undefined ? several : claims.azp !== audience) {
    return refused("not_proven", "the ID token was made for another client");
  }
  if (asText(claims.email) || !userinfoEndpoint || !accessToken) return ok({ ...claims, sub });
  const headers = { authorization: `Bearer ${accessToken}` };
  const more = await ask({ url: userinfoEndpoint, headers });
  // The e-mail is a convenience: who he is has been proven already.
  return ok(
    more.ok && more.value.sub === sub ? { ...more.value, ...claims, sub } : { ...claims, sub },
  );
}

function personOf(issuer: string, claims: Json & { sub: string }, preset: OidcPreset): Person {
  const { email_verified: said } = claims;
  const verified = said === true || said === "true" || (said === undefined ? null : false);
  return {
    subject: `${issuer} ${claims.sub}`,
    email: asText(claims.email),
    emailVerified: preset.emailVerified ? preset.emailVerified(claims) : verified,
    name: asText(claims.name) ?? asText(claims.preferred_username) ?? "",
  };
}

async function check(issuer: string, provider: OpenProvider, ask: Ask): Promise<CheckStep[]> {
  const document = await documentOf(issuer, ask, { fresh: true });
  if (!document.ok) {
    return [
      stopped(
        "discovery",
        `没有读到 ${discoveryUrl(issuer)}。请检查签发者地址：不含 /.well-known/…，末尾斜杠须与平台一致`,
        `${discoveryUrl(issuer)} could not be read. Check the issuer: without /.well-known/…, and with or without a slash at its end exactly as the platform has it`,
        document.error.detail,
      ),
    ];
  }
  const steps = [passed("discovery", `签发者是 ${issuer}。`, `The issuer is ${issuer}.`)];
  const keys = await keysAt(document.value.jwksUri, ask, 0);
  if (!keys.ok) {
    const { detail } = keys.error;
    return [...steps, stopped("keys", "没有读到签名公钥", "Its keys could not be read", detail)];
  }
  steps.push(passed("keys", "签名公钥可以读取。", "Its keys can be read."));
  // Nobody was given this code: a client that is known is told so, another that it is not known.
  const redirectUri = "https://nowhere.invalid/";
  const nobodys = { code: "portico-test", redirectUri, verifier: "portico-test".repeat(4) };
  const answer = await ask(tokenQuestion(document.value, provider, nobodys));
  const told = answer.ok ? null : oauthError(answer.error);
  const refusedClient = told && /client/.test(told.code) ? told : null;
  if (refusedClient) {
    return [
      ...steps,
      stopped(
        "client",
        "平台不接受客户端 ID 或密钥。请重新复制；Entra ID 需要密钥的“值”，不是“ID”",
        "The client id or secret is not accepted. Copy both again; of Entra ID the secret's *value* is needed, not its id",
        refusedClient.detail,
      ),
    ];
  }
  return [
    ...steps,
    told
      ? passed("client", "客户端 ID 和密钥有效。", "The client id and secret are accepted.")
      : passed(
          "client",
          "平台没有说明客户端是否有效，请用无痕窗口登录一次。",
          "The platform did not say whether it knows the client; log in once in a private window.",
        ),
  ];
}
