/** What is compared: where each one listens, how it wants to be asked, and which process serves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { portkeyScript } from "./portkey.ts";
import { freePort, sleep, startNode, stop, withWorkerd } from "./processes.ts";
import { bodyOf, type Manner, PATHS, WORKS, type WorkName, wholeWith } from "./works.ts";

/** How one target has to be asked for a work. */
export interface Asked {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Text without which the answer is not whole. */
  expect: string;
}

export interface Target {
  name: "direct" | "pass-through" | "tee" | "ledger" | "portico" | "portkey";
  label: string;
  /** The process that serves; null where that is the mock provider itself. */
  pid: number | null;
  port: number;
  ask(work: WorkName, manner: Manner): Asked;
  close(): Promise<void>;
}

export const COMPATIBILITY_DATE = "2026-11-01";
export const WALLETS = 1000;

/** Keys brought along, one for each wallet; the other targets take them as names. */
export const KEYS = Array.from(
  { length: WALLETS },
  (_, index) => `sk-bench-${String(index).padStart(24, "0")}`,
);

/** As the provider itself is asked. */
function mirrored(name: WorkName, manner: Manner): Asked {
  const work = WORKS[name];
  const { provider } = work;
  return {
    path: `/${manner}${PATHS[provider]}`,
    headers: {},
    body: bodyOf(provider, work, "bench"),
    expect: wholeWith(provider, work),
  };
}

/** As a gateway is asked; `model` is its name for what answers. */
export function asked(name: WorkName, model: string, headers: Record<string, string>): Asked {
  const work = WORKS[name];
  const { client } = work;
  const body = bodyOf(client, work, model);
  return { path: PATHS[client], headers, body, expect: wholeWith(client, work) };
}

export function direct(upstreamPort: number): Target {
  return {
    name: "direct",
    label: "direct",
    pid: null,
    port: upstreamPort,
    ask: mirrored,
    close: () => Promise.resolve(),
  };
}

/** One of the Workers of this folder, on a socket with nothing in front. */
export async function plainWorker(
  name: "pass-through" | "tee" | "ledger",
  label: string,
  upstreamPort: number,
  stateFolder: string,
): Promise<Target> {
  const port = await freePort();
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      name,
      modules: true,
      script: readFileSync(new URL(`workers/${name}.js`, import.meta.url), "utf8"),
      compatibilityDate: COMPATIBILITY_DATE,
      bindings: { UPSTREAM: `http://127.0.0.1:${upstreamPort}` },
      ...(name === "ledger"
        ? { durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } } }
        : {}),
      unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      port: 0,
      host: "127.0.0.1",
      cf: false,
      resourcePersistencePath: join(stateFolder, name),
      log: new Log(LogLevel.WARN),
      logRequests: false,
      telemetry: { enabled: false },
    }),
  );
  const { pid } = await withWorkerd(() => runtime.ready);
  return { name, label, pid, port, ask: mirrored, close: () => runtime.dispose() };
}

const PORTKEY_READY_MS = 15_000;

export async function portkey(upstreamPort: number): Promise<Target> {
  const { script, folder } = portkeyScript();
  const port = await freePort();
  const child = startNode([script, `--port=${port}`, "--headless"], folder);
  const deadline = Date.now() + PORTKEY_READY_MS;
  while (!(await answers(port))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop(child);
      throw new Error(`Portkey did not start:\n${child.said()}`);
    }
    await sleep(100);
  }
  return {
    name: "portkey",
    label: "Portkey 1.15.2",
    pid: child.pid ?? null,
    port,
    ask: (work, manner) =>
      asked(work, "bench", {
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/${manner}/v1`,
      }),
    close: () => stop(child),
  };
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.text().then(() => true),
    () => false,
  );
}
