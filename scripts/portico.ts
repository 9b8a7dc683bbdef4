/**
 * Portico on this machine: the Worker on workerd with embedded storage (or libSQL), migrated and
 * configured. What `npm start`, the tests and the bench run.
 */
import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import { ASSETS, buildUis, buildWorker } from "./build.ts";
import { readConfigFile } from "./config-file.ts";
import { demoConfig } from "./demo.ts";
import { type LocalAnswer, localRequest } from "./local-request.ts";
import { applyMigrations, d1Executor, libsqlExecutor } from "./migrate.ts";
import { ROOT } from "./paths.ts";
import { openState, type StateSecrets } from "./state.ts";

export interface StartOptions {
  env: Record<string, string | undefined>;
  /** A configuration in place of PORTICO_CONFIG's file. */
  config?: unknown;
  /** Skip building the UIs (tests of the gateway alone). */
  withoutUis?: boolean;
  log?: (line: string) => void;
}

export interface RunningPortico {
  /** `http://127.0.0.1:8787` */
  origin: string;
  port: number;
  baseDomain: string;
  operatorToken: string;
  /** Path and query of the one-time link, with the slug of the site it is for; null once used. */
  setUp: { slug: string | null; token: string } | null;
  /** Slugs of the sites there are. */
  sites: string[];
  /** A request under the name of the platform (null) or of a site. */
  request(
    slug: string | null,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LocalAnswer>;
  close(): Promise<void>;
}

const CRON_EVERY_MS = 60_000;

export async function startPortico(options: StartOptions): Promise<RunningPortico> {
  const { env } = options;
  const log = options.log ?? (() => undefined);
  const host = env.HOST || "127.0.0.1";
  const port = Number(env.PORT || 8787);
  const stateFolder = resolve(env.PORTICO_STATE || ".portico");
  const secrets = openState(stateFolder);
  const baseDomain = env.PORTICO_BASE_DOMAIN || "localhost";
  const config =
    options.config ??
    (env.PORTICO_CONFIG ? readConfigFile(resolve(env.PORTICO_CONFIG), env) : null);
  if (!options.withoutUis) buildUis(log);
  const bundle = await buildWorker();
  const bindings = bindingsOf(env, secrets, config);
  const runtime = new Miniflare(workerOptions({ bundle, host, port, stateFolder, bindings }));
  await runtime.ready;
  const origin = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
  const running: RunningPortico = {
    origin,
    port,
    baseDomain,
    operatorToken: secrets.operatorToken,
    setUp: null,
    sites: [],
    request: (slug, method, path, body, headers) =>
      localRequest({
        origin,
        host: `${slug === null ? "" : `${slug}.`}${baseDomain}:${port}`,
        method,
        path,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
      }),
    close: async () => {
      clearInterval(cron);
      await runtime.dispose();
    },
  };
  const cron = setInterval(() => void tick(runtime, log), CRON_EVERY_MS);
  try {
    await applyMigrations(
      env.LIBSQL_URL
        ? libsqlExecutor(env.LIBSQL_URL, env.LIBSQL_AUTH_TOKEN)
        : d1Executor(await runtime.getD1Database("DB")),
      join(ROOT, "migrations"),
    );
    await configure(running, config, env, log);
    await claim(running, secrets.setupToken, env);
    return running;
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** The Worker's variables and secrets. */
function bindingsOf(
  env: StartOptions["env"],
  secrets: StateSecrets,
  config: unknown,
): Record<string, string> {
  return {
    PORTICO_MASTER_KEY: env.PORTICO_MASTER_KEY || secrets.masterKey,
    PORTICO_OPERATOR_TOKEN: secrets.operatorToken,
    PORTICO_SETUP_HASH: createHash("sha256").update(secrets.setupToken).digest("hex"),
    PORTICO_BASE_DOMAIN: env.PORTICO_BASE_DOMAIN || "localhost",
    PORTICO_ALLOW_PRIVATE_UPSTREAMS: env.PORTICO_ALLOW_PRIVATE_UPSTREAMS || "true",
    PORTICO_ADDRESS_HEADER: env.PORTICO_ADDRESS_HEADER || "",
    ...(config === null ? {} : { PORTICO_CONFIG_DIGEST: digestOf(config) }),
    ...optional(env, [
      "LIBSQL_URL",
      "LIBSQL_AUTH_TOKEN",
      "PORTICO_REQUEST_TIMEOUT_MS",
      "PORTICO_TURNSTILE_URL",
      "PORTICO_MAIL_URL",
      "PORTICO_MAIL_SENDER",
      ...HOST_SETTINGS,
    ]),
  };
}

const HOST_SETTINGS = [
  "PORTICO_CNAME_TARGET",
  "PORTICO_DNS_RESOLVERS",
  "PORTICO_CLOUDFLARE_ZONE_ID",
  "PORTICO_CLOUDFLARE_API_TOKEN",
  "PORTICO_CLOUDFLARE_API",
];

function resolve(path: string): string {
  return isAbsolute(path) ? path : join(ROOT, path);
}

function digestOf(config: unknown): string {
  return createHash("sha256").update(JSON.stringify(config)).digest("hex");
}

function optional(env: StartOptions["env"], names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

async function tick(runtime: Miniflare, log: (line: string) => void): Promise<void> {
  try {
    const worker = await runtime.getWorker("portico");
    await worker.scheduled({ cron: "* * * * *" });
  } catch (error) {
    log(`the minute's work failed: ${String(error)}`);
  }
}

interface WorkerParts {
  bundle: string;
  host: string;
  port: number;
  stateFolder: string;
  bindings: Record<string, string>;
}

interface ObjectBinding {
  name: string;
  class_name: string;
}

/** The Worker as wrangler.toml describes it, on a socket of its own without anything in front. */
function workerOptions(parts: WorkerParts): ConstructorParameters<typeof Miniflare>[0] {
  const wrangler = readWranglerConfig({ config: join(ROOT, "wrangler.toml") });
  const durableObjects = Object.fromEntries(
    wrangler.durable_objects.bindings.map((binding: ObjectBinding) => [
      binding.name,
      { className: binding.class_name, useSQLite: true },
    ]),
  );
  return convertV4MiniflareOptions({
    name: "portico",
    modules: true,
    scriptPath: parts.bundle,
    modulesRoot: join(ROOT, "dist/worker"),
    compatibilityDate: wrangler.compatibility_date ?? "",
    compatibilityFlags: wrangler.compatibility_flags,
    bindings: parts.bindings,
    d1Databases: { DB: "portico" },
    durableObjects,
    // Read from the disk as they are: no asset Worker stands in front, and a new build shows at once.
    serviceBindings: { ASSETS: { disk: { path: ASSETS, writable: false } } },
    unsafeDirectSockets: [{ host: parts.host, port: parts.port }],
    port: 0,
    host: "127.0.0.1",
    resourcePersistencePath: join(parts.stateFolder, "data"),
    log: new Log(LogLevel.WARN),
    // Who connects is said by the edge, not looked up from here.
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
  });
}

/** Applies the file; on a first start without one, makes the demo site. */
async function configure(
  running: RunningPortico,
  config: unknown,
  env: StartOptions["env"],
  log: (line: string) => void,
): Promise<void> {
  let wanted = config;
  if (config === null && (await siteSlugs(running)).length === 0) {
    wanted = demoConfig(env);
    log("Making the demo site …");
  }
  if (wanted !== null) {
    const answer = await running.request(
      null,
      "POST",
      "/api/platform/config",
      { config: wanted },
      operator(running),
    );
    if (answer.status !== 200) throw new Error(`the configuration was refused:\n${answer.text}`);
  }
  running.sites = await siteSlugs(running);
}

async function siteSlugs(running: RunningPortico): Promise<string[]> {
  const answer = await running.request(
    null,
    "GET",
    "/api/platform/sites?limit=200",
    undefined,
    operator(running),
  );
  if (answer.status !== 200)
    throw new Error(`could not list the sites: ${answer.status} ${answer.text}`);
  const { data } = JSON.parse(answer.text) as { data: { slug: string }[] };
  return data.map((site) => site.slug);
}

function operator(running: RunningPortico): Record<string, string> {
  return { authorization: `Bearer ${running.operatorToken}` };
}

/** Makes the operator from the environment, or leaves the link that a person uses once. */
async function claim(
  running: RunningPortico,
  token: string,
  env: StartOptions["env"],
): Promise<void> {
  const boot = await running.request(null, "GET", "/api/auth/boot");
  const { setupNeeded } = JSON.parse(boot.text) as { setupNeeded: boolean };
  if (!setupNeeded) return;
  const slug = running.sites.includes("demo") ? "demo" : null;
  const email = env.PORTICO_OWNER_EMAIL;
  const password = env.PORTICO_OWNER_PASSWORD;
  if (!email || !password) {
    running.setUp = { slug, token };
    return;
  }
  const answer = await running.request(slug, "POST", "/api/auth/setup", { token, email, password });
  if (answer.status !== 200) throw new Error(`could not make the operator: ${answer.text}`);
}
