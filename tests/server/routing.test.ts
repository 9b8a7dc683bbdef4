import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Connection } from "../../src/contract/admin-connections.ts";
import type { ProbeResult } from "../../src/contract/guide.ts";
import type { Attempt } from "../../src/contract/usage.ts";
import { type KeyedUpstream, startKeyedUpstream } from "./keyed-upstream.ts";
import {
  clientOf,
  eventually,
  freePort,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "./support.ts";
import { hostOf, type Visitor, visitor } from "./visitor.ts";

let upstream: KeyedUpstream;
let portico: TestPortico;
let admin: Visitor;

const keyFor = (name: string) => `sk-${name}-0123456789abcdef`;
const asked = (name: string) => upstream.asked(keyFor(name));
const script = (name: string, answer: Parameters<KeyedUpstream["script"]>[1]) =>
  upstream.script(keyFor(name), answer);

/** Each story has connections of its own: what ails in one is well in the next. */
function config(dead: string) {
  const connection = (id: string, keys = [id], baseUrl = upstream.url) => ({
    id,
    connector: "openai-compatible",
    settings: { baseUrl },
    secrets: keys.map((name) => ({ name, apiKey: keyFor(name) })),
  });
  const route = (id: string, more: object = {}) => ({ connection: id, model: "gpt", ...more });
  const model = (name: string, routes: object[], kind = "chat") => ({ name, kind, routes });
  const withSpare = (id: string) => [route(id), route("spare", { priority: 1 })];
  return {
    sites: [
      {
        slug: "acme",
        name: "Acme AI",
        connections: [
          ...["heavy", "light", "one", "two", "busy", "embedder", "spare"].map((id) =>
            connection(id),
          ),
          connection("pair", ["worn", "fresh"]),
          connection("alone"),
          connection("several"),
          connection("dead", ["dead-1", "dead-2", "dead-3"], dead),
        ],
        models: [
          model("weighted", [route("heavy", { weight: 3 }), route("light")]),
          model("sticky", [route("one"), route("two")]),
          model("busy", withSpare("busy")),
          model("pair", [route("pair")]),
          model("alone", [route("alone")]),
          model("several", [route("several")]),
          model("locked", [route("several", { model: "locked" })]),
          model("dead", withSpare("dead")),
          model("embedded", withSpare("embedder"), "embedding"),
        ],
        levels: [{ slug: "free", name: "Free", default: true }],
        users: [
          {
            email: "ann@acme.example",
            password: "password-of-ann",
            role: "owner",
            credits: 10,
            apiKeys: [{ name: "test", key: keyOf("ann") }],
          },
        ],
      },
    ],
  };
}

beforeAll(async () => {
  upstream = await startKeyedUpstream();
  portico = await startTestPortico(config(`http://127.0.0.1:${await freePort()}/v1`));
  admin = visitor(portico.origin, hostOf(portico, "acme"));
  await admin.logIn("ann@acme.example", "password-of-ann");
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});
beforeEach(() => upstream.forget());

const ann = () => clientOf(portico, keyOf("ann"));
const times = <Value>(count: number, act: () => Promise<Value>) =>
  Promise.all(Array.from({ length: count }, act));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function served(answer: Response): Promise<Pick<Attempt, "connection" | "outcome">[]> {
  expect(answer.status, await answer.clone().text()).toBe(200);
  const record = await ann().usage(answer.headers.get("x-request-id") ?? "");
  return record.attempts.map(({ connection, outcome }) => ({ connection, outcome }));
}
const ask = async (model: string, more: object = {}) =>
  served(await ann().chat({ model, ...more }));

const connectionOf = async (id: string) => {
  const { data } = await admin.json<{ data: Connection[] }>("GET", "/api/admin/connections");
  const found = data.find((one) => one.id === id);
  if (!found) throw new Error(`no connection ${id}`);
  return found;
};
const testOf = (id: string) => admin.json<ProbeResult>("POST", `/api/admin/connections/${id}/test`);

describe("the choice of a route", () => {
  it("shares the load by the weights of the connections", async () => {
    for (let round = 0; round < 10; round++)
      await times(20, () => ann().chat({ model: "weighted" }));
    expect(asked("heavy") + asked("light")).toBe(200);
    expect(asked("heavy") / 200).toBeGreaterThan(0.62);
    expect(asked("heavy") / 200).toBeLessThan(0.88);
  });

  it("is one and the same for an end user, and others go elsewhere", async () => {
    const places = new Map<string, Set<string>>();
    for (let n = 0; n < 12; n++) {
      const user = `person-${n}`;
      const all = await times(3, () => ask("sticky", { user }));
      places.set(user, new Set(all.flat().map(({ connection }) => connection)));
    }
    expect([...places.values()].map(({ size }) => size)).toEqual(Array(12).fill(1));
    expect(new Set([...places.values()].flatMap((all) => [...all])).size).toBe(2);
  });

  it("leaves the sticky one while it is away, and comes back to it", async () => {
    const user = "person-who-stays";
    const [home] = await ask("sticky", { user });
    const away = home?.connection === "one" ? "two" : "one";
    script(home?.connection ?? "", { status: 429, retryAfterSeconds: 1 });
    expect((await ask("sticky", { user })).at(-1)).toEqual({ connection: away, outcome: "ok" });
    expect(await ask("sticky", { user })).toEqual([{ connection: away, outcome: "ok" }]);
    script(home?.connection ?? "", {});
    await pause(1_100);
    expect(await ask("sticky", { user })).toEqual([home]);
  });
});

describe("a connection that is told to wait", () => {
  it("is left alone for as long, then tried by exactly one of many calls", async () => {
    script("busy", { status: 429, retryAfterSeconds: 2 });
    expect(await ask("busy")).toEqual([
      { connection: "busy", outcome: "rate_limited" },
      { connection: "spare", outcome: "ok" },
    ]);
    await times(10, () => ann().chat({ model: "busy" }));
    expect(asked("busy")).toBe(1);
    script("busy", { delayMs: 500 });
    await pause(2_100);
    await times(20, () => ann().chat({ model: "busy" }));
    expect(asked("busy")).toBe(2);
    expect(await ask("busy")).toEqual([{ connection: "busy", outcome: "ok" }]);
  });

  it("is left alone by embeddings too", async () => {
    script("embedder", { status: 429, retryAfterSeconds: 60 });
    const embed = () =>
      fetch(`${portico.gateway}/embeddings`, {
        method: "POST",
        headers: { authorization: `Bearer ${keyOf("ann")}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "embedded", input: "hello" }),
      });
    expect(await served(await embed())).toEqual([
      { connection: "embedder", outcome: "rate_limited" },
      { connection: "spare", outcome: "ok" },
    ]);
    expect(await served(await embed())).toEqual([{ connection: "spare", outcome: "ok" }]);
  });
});

it("a connection where nobody answers is tried once, whatever its keys, and then passed by", async () => {
  expect(await ask("dead")).toEqual([
    { connection: "dead", outcome: "unreachable" },
    { connection: "spare", outcome: "ok" },
  ]);
  expect(await ask("dead")).toEqual([{ connection: "spare", outcome: "ok" }]);
});

describe("a key that the platform refuses", () => {
  it("is disabled once with the reason while the other serves, until an admin has seen it work", async () => {
    script("worn", { status: 401 });
    const answers = await times(20, () => ann().chat({ model: "pair" }));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const disabled = await eventually(async () => {
      const seen = await connectionOf("pair");
      if (seen.health !== "needs_attention") throw new Error("not noted yet");
      return seen;
    });
    expect(disabled.healthDetail).toBe("worn: unauthorized: Incorrect API key provided.");
    expect(disabled.secrets.map(({ name, disabledReason }) => [name, disabledReason])).toEqual([
      ["worn", "unauthorized: Incorrect API key provided."],
      ["fresh", null],
    ]);

    const refused = await testOf("pair");
    expect(refused.ok).toBe(false);
    expect((await connectionOf("pair")).secrets[0]?.disabledReason).not.toBeNull();
    upstream.forget();
    await times(10, () => ann().chat({ model: "pair" }));
    expect([asked("worn"), asked("fresh")]).toEqual([0, 10]);

    script("worn", {});
    expect((await testOf("pair")).ok).toBe(true);
    const mended = await connectionOf("pair");
    expect(mended).toMatchObject({ health: "connected", healthDetail: null });
    expect(mended.secrets.map(({ disabledReason }) => disabledReason)).toEqual([null, null]);
    await times(20, () => ann().chat({ model: "pair" }));
    expect(asked("worn")).toBeGreaterThan(0);
  });

  it("and is the only one is better than nothing: once it works it is used again, by whoever finds out", async () => {
    script("alone", { status: 403 });
    const states = async () => {
      const { health, secrets } = await connectionOf("alone");
      return [health, secrets[0]?.disabledReason];
    };
    const refused = ["needs_attention", "forbidden: This key may not do that."];
    expect((await ann().chat({ model: "alone" })).status).toBe(502);
    await expect.poll(states).toEqual(refused);
    // Long enough for the isolate to read the configuration anew.
    await pause(4_000);
    expect((await ann().chat({ model: "alone" })).status).toBe(502);
    await pause(500);
    expect((await ann().chat({ model: "alone" })).status).toBe(502);
    expect(await states()).toEqual(refused);
    script("alone", {});
    expect(await ask("alone")).toEqual([{ connection: "alone", outcome: "ok" }]);
    await expect.poll(states).toEqual(["connected", null]);
  });

  it("for one model alone goes on serving the others, and nobody switches it off", async () => {
    expect(await ask("several")).toEqual([{ connection: "several", outcome: "ok" }]);
    script("several", { refusesModel: "locked" });
    const denied = await times(5, () => ann().chat({ model: "locked" }));
    expect(new Set(denied.map(({ status }) => status))).toEqual(new Set([502]));
    expect(await ask("several")).toEqual([{ connection: "several", outcome: "ok" }]);
    const { secrets, health } = await connectionOf("several");
    expect([health, secrets[0]?.disabledReason]).toEqual(["unknown", null]);
  });
});
