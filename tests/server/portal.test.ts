import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalAnswer } from "../../scripts/local-request.ts";
import type { Conversation, Message, PortalRunEvent } from "../../src/contract/portal.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { eventually, startTestPortico, type TestPortico } from "./support.ts";

let portico: TestPortico;

const PASSWORD = "correct horse battery";

beforeAll(async () => {
  portico = await startTestPortico(null, {
    env: { PORTICO_OWNER_EMAIL: "owner@demo.example", PORTICO_OWNER_PASSWORD: PASSWORD },
  });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
});

interface Browser {
  call(method: string, path: string, body?: unknown): Promise<LocalAnswer>;
  json<Value>(method: string, path: string, body?: unknown): Promise<Value>;
}

/** A cookie jar on one host, sending Origin as browsers do. */
function browser(slug: string | null): Browser {
  let cookie = "";
  const origin = `http://${slug === null ? "" : `${slug}.`}localhost:${portico.port}`;
  const call: Browser["call"] = async (method, path, body) => {
    const answer = await portico.request(slug, method, path, body, {
      origin,
      ...(cookie ? { cookie } : {}),
    });
    const set = answer.headers["set-cookie"];
    if (set) cookie = String(set).split(";")[0] ?? "";
    return answer;
  };
  return {
    call,
    json: async (method, path, body) => {
      const answer = await call(method, path, body);
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
      return JSON.parse(answer.text);
    },
  };
}

function eventsOf(answer: LocalAnswer): { id: number; event: PortalRunEvent }[] {
  return answer.text.split("\n\n").flatMap((block) => {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    const id = /^id: (\d+)$/m.exec(block)?.[1];
    return data ? [{ id: Number(id), event: JSON.parse(data) as PortalRunEvent }] : [];
  });
}

async function signedUp(email: string): Promise<Browser> {
  const person = browser("demo");
  await person.json("POST", "/api/auth/register", { email, password: PASSWORD, name: "Ann" });
  return person;
}

const send = (more: Record<string, unknown>) => ({
  target: "agent/guide",
  text: "What can Portico do?",
  clientId: crypto.randomUUID(),
  ...more,
});

describe("the demo site", () => {
  it("gives a new user credits once, an answer from Guide, and charges it exactly", async () => {
    const ann = await signedUp("ann@demo.example");
    expect(await ann.json("GET", "/api/portal/wallet")).toMatchObject({ available: "100" });
    const events = eventsOf(await ann.call("POST", "/api/portal/runs", send({})));
    expect(events[0]?.event.type).toBe("start");
    expect(events.at(-1)?.event.type).toBe("end");
    const text = events.map(({ event }) => (event.type === "text" ? event.text : "")).join("");
    expect(text).toContain("Portico");
    const end = events.at(-1)?.event as Extract<PortalRunEvent, { type: "end" }>;
    expect(end.message).toMatchObject({ status: "done", text });
    expect(Number(end.message.credits)).toBeGreaterThan(0);
    await eventually(async () => {
      const wallet = await ann.json<{ balance: string; held: string }>("GET", "/api/portal/wallet");
      expect(wallet.held).toBe("0");
      expect(Number(wallet.balance)).toBeCloseTo(100 - Number(end.message.credits), 6);
    });
    await ann.call("POST", "/api/auth/logout");
    await ann.json("POST", "/api/auth/login", { email: "ann@demo.example", password: PASSWORD });
    const again = await ann.json<{ balance: string }>("GET", "/api/portal/wallet");
    expect(Number(again.balance)).toBeLessThan(100);
  });

  it("shows the admin the request with the same credits", async () => {
    const owner = browser("demo");
    await owner.json("POST", "/api/auth/login", {
      email: "owner@demo.example",
      password: PASSWORD,
    });
    await eventually(async () => {
      const page = await owner.json<{ data: UsageRecord[] }>("GET", "/api/admin/requests?limit=10");
      expect(page.data[0]).toMatchObject({
        model: "agent/guide",
        status: "ok",
        surface: "portal",
        user_email: "ann@demo.example",
      });
      expect(page.data[0]?.charged_micro).toBeGreaterThan(0);
    });
  });
});

