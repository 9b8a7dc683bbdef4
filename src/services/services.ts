/** Everything the use cases work with, made once per isolate from the Worker's environment. */
import type { Environment } from "../core/environment.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { findKeyByHash } from "../store/keys.ts";
import { RouteHealth } from "./chat/health.ts";
import { AccessTokens } from "./connections-oauth-tokens.ts";
import { ForeignKeys } from "./identity/foreign-keys.ts";
import { type DerivedKeys, deriveKeys } from "./identity/secrets.ts";
import { SiteDirectory } from "./sites.ts";
import { Vault } from "./vault.ts";

export interface Services {
  env: Env;
  environment: Environment;
  db: Database;
  keys: DerivedKeys;
  sites: SiteDirectory;
  health: RouteHealth;
  foreignKeys: ForeignKeys;
  vault: Vault;
  accessTokens: AccessTokens;
}

const made = new WeakMap<Env, Services>();

export function servicesOf(env: Env, environment: Environment): Services {
  const existing = made.get(env);
  if (existing) return existing;
  const db = openDatabase(env);
  const sites = new SiteDirectory(db, environment);
  const vault = new Vault(environment.masterKey);
  const services: Services = {
    env,
    environment,
    db,
    keys: deriveKeys(environment.masterKey),
    sites,
    health: new RouteHealth(),
    foreignKeys: new ForeignKeys((hash) => findKeyByHash(db, hash)),
    vault,
    accessTokens: new AccessTokens({ db, vault, environment, sites }),
  };
  made.set(env, services);
  return services;
}
