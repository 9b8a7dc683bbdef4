/** The very process that `npm start` runs, in a group of its own, with all that it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";
import { eventually, freePort } from "./support.ts";

export const NODE = join(ROOT, "node_modules/.bin/node");

export interface Said {
  stdout: string;
  stderr: string;
}

export interface Child extends Said {
  origin: string;
  port: number;
  process: ChildProcess;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
  /** Answers when /healthz says 200. */
  ready(): Promise<void>;
  kill(): void;
}

export interface Workplace {
  folder: string;
  write(name: string, content: string): string;
  remove(): void;
}

export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), "portico-child-"));
  return {
    folder,
    write: (name, content) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function startChild(state: string, env: Record<string, string> = {}): Promise<Child> {
  const port = Number(env.PORT ?? (await freePort()));
  const started = spawn(NODE, ["--no-warnings", "scripts/start.ts"], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PORT: String(port), PORTICO_STATE: state, ...env },
  });
  const origin = `http://127.0.0.1:${port}`;
  const child: Child = {
    origin,
    port,
    process: started,
    stdout: "",
    stderr: "",
    ended: new Promise((resolve) => started.once("exit", resolve)),
    ready: () =>
      eventually(async () => {
        const health = await fetch(`${origin}/healthz`);
        if (health.status !== 200) throw new Error(`${health.status}\n${child.stderr}`);
      }, 60_000),
    kill: () => killGroup(started),
  };
  listen(started, child);
  return child;
}

/** The CLI as an operator runs it. */
export async function runCli(
  args: string[],
  env: Record<string, string>,
): Promise<Said & { code: number | null }> {
  const started = spawn(NODE, ["--no-warnings", "scripts/cli.ts", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const said = listen(started, { stdout: "", stderr: "" });
  const code = await new Promise<number | null>((resolve) => started.once("close", resolve));
  return { ...said, code };
}

function listen<Into extends Said>(from: ChildProcess, into: Into): Into {
  from.stdout?.on("data", (bytes: Buffer) => {
    into.stdout += bytes.toString();
  });
  from.stderr?.on("data", (bytes: Buffer) => {
    into.stderr += bytes.toString();
  });
  return into;
}

function killGroup(started: ChildProcess): void {
  if (started.pid === undefined) return;
  try {
    process.kill(-started.pid, "SIGKILL");
  } catch (error) {
    // ESRCH: it is gone already, which is what we want.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
