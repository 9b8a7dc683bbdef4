/**
 * The only place that reads the Worker's variables and secrets. Fails closed: without a master
 * key nothing is served, and there is no default for any secret.
 */
import type { Environment } from "../core/environment.ts";

export const VERSION = "0.1.0";

const DEFAULT_REQUEST_TIMEOUT_MS = 600_000;

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
  };
}
