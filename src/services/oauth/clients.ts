/**
 * Apps: those that register themselves (RFC 7591), those that an admin makes, and how an app
 * proves at the token endpoint that it is the one it says.
 */
import * as z from "zod";
import { KEY_SCOPES } from "../../contract/config.ts";
import { abilitiesOf, isWithin, parseScopes } from "../../core/oauth-scope.ts";
import { redirectProblem } from "../../core/redirect-uri.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { newId } from "../../store/ids.ts";
import * as clients from "../../store/oauth-clients.ts";
import type { Services } from "../services.ts";
import { deny } from "./refusal.ts";
import { hashOf, isSame, newSecret } from "./secrets.ts";

export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
export const GRANT_TYPES = ["authorization_code", "refresh_token", DEVICE_GRANT] as const;
export const AUTH_METHODS = ["none", "client_secret_basic", "client_secret_post"] as const;

/** From one address; where no address is known, for the whole site. */
const ADDRESS_RULE = { max: 20, windowMs: 3_600_000 };
const SITE_RULE = { max: 200, windowMs: 3_600_000 };
/** Unused ones go after a day: more than this is a flood. */
const MOST_REGISTERED = 5_000;

/** What an app tells of itself. Fields that are not known here are left out of the answer. */
const metadataSchema = z.object({
  redirect_uris: z.array(z.string()).max(20).default([]),
  client_name: z.string().trim().max(100).default(""),
  client_uri: z.string().max(500).optional(),
  token_endpoint_auth_method: z.enum(AUTH_METHODS).default("client_secret_basic"),
  grant_types: z.array(z.string()).max(10).default(["authorization_code"]),
  response_types: z.array(z.string()).max(5).default(["code"]),
  scope: z.string().max(2_000).optional(),
});
type Metadata = z.infer<typeof metadataSchema>;

/** Registers an app; the answer is the one of RFC 7591. */
export async function registerClient(
  services: Services,
  site: SiteSnapshot,
  body: unknown,
  address: string | null,
): Promise<Record<string, unknown>> {
  await requireRoom(services, site.id, address);
  const told = readMetadata(body);
  const scopes = parseScopes(told.scope ?? KEY_SCOPES.join(" "));
  if (!scopes) deny("invalid_client_metadata", "scope: has a value that is not known here.");
  const secret = told.token_endpoint_auth_method === "none" ? null : newSecret("ps-");
  const client = await clients.insertClient(services.db, {
    siteId: site.id,
    id: newId("app"),
    name: told.client_name || "App",
    website: told.client_uri ?? "",
    redirectUris: told.redirect_uris,
    grantTypes: told.grant_types,
    scopes: abilitiesOf(scopes),
    secretHash: secret && hashOf(secret),
    origin: "registered",
    limits: {},
    createdAt: Date.now(),
  });
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(client.createdAt / 1000),
    ...(secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    client_name: client.name,
    ...(client.website ? { client_uri: client.website } : {}),
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: told.response_types,
    token_endpoint_auth_method: told.token_endpoint_auth_method,
    scope: client.scopes.join(" "),
  };
}

async function requireRoom(
  { env, db }: Services,
  siteId: string,
  address: string | null,
): Promise<void> {
  const byAddress = throttleOf(env, `oauth-register:${siteId}:address:${address ?? ""}`);
  const ofSite = throttleOf(env, `oauth-register:${siteId}`);
  const waits = await Promise.all([
    ...(address === null ? [] : [byAddress.attempt(ADDRESS_RULE)]),
    ofSite.attempt(SITE_RULE),
  ]);
  const retryAfterMs = Math.max(...waits.map((wait) => wait.retryAfterMs));
  if (retryAfterMs > 0) {
    deny("temporarily_unavailable", "Too many apps were registered; please wait.", retryAfterMs);
  }
  if ((await clients.countRegistered(db, siteId)) >= MOST_REGISTERED) {
    deny("temporarily_unavailable", "Too many apps are registered here.", 3_600_000);
  }
}