describe("a run", () => {
  it("goes on when its reader leaves, and a later reader gets all of it", async () => {
    const bob = await signedUp("bob@demo.example");
    const started = eventsOf(
      await bob.call("POST", "/api/portal/runs", send({ text: "/long 300" })),
    );
    const start = started[0]?.event as Extract<PortalRunEvent, { type: "start" }>;
    const { messages } = await bob.json<{ conversation: Conversation; messages: Message[] }>(
      "GET",
      `/api/portal/conversations/${start.conversation.id}`,
    );
    const answer = messages.find((message) => message.role === "assistant");
    expect(answer).toMatchObject({ status: "done" });
    const replay = eventsOf(
      await bob.call("GET", `/api/portal/runs/${answer?.runId}/events?after=0`),
    );
    expect(replay.at(-1)?.event).toMatchObject({ type: "end", message: { text: answer?.text } });
  });

  it("sent twice under one client id is one run", async () => {
    const cat = await signedUp("cat@demo.example");
    const order = send({});
    await cat.call("POST", "/api/portal/runs", order);
    await cat.call("POST", "/api/portal/runs", order);
    const list = await cat.json<{ data: Conversation[] }>("GET", "/api/portal/conversations");
    expect(list.data).toHaveLength(1);
  });

  it("that is stopped keeps what was written and charges it", async () => {
    const dan = await signedUp("dan@demo.example");
    const running = dan.call("POST", "/api/portal/runs", send({ text: "/long 4000" }));
    const runId = await eventually(async () => {
      const list = await dan.json<{ data: Conversation[] }>("GET", "/api/portal/conversations");
      const id = list.data[0]?.runningRunId;
      if (!id) throw new Error("not running yet");
      return id;
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await dan.call("POST", `/api/portal/runs/${runId}/stop`)).status).toBe(204);
    const end = eventsOf(await running).at(-1)?.event as Extract<PortalRunEvent, { type: "end" }>;
    expect(end.message.status).toBe("stopped");
    expect(end.message.text.length).toBeGreaterThan(0);
    await eventually(async () => {
      const wallet = await dan.json<{ balance: string; held: string }>("GET", "/api/portal/wallet");
      expect(wallet.held).toBe("0");
      expect(Number(wallet.balance)).toBeLessThan(100);
    });
  });
});

describe("sessions and keys", () => {
  it("a log-out ends the session for the old cookie too", async () => {
    const eve = await signedUp("eve@demo.example");
    const before = await eve.call("GET", "/api/portal/wallet");
    expect(before.status).toBe(200);
    await eve.call("POST", "/api/auth/logout");
    expect((await eve.call("GET", "/api/portal/wallet")).status).toBe(401);
  });

  it("a key made in the portal works at once, and not after it is revoked", async () => {
    const fay = await signedUp("fay@demo.example");
    const made = await fay.json<{ key: { id: string }; text: string }>("POST", "/api/portal/keys", {
      name: "mine",
    });
    expect(made.text).toMatch(/^pk-/);
    const ask = () =>
      fetch(`${portico.gateway}/models`, { headers: { authorization: `Bearer ${made.text}` } });
    expect((await ask()).status).toBe(200);
    const list = await fay.call("GET", "/api/portal/keys");
    expect(list.text).not.toContain(made.text);
    await fay.call("DELETE", `/api/portal/keys/${made.key.id}`);
    expect((await ask()).status).toBe(401);
  });

  it("a request from another origin is refused, whatever the cookie", async () => {
    const gus = await signedUp("gus@demo.example");
    const answer = await portico.request(
      "demo",
      "POST",
      "/api/portal/keys",
      { name: "x" },
      { origin: "http://evil.example", cookie: "portico=x" },
    );
    expect(answer.status).toBe(403);
    expect((await gus.call("GET", "/api/portal/keys")).status).toBe(200);
  });

  it("a member does not open the console, and nobody opens the operator's API", async () => {
    const hal = await signedUp("hal@demo.example");
    expect((await hal.call("GET", "/api/admin/users")).status).toBe(403);
    expect((await hal.call("GET", "/api/platform/sites")).status).toBe(404);
    expect((await browser(null).call("GET", "/api/platform/sites")).status).toBe(401);
  });

  it("unknown and wrong look the same, and too many attempts must wait", async () => {
    const nobody = browser("demo");
    const unknown = await nobody.call("POST", "/api/auth/login", {
      email: "none@demo.example",
      password: "x",
    });
    const wrong = await nobody.call("POST", "/api/auth/login", {
      email: "ann@demo.example",
      password: "x",
    });
    const strip = (text: string) => text.replace(/req_\w+/, "");
    expect([unknown.status, strip(unknown.text)]).toEqual([wrong.status, strip(wrong.text)]);
    let last = wrong.status;
    for (let n = 0; n < 12 && last !== 429; n++) {
      last = (
        await nobody.call("POST", "/api/auth/login", { email: "ann@demo.example", password: "x" })
      ).status;
    }
    expect(last).toBe(429);
  });
});
