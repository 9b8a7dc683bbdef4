/** The authorization server of each site: metadata, tokens, registration (RFC 6749 and its kin). */
import type { Hono } from "hono";
import { KEY_SCOPES } from "../contract/config.ts";
import { refuse } from "../core/failure.ts";
import { addressOf } from "../http/address.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readBytes, readJson } from "../http/body.ts";
import { readAuthorization } from "../services/oauth/authorize.ts";
import { AUTH_METHODS, GRANT_TYPES, registerClient } from "../services/oauth/clients.ts";
import { startDevice } from "../services/oauth/devices.ts";
import { deny, type OAuthErrorCode, OAuthRefusal } from "../services/oauth/refusal.ts";
import { introspectToken, revokeToken } from "../services/oauth/token-care.ts";
import { tokenFor } from "../services/oauth/token-endpoint.ts";

const MAX_BODY_BYTES = 64 * 1024;

export const issuerOf = (c: AppContext): string => new URL(c.req.url).origin;

export function oauthRoutes(app: Hono<AppEnv>): void {
  for (const path of [
    "/.well-known/oauth-authorization-server",
    // Clients that look for OpenID Connect find the same server; there is no `openid` scope.
    "/.well-known/openid-configuration",
  ]) {
    app.get(path, (c) => open(c, () => metadata(c)));
  }
  for (const path of [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/*",
  ]) {
    app.get(path, (c) => open(c, () => resourceMetadata(c)));
  }
  app.get("/oauth/authorize", authorize);
  app.post("/oauth/token", (c) =>
    open(c, async () => tokenFor(c.var.services, c.var.site, await formRequest(c))),
  );
  app.post("/oauth/device_authorization", (c) =>
    open(c, async () =>
      startDevice(c.var.services, c.var.site, await formRequest(c), {
        address: addressOf(c),
        agent: c.req.header("user-agent") ?? null,
      }),
    ),
  );
  app.post("/oauth/register", (c) =>
    open(
      c,
      async () => {
        const body = await readJson(c.req.raw, MAX_BODY_BYTES);
        return await registerClient(c.var.services, c.var.site, body, addressOf(c));
      },
      201,
    ),
  );
  app.post("/oauth/revoke", (c) =>
    open(c, async () => {
      await revokeToken(c.var.services, c.var.site, await formRequest(c));
      return {};
    }),
  );
  app.post("/oauth/introspect", (c) =>
    open(c, async () => introspectToken(c.var.services, c.var.site, await formRequest(c))),
  );
  app.options("/oauth/:endpoint", (c) => preflight(c));
  app.options("/.well-known/:document{oauth-.+}", (c) => preflight(c));
}

/** These carry no cookie: apps that live in a browser may call them from their own pages. */
const CORS = { "access-control-allow-origin": "*" };

function preflight(c: AppContext): Response {
  return c.body(null, 204, {
    ...CORS,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, mcp-protocol-version",
    "access-control-max-age": "86400",
  });
}

const STATUS: Partial<Record<OAuthErrorCode, 401 | 429>> = {
  invalid_client: 401,
  temporarily_unavailable: 429,
};

/** Answers in the form of RFC 6749: what it gives, or an error and its description. */
async function open(
  c: AppContext,
  work: () => object | Promise<object>,
  status: 200 | 201 = 200,
): Promise<Response> {
  requireSite(c);
  const headers = { ...CORS, "cache-control": "no-store", pragma: "no-cache" };
  try {
    return c.json(await work(), status, headers);
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    const { code, message, retryAfterMs } = error;
    const more: Record<string, string> = {};
    if (code === "invalid_client") more["www-authenticate"] = 'Basic realm="oauth"';
    if (retryAfterMs) more["retry-after"] = String(Math.ceil(retryAfterMs / 1000));
    const body = { error: code, error_description: message };
    return c.json(body, STATUS[code] ?? 400, { ...headers, ...more });
  }
}

/** The platform's host has no users who could allow an app anything. */
function requireSite(c: AppContext): void {
  if (c.var.onPlatformHost) refuse("not_found", "There is nothing here.");
}

/** A form where each name is there once. */
async function formRequest(c: AppContext) {
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) {
    deny("invalid_request", "The body must be a form (application/x-www-form-urlencoded).");
  }
  const text = new TextDecoder().decode(await readBytes(c.req.raw, MAX_BODY_BYTES));
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    // Without a value is as if it were not there (RFC 6749, 3.2).
    if (value === "") continue;
    if (form.has(name)) deny("invalid_request", `${name} is there twice.`);
    form.set(name, value);
  }
  return { authorization: c.req.header("authorization"), form, issuer: issuerOf(c) };
}

function metadata(c: AppContext): object {
  const issuer = issuerOf(c);
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    device_authorization_endpoint: `${issuer}/oauth/device_authorization`,
    registration_endpoint: `${issuer}/oauth/register`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    scopes_supported: [...KEY_SCOPES],
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: [...GRANT_TYPES],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: [...AUTH_METHODS],
    revocation_endpoint_auth_methods_supported: [...AUTH_METHODS],
    introspection_endpoint_auth_methods_supported: AUTH_METHODS.filter((one) => one !== "none"),
    authorization_response_iss_parameter_supported: true,
    service_documentation: `${issuer}/docs`,
  };
}

/** RFC 9728: the whole site is one resource. */
function resourceMetadata(c: AppContext): object {
  const issuer = issuerOf(c);
  const path = new URL(c.req.url).pathname.slice("/.well-known/oauth-protected-resource".length);
  return {
    resource: `${issuer}${path === "/" ? "" : path}`,
    authorization_servers: [issuer],
    scopes_supported: [...KEY_SCOPES],
    bearer_methods_supported: ["header"],
    resource_name: c.var.site.name,
  };
}

/** To the page where the user decides; back to the app only where the app is known. */
async function authorize(c: AppContext): Promise<Response> {
  requireSite(c);
  const { search } = new URL(c.req.url);
  const { services, site } = c.var;
  const read = await readAuthorization(services, site, search, issuerOf(c));
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "no-referrer");
  if (read.ok) return c.redirect(`/consent${search}`, 302);
  if (read.error.kind === "redirect") return c.redirect(read.error.location, 302);
  return c.text(`${read.error.message}\n`, 400);
}
