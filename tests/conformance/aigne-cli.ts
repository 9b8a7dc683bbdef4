/**
 * The published command line of AIGNE, as its users run it: its own process, a home of its own,
 * and in the place of a browser a program that writes down which page it was to open.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";
import { NODE } from "../server/child.ts";
import { eventually } from "../server/support.ts";
import { installInto } from "./aigne-clients.ts";

const FOLDER = join(ROOT, ".cache/aigne-cli");

export interface RunningCli {
  /** The page that it has sent its user to. */
  page(): Promise<URL>;
  /** Its exit code and all that it said, once it has ended. */
  ended: Promise<{ code: number | null; said: string }>;
  /** What it keeps for next time; null: nothing. */
  kept(): { host: string; key: string } | null;
  stop(): void;
}

export function runAigne(args: string[]): RunningCli {
  installInto(FOLDER, "cli");
  const home = mkdtempSync(join(tmpdir(), "portico-aigne-"));
  // It keeps keys in a folder that its other commands make.
  mkdirSync(join(home, ".aigne"));
  const browser = join(home, "browser.sh");
  const opened = join(home, "opened");
  writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > "${opened}"\n`, { mode: 0o755 });
  const started = spawn(NODE, [join(FOLDER, "node_modules/@aigne/cli/dist/cli.js"), ...args], {
    cwd: home,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH ?? "",
      HOME: home,
      BROWSER: browser,
      NODE_OPTIONS: `--no-warnings --import ${join(ROOT, "tests/conformance/localhost-names.ts")}`,
    },
  });
  let said = "";
  for (const stream of [started.stdout, started.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
  }
  return {
    page: () =>
      eventually(async () => {
        if (!existsSync(opened)) throw new Error(`no page was opened\n${said}`);
        return new URL(readFileSync(opened, "utf8"));
      }, 30_000),
    ended: new Promise((resolve) => started.once("close", (code) => resolve({ code, said }))),
    kept: () => keptIn(join(home, ".aigne")),
    stop: () => {
      started.kill("SIGKILL");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function keptIn(folder: string): { host: string; key: string } | null {
  const file = existsSync(folder)
    ? readdirSync(folder).find((name) => name.endsWith("connected.yaml"))
    : undefined;
  if (!file) return null;
  const text = readFileSync(join(folder, file), "utf8");
  const of = (name: string) => new RegExp(`${name}: *["']?([^"'\\s]+)`).exec(text)?.[1] ?? "";
  return { host: of("AIGNE_HUB_API_URL"), key: of("AIGNE_HUB_API_KEY") };
}
