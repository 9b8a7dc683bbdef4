/**
 * Other places to log in at, scripted: `/identity/oidc/…` an issuer of OpenID Connect with real
 * RS256 keys, `/identity/oidc-<flaw>/…` one that lies in one way; the platforms of
 * upstream-identity-platforms.ts; Turnstile. A code says itself whom it is for, so that tests in
 * another process can make one: `codeFor`.
 */
import { createHash, generateKeyPairSync, randomUUID } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from "jose";
import type { Call } from "./upstream-call.ts";
import { CLIENT } from "./upstream-identity-client.ts";
import { type GivenCode, openCode, useOnce } from "./upstream-identity-code.ts";
import { IDENTITY_PLATFORMS } from "./upstream-identity-platforms.ts";
import { sendJson } from "./upstream-stream.ts";

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: JWK;
}

async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const kid = randomUUID();
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" };
  return { kid, privateKey, publicKey, jwk };
}

/** By issuer: its key of now. A rotated issuer publishes the new one only. */
const keys = new Map<string, Promise<SigningKey>>();
const keyOf = (issuer: string): Promise<SigningKey> => {
  const key = keys.get(issuer) ?? newKey();
  keys.set(issuer, key);
  return key;
};

export async function answerIdentity(call: Call): Promise<void> {
  const [, , place = ""] = call.path.split("/");
  const platform = IDENTITY_PLATFORMS[place.split("-")[0] ?? ""];
  if (platform) {
    const { status, json, type = "application/json" } = platform(call);
    call.response.writeHead(status, { "content-type": type }).end(JSON.stringify(json));
    return;
  }
  const flaw = place.slice("oidc-".length);
  const base = `http://${call.headers.host}${call.address.split(`/${place}`)[0]}/${place}`;
  const path = call.path.slice(`/identity/${place}`.length);
  if (path === "/.well-known/openid-configuration") {
    return void sendJson(call.response, 200, documentOf(base, flaw));
  }
  if (path === "/jwks") {
    const { jwk } = await keyOf(base);
    return void sendJson(call.response, 200, { keys: [jwk] });
  }
  if (path === "/rotate") {
    keys.set(base, newKey());
    return void sendJson(call.response, 200, {});
  }
  if (path === "/authorize") return void consent(call, base, flaw);
  if (path === "/token") return await token(call, base, flaw);
  if (path === "/userinfo") {
    const claims = JSON.parse(Buffer.from(call.key, "base64url").toString()) as object;
    return void sendJson(
      call.response,
      200,
      flaw === "thin" ? claims : { ...claims, sub: "another" },
    );
  }
  sendJson(call.response, 404, { error: "not_found" });
}

const documentOf = (base: string, flaw: string) => ({
  issuer: flaw === "lying" ? "https://accounts.google.com" : base,
  authorization_endpoint: `${base}/authorize`,
  token_endpoint: `${base}/token`,
  userinfo_endpoint: `${base}/userinfo`,
  jwks_uri: `${base}/jwks`,
  ...(flaw === "post" ? { token_endpoint_auth_methods_supported: ["client_secret_post"] } : {}),
  ...(flaw === "names" ? { authorization_response_iss_parameter_supported: true } : {}),
});

const ANN = { sub: "ann", email: "ann@acme.example", email_verified: true, name: "Ann" };

/** Everybody consents at once, as the person in `as`, or as Ann. */
function consent(call: Call, issuer: string, flaw: string): void {
  const query = new URLSearchParams(call.address.split("?")[1]);
  const back = new URL(query.get("redirect_uri") ?? "");
  const code: GivenCode = {
    claims: JSON.parse(query.get("as") ?? JSON.stringify(ANN)) as Record<string, unknown>,
    nonce: query.get("nonce") ?? "",
    challenge: query.get("code_challenge") ?? "",
    redirectUri: back.href,
    id: randomUUID(),
  };
  back.searchParams.set("code", Buffer.from(JSON.stringify(code)).toString("base64url"));
  back.searchParams.set("state", query.get("state") ?? "");
  if (flaw === "names") back.searchParams.set("iss", issuer);
  call.response.writeHead(302, { location: back.href }).end();
}

async function token(call: Call, issuer: string, flaw: string): Promise<void> {
  const form = new URLSearchParams(call.text);
  const given = flaw === "post" ? formClient(form) : basicClient(call);
  const sayNo = (status: number, error: string, error_description: string) =>
    sendJson(call.response, status, { error, error_description });
  if (given.id !== CLIENT.id || given.secret !== CLIENT.secret) {
    return void sayNo(401, "invalid_client", "client authentication failed");
  }
  const code = openCode(form.get("code"));
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  const isGood =
    code?.challenge === challenge && code.redirectUri === form.get("redirect_uri") && useOnce(code);
  if (!code || !isGood) return void sayNo(400, "invalid_grant", "the code is not good");
  const claims = flaw === "thin" || flaw === "mixed" ? { sub: code.claims.sub } : code.claims;
  sendJson(call.response, 200, {
    token_type: "Bearer",
    expires_in: 3600,
    access_token: Buffer.from(JSON.stringify(code.claims)).toString("base64url"),
    id_token: await idToken(issuer, flaw, { ...claims, nonce: code.nonce }),
  });
}

function basicClient(call: Call) {
  const [id = "", secret = ""] = Buffer.from(
    (call.headers.authorization ?? "").replace(/^Basic /, ""),
    "base64",
  )
    .toString()
    .split(":")
    .map((text: string) => new URLSearchParams(`x=${text}`).get("x") ?? "");
  return { id, secret };
}

const formClient = (form: URLSearchParams) => ({
  id: form.get("client_id"),
  secret: form.get("client_secret"),
});

/** True to the standard, but for the one flaw. */
async function idToken(
  issuer: string,
  flaw: string,
  claims: Record<string, unknown>,
): Promise<string> {
  const key = await keyOf(issuer);
  const now = Math.floor(Date.now() / 1000);
  const payload: Record<string, unknown> = {
    iss: flaw === "issuer" ? "https://evil.example" : issuer,
    aud: flaw === "audience" ? "another client" : CLIENT.id,
    iat: now,
    exp: flaw === "expired" ? now - 600 : now + 300,
    ...claims,
    ...(flaw === "nonce" ? { nonce: "of another way" } : {}),
    ...(flaw === "azp" ? { aud: [CLIENT.id, "b"], azp: "b" } : {}),
  };
  if (flaw === "none") {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none" })}.${part(payload)}.`;
  }
  const header = { alg: "RS256", kid: key.kid };
  if (flaw === "hs256") {
    // The public key, which anybody has, taken for a shared secret.
    const secret = new TextEncoder().encode(await exportSPKI(key.publicKey));
    return await new SignJWT(payload).setProtectedHeader({ ...header, alg: "HS256" }).sign(secret);
  }
  if (flaw === "key") {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    return await new SignJWT(payload).setProtectedHeader(header).sign(other);
  }
  return await new SignJWT(payload).setProtectedHeader(header).sign(key.privateKey);
}
