/**
 * The only place that reads the Worker's variables and secrets. Fails closed: without a master
 * key nothing is served, and there is no default for any secret.
 */
import type { Environment, HostsEnvironment } from "../core/environment.ts";

const DEFAULT_REQUEST_TIMEOUT_MS = 600_000;
const TURNSTILE_URL = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

export class EnvironmentError extends Error {}

const known = new WeakMap<Env, Environment>();

export function readEnvironment(env: Env): Environment {
  const cached = known.get(env);
  if (cached) return cached;
  const environment = parse(env);
  known.set(env, environment);
  return environment;
}

function parse(env: Env): Environment {
  if (!env.PORTICO_MASTER_KEY) throw new EnvironmentError("PORTICO_MASTER_KEY is not set");
  const masterKey = Uint8Array.from(atob(env.PORTICO_MASTER_KEY), (char) => char.charCodeAt(0));
  if (masterKey.length !== 32) {
    throw new EnvironmentError("PORTICO_MASTER_KEY must be 32 bytes in base64");
  }
  const baseDomain = env.PORTICO_BASE_DOMAIN.trim().toLowerCase();
  if (!baseDomain) throw new EnvironmentError("PORTICO_BASE_DOMAIN is not set");
  const timeout = Number(env.PORTICO_REQUEST_TIMEOUT_MS ?? DEFAULT_REQUEST_TIMEOUT_MS);
  if (!(timeout >= 1000)) {
    throw new EnvironmentError("PORTICO_REQUEST_TIMEOUT_MS must be at least 1000");
  }
  return {
    masterKey,
    operatorToken: env.PORTICO_OPERATOR_TOKEN || null,
    setupHash: env.PORTICO_SETUP_HASH || null,
    configDigest: env.PORTICO_CONFIG_DIGEST || null,
    baseDomain,
    allowPrivateUpstreams: env.PORTICO_ALLOW_PRIVATE_UPSTREAMS === "true",
    addressHeader: env.PORTICO_ADDRESS_HEADER.trim().toLowerCase() || null,
    requestTimeoutMs: timeout,
    turnstileUrl: env.PORTICO_TURNSTILE_URL || TURNSTILE_URL,
    hosts: hostsOf(env, baseDomain),
    ...mailOf(env),
  };
}

const MAIL_PROTOCOLS = ["smtp:", "smtps:", "https:", "http:"];

function mailOf(env: Env): Pick<Environment, "mail" | "mailSender"> {
  const mail = env.PORTICO_MAIL_URL?.trim() || null;
  const mailSender = env.PORTICO_MAIL_SENDER?.trim() ?? "";
  if (mail !== null) {
    const protocol = URL.parse(mail)?.protocol ?? "";
    if (!MAIL_PROTOCOLS.includes(protocol)) {
      throw new EnvironmentError("PORTICO_MAIL_URL must be smtps://, smtp:// or https://");
    }
    if (!mailSender) throw new EnvironmentError("PORTICO_MAIL_URL needs PORTICO_MAIL_SENDER");
  }
  return { mail, mailSender };
}

const CLOUDFLARE_API = "https://api.cloudflare.com/client/v4";
const RESOLVERS = "https://cloudflare-dns.com/dns-query, https://dns.google/resolve";

function hostsOf(env: Env, baseDomain: string): HostsEnvironment {
  const { PORTICO_CLOUDFLARE_API_TOKEN: token, PORTICO_CLOUDFLARE_ZONE_ID: zoneId } = env;
  if (Boolean(token) !== Boolean(zoneId)) {
    throw new EnvironmentError(
      "PORTICO_CLOUDFLARE_API_TOKEN and PORTICO_CLOUDFLARE_ZONE_ID go together",
    );
  }
  const resolvers = (env.PORTICO_DNS_RESOLVERS || RESOLVERS).split(/[\s,]+/).filter(Boolean);
  const api = (env.PORTICO_CLOUDFLARE_API || CLOUDFLARE_API).replace(/\/$/, "");
  return {
    cnameTarget: (env.PORTICO_CNAME_TARGET || baseDomain).trim().toLowerCase(),
    resolvers,
    cloudflare: token && zoneId ? { api, zoneId, token } : null,
  };
}
