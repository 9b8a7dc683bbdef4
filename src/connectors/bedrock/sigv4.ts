/**
 * AWS Signature Version 4 over a finished request. Signed are host, date, session token and the
 * hash of the body; other headers may be changed by what lies between.
 */
import type { UpstreamRequest } from "../connector.ts";

export interface AwsKey {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string | undefined;
}

export interface SigningScope {
  region: string;
  /** The name that is signed, which is not always in the host: `bedrock` for `bedrock-runtime`. */
  service: string;
  at: Date;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/** The headers that the signature adds. */
export async function signatureHeaders(
  request: Pick<UpstreamRequest, "method" | "url" | "body">,
  key: AwsKey,
  scope: SigningScope,
): Promise<Record<string, string>> {
  const url = new URL(request.url);
  const time = scope.at.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const added: Record<string, string> = { "x-amz-date": time };
  if (key.sessionToken !== undefined) added["x-amz-security-token"] = key.sessionToken;
  const signed = Object.entries({ host: url.host, ...added }).sort(byName);
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    request.method,
    canonicalPath(url.pathname),
    canonicalQuery(url.searchParams),
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    "",
    names,
    await sha256(request.body ?? ""),
  ].join("\n");
  const { region, service } = scope;
  const credential = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = [ALGORITHM, time, credential, await sha256(canonical)].join("\n");
  const signature = hex(await hmac(await signingKey(key.secretAccessKey, credential), toSign));
  return {
    ...added,
    authorization: `${ALGORITHM} Credential=${key.accessKeyId}/${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Escaped as it travels, then once more: the services of AWS (but S3) sign what they receive. */
function canonicalPath(path: string): string {
  return path.split("/").map(escaped).join("/");
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .map(([name, value]) => [escaped(name), escaped(value)] as const)
    .sort((a, b) => byName(a, b) || (a[1] < b[1] ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** RFC 3986: more than `encodeURIComponent` escapes. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const byName = (a: readonly [string, string], b: readonly [string, string]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;

/** Date, region, service and the closing word, each mixed into the key with the one before. */
async function signingKey(secret: string, credential: string): Promise<BufferSource> {
  let key: BufferSource = encoder.encode(`AWS4${secret}`);
  for (const part of credential.split("/")) key = await hmac(key, part);
  return key;
}

const encoder = new TextEncoder();
const HMAC = { name: "HMAC", hash: "SHA-256" };

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey("raw", key, HMAC, false, ["sign"]);
  return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

async function sha256(text: string): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
