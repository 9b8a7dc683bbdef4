/** Processes the bench starts, and what the kernel says they cost. It ends only those. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** USER_HZ, the unit of /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Child {
  pid: number;
  /** Sends a message and waits for the next answer. */
  ask<Answer>(message: object): Promise<Answer>;
  /** The next message that comes by itself. */
  hear<Answer>(): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts one of the bench's own programs, by its file name in this folder. */
export function startProgram(file: string): Child {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: ["--no-warnings"],
    serialization: "advanced",
  });
  const hear = <Answer>() =>
    new Promise<Answer>((resolve, reject) => {
      const gone = () => reject(new Error(`${file} ended too early`));
      child.once("exit", gone);
      child.once("message", (message) => {
        child.off("exit", gone);
        resolve(message as Answer);
      });
    });
  return {
    pid: child.pid ?? 0,
    hear,
    ask: <Answer>(message: object) => {
      const answer = hear<Answer>();
      child.send(message);
      return answer;
    },
    stop: () => stop(child),
  };
}

/** Starts another program with Node and leaves it running; its words are kept for an error. */
export function startNode(args: string[], cwd: string): ChildProcess & { said: () => string } {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  const keep = (data: Buffer) => {
    words = (words + data.toString()).slice(-4000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return Object.assign(child, { said: () => words });
}

export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

/** Field numbers as in proc(5); the name, which may hold spaces, ends at the last parenthesis. */
function statOf(pid: number): { name: string; fields: string[] } {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const end = text.lastIndexOf(")");
  return { name: text.slice(text.indexOf("(") + 1, end), fields: text.slice(end + 2).split(" ") };
}

/** CPU that a process has used in user and kernel mode, all threads, in milliseconds. */
export function cpuMs(pid: number): number {
  const { fields } = statOf(pid);
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory in MB. */
export function memoryMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

/** The workerd processes that this process has started and that still run. */
export function ownWorkerds(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && isOwnWorkerd(pid));
}

function isOwnWorkerd(pid: number): boolean {
  try {
    const { name, fields } = statOf(pid);
    return name === "workerd" && Number(fields[1]) === process.pid;
  } catch {
    // Ended between being listed and being read.
    return false;
  }
}

/** Runs `start` and answers the one workerd that came with it. */
export async function withWorkerd<Started>(
  start: () => Promise<Started>,
): Promise<{ started: Started; pid: number }> {
  const before = new Set(ownWorkerds());
  const started = await start();
  const fresh = ownWorkerds().filter((pid) => !before.has(pid));
  const [pid] = fresh;
  if (pid === undefined || fresh.length > 1) {
    throw new Error(`expected one new workerd, found ${fresh.length}`);
  }
  return { started, pid };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port"));
        else resolve(address.port);
      });
    });
  });
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
