import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { ROOT } from "../../scripts/paths.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { clientOf, eventually, expectBalanced, freePort, keyOf } from "./support.ts";

/** Requests live two seconds at most, so that the holds of killed ones expire while we watch. */
const REQUEST_TIMEOUT_MS = 2_000;
const SPENDERS = 6;

let upstream: Upstream;
let port: number;
let folder: string;
let child: ChildProcess;

const names = Array.from({ length: SPENDERS }, (_, n) => `spender${n}`);

beforeAll(async () => {
  upstream = await startUpstream();
  port = await freePort();
  folder = mkdtempSync(join(tmpdir(), "portico-kill-"));
  const price = { inputPerMillion: 1000, outputPerMillion: 1000 };
  const config = {
    sites: [
      {
        slug: "acme",
        name: "Acme",
        connections: [
          {
            id: "up",
            connector: "openai-compatible",
            settings: { baseUrl: `${upstream.url}/v1` },
            secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
          },
        ],
        models: ["ok", "paced"].map((model) => ({
          name: model,
          routes: [{ connection: "up", model }],
          price,
        })),
        levels: [{ slug: "free", name: "Free", default: true }],
        users: [
          { email: "boss@acme.example", password: "password-of-boss", role: "owner" },
          ...names.map((name) => ({
            email: `${name}@acme.example`,
            credits: 1000,
            apiKeys: [{ name: "k", key: keyOf(name) }],
          })),
        ],
      },
    ],
  };
  writeFileSync(join(folder, "portico.json"), JSON.stringify(config));
  child = await start();
}, 60_000);

afterAll(async () => {
  killGroup(child);
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The very process that `npm start` runs, in a group of its own. */
async function start(): Promise<ChildProcess> {
  const started = spawn(
    join(ROOT, "node_modules/.bin/node"),
    ["--no-warnings", "scripts/start.ts"],
    {
      cwd: ROOT,
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        PORT: String(port),
        PORTICO_STATE: join(folder, "state"),
        PORTICO_CONFIG: join(folder, "portico.json"),
        PORTICO_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
      },
    },
  );
  await eventually(async () => {
    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    if (health.status !== 200) throw new Error(`not ready: ${health.status}`);
  }, 40_000);
  return started;
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

async function traffic(until: () => boolean): Promise<string[]> {
  const completed: string[] = [];
  const spend = async (name: string, n: number): Promise<void> => {
    const client = clientOf({ gateway: `http://127.0.0.1:${port}/v1` }, keyOf(name));
    while (!until()) {
      const stream = n % 2 === 0;
      try {
        const response = await client.chat({ model: stream ? "paced" : "ok", stream });
        const text = await response.text();
        if (response.ok && (!stream || text.includes("[DONE]"))) {
          completed.push(response.headers.get("x-request-id") ?? "");
        }
      } catch {
        // The runtime was killed under this request: what became of it is what the test asks.
        return;
      }
    }
  };
  await Promise.all(names.flatMap((name) => [spend(name, 0), spend(name, 1)]));
  return completed;
}

async function records(): Promise<UsageRecord[]> {
  const origin = `http://127.0.0.1:${port}`;
  const host = `acme.localhost:${port}`;
  const login = await localRequest({
    origin,
    host,
    method: "POST",
    path: "/api/auth/login",
    body: { email: "boss@acme.example", password: "password-of-boss" },
  });
  const cookie = String(login.headers["set-cookie"]).split(";")[0] ?? "";
  const all: UsageRecord[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const path = `/api/admin/requests?limit=200${after ? `&after=${encodeURIComponent(after)}` : ""}`;
    const page = JSON.parse(
      (await localRequest({ origin, host, method: "GET", path, headers: { cookie } })).text,
    );
    all.push(...page.data);
    after = page.has_more ? page.next : null;
  }
  return all;
}

it("SIGKILL during traffic loses nothing: wallets, meter and upstream reconcile after the restart", async () => {
  let stop = false;
  const work = traffic(() => stop);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  killGroup(child);
  stop = true;
  const completed = await work;
  child = await start();
  expect(completed.length).toBeGreaterThan(10);

  // Holds of the killed requests expire, and every wallet adds up again.
  const clients = names.map((name) =>
    clientOf({ gateway: `http://127.0.0.1:${port}/v1` }, keyOf(name)),
  );
  const charged: number[] = [];
  for (const client of clients) {
    await eventually(() => expectBalanced(client), 15_000);
    const entries = await allCharges(client);
    charged.push(...entries.map((entry) => entry.amount_micro));
    expect(new Set(entries.map((entry) => entry.request_id)).size).toBe(entries.length);
  }

  await eventually(async () => {
    const known = await records();
    const byId = new Map(known.map((record) => [record.request_id, record]));
    if (byId.size !== known.length) throw new Error("a request stands twice in the meter");
    for (const requestId of completed) {
      if (!byId.has(requestId))
        throw new Error(`${requestId} was answered but is not in the meter`);
    }
    // A hold is durable before the upstream is asked, so what the upstream saw is a part of what we know.
    const asked = upstream.requests.filter((request) =>
      request.path.endsWith("/chat/completions"),
    ).length;
    if (known.length < asked)
      throw new Error(`the upstream saw ${asked}, the meter knows ${known.length}`);
    const meterSum = known.reduce((sum, record) => sum + record.charged_micro, 0);
    const walletSum = -charged.reduce((sum, amount) => sum + amount, 0);
    if (meterSum !== walletSum) throw new Error(`meter ${meterSum} ≠ wallets ${walletSum}`);
  }, 15_000);
}, 90_000);

async function allCharges(client: ReturnType<typeof clientOf>) {
  const entries = await client.entries();
  return entries.filter((entry) => entry.type === "charge");
}
