/** Clients that ask again: after they left, at the same moment, and after everything was killed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { type Child, startChild, type Workplace, workplace } from "./child.ts";
import { clientOf, eventually, expectBalanced, type GatewayClient, keyOf } from "./support.ts";

const MODELS = ["ok", "paced", "slow-300ms", "hang"];

let upstream: Upstream;
let place: Workplace;
let child: Child;

const configuration = () => ({
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
      models: MODELS.map((model) => ({
        name: model,
        routes: [{ connection: "up", model }],
        price: { inputPerMillion: 1000, outputPerMillion: 1000 },
      })),
      levels: [{ slug: "free", name: "Free", default: true }],
      users: ["ann", "ben", "cat", "dan"].map((name) => ({
        email: `${name}@acme.example`,
        credits: 1_000,
        apiKeys: [{ name: "k", key: keyOf(name) }],
      })),
    },
  ],
});

beforeAll(async () => {
  upstream = await startUpstream();
  place = workplace();
  child = await start();
}, 90_000);
afterAll(async () => {
  child?.kill();
  await child?.ended;
  await upstream?.close();
  place?.remove();
});

async function start(): Promise<Child> {
  const config = place.write("portico.json", JSON.stringify(configuration()));
  const started = await startChild(`${place.folder}/state`, {
    PORTICO_CONFIG: config,
  });
  await started.ready();
  return started;
}

const of = (name: string): GatewayClient =>
  clientOf({ gateway: `${child.origin}/v1` }, keyOf(name));

function ask(name: string, key: string, body: object, init: RequestInit = {}): Promise<Response> {
  const headers = {
    authorization: `Bearer ${keyOf(name)}`,
    "content-type": "application/json",
    "idempotency-key": key,
  };
  const messages = [{ role: "user", content: "hello" }];
  return of(name).chat({ messages, ...body }, { headers, ...init });
}
const charges = async (name: string) =>
  (await of(name).entries()).filter(({ type }) => type === "charge");

it("a client that leaves a stream in the middle finds the whole answer when it asks again, paid once", async () => {
  const body = { model: "paced", stream: true };
  const abort = new AbortController();
  const first = await ask("ann", "left", body, { signal: abort.signal });
  await first.body?.getReader().read();
  abort.abort();
  expect((await ask("ann", "left", body)).status).toBe(409);
  const text = await eventually(async () => {
    const again = await ask("ann", "left", body);
    if (again.status !== 200) throw new Error(String(again.status));
    return again.text();
  });
  expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
  expect(text.split("\n").filter((line) => line.includes('"content"')).length).toBeGreaterThan(190);
  expect(upstream.requests.filter(({ path }) => path.endsWith("completions"))).toHaveLength(1);
  expect(upstream.aborted).toBe(0);
  const record = await of("ann").usage(first.headers.get("x-request-id") ?? "");
  expect(record).toMatchObject({ status: "ok", usage_source: "reported" });
  await expectBalanced(of("ann"));
  expect(await charges("ann")).toHaveLength(1);
});

it("a client that leaves before a whole answer finds it when it asks again, paid once", async () => {
  const before = upstream.requests.length;
  const abort = new AbortController();
  const first = ask("ben", "left", { model: "slow-300ms" }, { signal: abort.signal });
  await eventually(async () => expect(upstream.requests.length).toBe(before + 1));
  abort.abort();
  await expect(first).rejects.toThrow();
  const answer = await eventually(async () => {
    const again = await ask("ben", "left", { model: "slow-300ms" });
    if (again.status !== 200) throw new Error(String(again.status));
    return (await again.json()) as { object: string };
  });
  expect(answer.object).toBe("chat.completion");
  expect(upstream.requests.length).toBe(before + 1);
  await expectBalanced(of("ben"));
  expect(await charges("ben")).toHaveLength(1);
});

it("of sixteen calls with one key at once, one is paid and the others are told to wait", async () => {
  const before = upstream.requests.length;
  const statuses = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const response = await ask("cat", "many", { model: "slow-300ms" });
      await response.text();
      return response.status;
    }),
  );
  expect(statuses.sort()).toEqual([200, ...Array.from({ length: 15 }, () => 409)]);
  expect(upstream.requests.length).toBe(before + 1);
  await expectBalanced(of("cat"));
  expect(await charges("cat")).toHaveLength(1);
});

it("what was answered before a crash is answered after it; what ran when it came never runs again", async () => {
  const answered = await (await ask("dan", "answered", { model: "ok" })).text();
  const running = ask("dan", "running", { model: "hang" }).catch(() => null);
  await eventually(async () => {
    expect((await ask("dan", "running", { model: "hang" })).status).toBe(409);
  });
  child.kill();
  await Promise.all([child.ended, running]);
  const before = upstream.requests.length;
  child = await start();
  const replay = await ask("dan", "answered", { model: "ok" });
  expect(replay.headers.get("idempotent-replayed")).toBe("true");
  expect(await replay.text()).toBe(answered);
  const again = await ask("dan", "running", { model: "hang" });
  expect(again.status).toBe(409);
  expect(upstream.requests.length).toBe(before);
  expect(await charges("dan")).toHaveLength(1);
}, 90_000);
