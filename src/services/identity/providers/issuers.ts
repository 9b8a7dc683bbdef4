/**
 * What issuers of OpenID Connect publish of themselves, in isolate memory. Invariants:
 *
 * 1. A document is an issuer's only where it names exactly that issuer.
 * 2. A key that is not known is looked for anew at most once in COOLDOWN_MS, whoever asks: a
 *    token with a made-up key id must not make us hammer the issuer.
 * 3. Nothing here is a secret, and nothing of one issuer is used for another.
 */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import { upstreamError } from "../../../connectors/kit/http-errors.ts";
import type { InvokeError } from "../../../connectors/kit/invoke.ts";
import { asArray, asObject, asText, type Json } from "../../../connectors/kit/json.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { Ask } from "./kind.ts";

/** Asymmetric ones only: a public key must never pass for a shared secret, and `none` for neither. */
export const SIGNING_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
];
const CLOCK_TOLERANCE_SECONDS = 60;
const DOCUMENT_MS = 3_600_000;
const KEYS_MS = 3_600_000;
export const COOLDOWN_MS = 30_000;
const MAX_KNOWN = 500;

export interface IssuerDocument {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userinfoEndpoint: string | null;
  jwksUri: string;
  /** Whether the client's secret goes into the form, as the issuer takes no basic authentication. */
  secretInForm: boolean;
  /** Whether it says on the way back who it is (RFC 9207). */
  namesItself: boolean;
}

interface Known<Value> {
  value: Value;
  at: number;
}

const documents = new Map<string, Known<IssuerDocument>>();
const keySets = new Map<string, Known<ReturnType<typeof createLocalJWKSet>>>();

function remember<Value>(known: Map<string, Known<Value>>, key: string, value: Value): Value {
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, { value, at: Date.now() });
  return value;
}

export const discoveryUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;

/** `fresh`: as it is now, for a test of what an admin has just typed. */
export async function documentOf(
  issuer: string,
  ask: Ask,
  { fresh = false } = {},
): Promise<Result<IssuerDocument, InvokeError>> {
  const known = documents.get(issuer);
  if (known && !fresh && Date.now() - known.at < DOCUMENT_MS) return ok(known.value);
  const answer = await ask({ url: discoveryUrl(issuer) });
  if (!answer.ok) return answer;
  const read = readDocument(answer.value, issuer);
  return read.ok ? ok(remember(documents, issuer, read.value)) : read;
}

function readDocument(document: Json, issuer: string): Result<IssuerDocument, InvokeError> {
  const wrong = (detail: string) => fail(upstreamError("protocol_violation", detail));
  if (document.issuer !== issuer) {
    return wrong(`the document names the issuer ${String(document.issuer)}, not ${issuer}`);
  }
  const authorizationEndpoint = asText(document.authorization_endpoint);
  const tokenEndpoint = asText(document.token_endpoint);
  const jwksUri = asText(document.jwks_uri);
  if (!authorizationEndpoint || !tokenEndpoint || !jwksUri) {
    return wrong("the document lacks an endpoint for codes, tokens or keys");
  }
  if (!/^https?:\/\//.test(authorizationEndpoint)) return wrong("the page to log in at is no page");
  const methods = asArray(document.token_endpoint_auth_methods_supported);
  return ok({
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    userinfoEndpoint: asText(document.userinfo_endpoint),
    jwksUri,
    secretInForm:
      methods.includes("client_secret_post") && !methods.includes("client_secret_basic"),
    namesItself: document.authorization_response_iss_parameter_supported === true,
  });
}

type Keys = ReturnType<typeof createLocalJWKSet>;

export async function keysAt(
  uri: string,
  ask: Ask,
  maxAgeMs = KEYS_MS,
): Promise<Result<Keys, InvokeError>> {
  const known = keySets.get(uri);
  if (known && Date.now() - known.at < maxAgeMs) return ok(known.value);
  const answer = await ask({ url: uri });
  if (!answer.ok) return answer;
  const keys = asArray(answer.value.keys).filter((key) => asObject(key)?.kty !== "oct");
  if (keys.length === 0) return fail(upstreamError("protocol_violation", "there are no keys"));
  return ok(remember(keySets, uri, createLocalJWKSet({ keys } as JSONWebKeySet)));
}

/** Why a token is not believed, in a sentence; the keys could not be had: an `InvokeError`. */
export type Disbelief = { kind: "token"; detail: string } | { kind: "keys"; error: InvokeError };

/** The claims of a token that one of the published keys has signed, for us, and that is in force. */
export async function verifyWithKeys(
  token: string,
  jwksUri: string,
  ask: Ask,
  expected: Pick<JWTVerifyOptions, "issuer" | "audience" | "requiredClaims" | "clockTolerance">,
): Promise<Result<JWTPayload, Disbelief>> {
  const options = {
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    ...expected,
    algorithms: SIGNING_ALGORITHMS,
  };
  const keys = await keysAt(jwksUri, ask);
  if (!keys.ok) return fail({ kind: "keys", error: keys.error });
  const first = await verified(token, keys.value, options);
  if (first.ok || first.error !== NO_KEY) return believed(first);
  // The issuer may have changed its keys since they were read.
  const newer = await keysAt(jwksUri, ask, COOLDOWN_MS);
  if (!newer.ok) return fail({ kind: "keys", error: newer.error });
  return believed(await verified(token, newer.value, options));
}

const NO_KEY = "it was signed with a key that the issuer does not publish";

const believed = (result: Result<JWTPayload, string>): Result<JWTPayload, Disbelief> =>
  result.ok ? result : fail({ kind: "token", detail: result.error });

/** Also for a shared secret; `algorithms` keeps the two apart. */
export async function verified(
  token: string,
  key: Keys | Uint8Array,
  options: JWTVerifyOptions,
): Promise<Result<JWTPayload, string>> {
  try {
    const { payload } =
      typeof key === "function"
        ? await jwtVerify(token, key, options)
        : await jwtVerify(token, key, options);
    return ok(payload);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return fail(NO_KEY);
    if (error instanceof errors.JOSEError) return fail(`${error.code}: ${error.message}`);
    // A key that cannot be imported, or does not fit the algorithm.
    return fail(error instanceof Error ? error.message : String(error));
  }
}