function readMetadata(body: unknown): Metadata {
  const parsed = metadataSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return deny(
      "invalid_client_metadata",
      `${issue?.path.map(String).join(".") || "the body"}: ${issue?.message ?? "is not valid"}`,
    );
  }
  const told = parsed.data;
  for (const uri of told.redirect_uris) {
    const problem = redirectProblem(uri);
    if (problem) deny("invalid_redirect_uri", `${uri.slice(0, 200)} ${problem}.`);
  }
  const unknown = told.grant_types.find((one) => !(GRANT_TYPES as readonly string[]).includes(one));
  if (unknown) deny("invalid_client_metadata", `grant_types: ${unknown} is not supported.`);
  const byCode = told.grant_types.includes("authorization_code");
  if (byCode && told.redirect_uris.length === 0) {
    deny("invalid_redirect_uri", "redirect_uris: at least one is needed.");
  }
  if (told.response_types.some((type) => type !== "code")) {
    deny("invalid_client_metadata", "response_types: only code is supported.");
  }
  if (told.client_uri && !/^https?:\/\//.test(told.client_uri)) {
    deny("invalid_client_metadata", "client_uri: must be an address of the web.");
  }
  return told;
}

/** How an app proves itself, as the request brought it. */
export interface ClientProof {
  clientId: string;
  /** Null: it brought none. */
  secret: string | null;
}

/** The id and secret of a request: in the `Authorization` header or in the form, not in both. */
export function readProof(header: string | undefined, form: Map<string, string>): ClientProof {
  const inForm = form.get("client_id");
  const basic = header?.match(/^Basic\s+([A-Za-z0-9+/=_-]+)\s*$/i)?.[1];
  if (basic === undefined) {
    if (!inForm) deny("invalid_client", "client_id is missing.");
    return { clientId: inForm, secret: form.get("client_secret") ?? null };
  }
  if (form.has("client_secret")) deny("invalid_request", "The app proves itself in two ways.");
  const [id, secret] = decodedPair(basic);
  if (inForm !== undefined && inForm !== id) deny("invalid_request", "Two apps are named.");
  return { clientId: id, secret };
}

function decodedPair(basic: string): [string, string] {
  try {
    const text = Buffer.from(basic, "base64").toString("utf8");
    const colon = text.indexOf(":");
    const decode = (part: string) => decodeURIComponent(part.replace(/\+/g, " "));
    if (colon > 0) return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))];
  } catch {
    // Not percent-encoding: the same answer as for everything else that is no pair.
  }
  return deny("invalid_client", "The Authorization header cannot be read.");
}

/** The app that has proved to be itself; a public one has nothing to prove, and must not try. */
export async function provenClient(
  services: Services,
  site: SiteSnapshot,
  { clientId, secret }: ClientProof,
): Promise<clients.ClientRow> {
  const client = await clients.findClient(services.db, site.id, clientId);
  if (!client?.enabled) return deny("invalid_client", "There is no such app.");
  const proven =
    client.secretHash === null
      ? secret === null || secret === ""
      : secret !== null && isSame(hashOf(secret), client.secretHash);
  return proven ? client : deny("invalid_client", "The app did not prove to be itself.");
}

/** The scopes that an app asks for, within those that it may ask for. */
export function scopesFor(client: clients.ClientRow, scope: string | undefined): string[] {
  const scopes = parseScopes(scope);
  if (!scopes) return deny("invalid_scope", "A scope is not known here.");
  if (!isWithin(abilitiesOf(scopes), client.scopes)) {
    return deny("invalid_scope", "The app may not ask for one of these scopes.");
  }
  return scopes;
}

/** RFC 8707: whoever names a resource must mean this site. */
export function requireOwnResource(resource: string | undefined, issuer: string): void {
  if (resource === undefined) return;
  const own = URL.canParse(resource) && new URL(resource).origin === issuer;
  if (!own || resource.includes("#")) deny("invalid_target", "The resource is not of this site.");
}
