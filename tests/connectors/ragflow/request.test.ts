/** What is sent to RAGFlow, and what it lists. */
import { describe, expect, it } from "vitest";
import type { UpstreamAnswer } from "../../../src/connectors/connector.ts";
import { upstreamError } from "../../../src/connectors/kit/http-errors.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import { fail, ok, type Result } from "../../../src/core/result.ts";
import type { ChatInput, UpstreamError } from "../../../src/core/run.ts";
import { deskOf, FOLDED, HISTORY, says } from "../agent-request.ts";
import { json } from "../contract.ts";

const ragflow = connectorById("ragflow");
if (!ragflow?.offers || !ragflow.chat) {
  throw new Error("no ragflow");
}
const { offers, chat } = ragflow;
const { begin, upload } = chat;
if (!begin || !upload) throw new Error("no ragflow");
const KEY = { apiKey: "ragflow-0123" };
const BASE = "https://r.example/api/v1";
const desk = deskOf("ragflow", { baseUrl: "https://r.example" }, KEY);
const opened = openAccount(ragflow, { baseUrl: BASE }, KEY);
if (!opened.ok) throw new Error("no account");
const account = opened.value;
const PICTURE = "data:image/png;base64,AAAA";
const picture = says("user", "see", { type: "image", url: PICTURE });

describe("a message", () => {
  it("to a chat is asked in the session that was begun for it", () => {
    const order = { target: "chat:c/1", newConversation: "s1" };
    expect(desk.request(order).url).toBe(`${BASE}/chats/c%2F1/completions`);
    expect(desk.body(order)).toEqual({
      question: "Hello",
      stream: true,
      session_id: "s1",
      user_id: "usr_0123456789",
    });
  });

  it("to an agent that is its first has no session: it makes its own", () => {
    const order = { target: "agent:a1", newConversation: "req_1" };
    expect(desk.request(order).url).toBe(`${BASE}/agents/a1/completions`);
    expect(desk.body(order)).not.toHaveProperty("session_id");
    expect(desk.body({ ...order, upstreamConversation: "s9" })).toMatchObject({ session_id: "s9" });
  });

  it("of a client that sends its history along carries it in the one question", () => {
    expect(desk.body({ target: "chat:c", messages: HISTORY }).question).toBe(FOLDED);
    const goes = { target: "chat:c", messages: HISTORY, upstreamConversation: "s1" };
    expect(desk.body(goes).question).toBe("two");
  });

  it("fills in an agent's form by kinds; a chat has none, and says so", () => {
    const inputs = { city: "X", count: 2, deep: true };
    expect(desk.body({ target: "agent:a", inputs }).inputs).toEqual({
      city: { type: "line", value: "X" },
      count: { type: "integer", value: 2 },
      deep: { type: "boolean", value: true },
    });
    const prepared = desk.prepare({ target: "chat:c", inputs });
    expect(prepared).toMatchObject({ ok: true, value: { warnings: [/no form/] } });
  });

  it("carries to an agent what was told of each file that it was given", () => {
    const uploads = { [PICTURE]: '{"id":"f1","name":"a.png"}' };
    const body = desk.body({ target: "agent:a", messages: [picture], uploads });
    expect(body.files).toEqual([{ id: "f1", name: "a.png" }]);
  });

  it("with files is refused by a chat, and by an agent that was not given them", () => {
    const uploads = { [PICTURE]: '{"id":"f1"}' };
    const sound = says("user", "x", { type: "audio", data: "AAAA", format: "mp3" });
    for (const order of [
      { target: "chat:c", messages: [picture], uploads },
      { target: "agent:a", messages: [picture] },
      { target: "agent:a", messages: [sound] },
    ]) {
      expect(desk.prepare(order)).toMatchObject({ ok: false, error: { reason: "rejected" } });
    }
  });

  it("to nobody, or without words, is refused before any call", () => {
    expect(desk.prepare({ target: null })).toMatchObject({ error: { reason: "target_not_found" } });
    expect(desk.prepare({ target: "agent:" })).toMatchObject({
      error: { reason: "target_not_found" },
    });
    expect(desk.prepare({ target: "chat:c", messages: [] })).toMatchObject({
      error: { reason: "rejected" },
    });
  });
});

describe("a session", () => {
  const input: ChatInput = { messages: [], stream: true, endUser: "usr_1" };
  const target = (id: string) => ({ id, maxOutputTokens: null });

  it("is begun for chats, whose id may stand bare, and not for agents", () => {
    expect(begin.needed?.(target("chat:c"))).toBe(true);
    expect(begin.needed?.(target("c"))).toBe(true);
    expect(begin.needed?.(target("agent:a"))).toBe(false);
    const request = begin.prepare(account, { target: target("c"), input });
    expect(request.url).toBe(`${BASE}/chats/c/sessions`);
  });

  it("has an id, or there is none", () => {
    const made = json(200, { code: 0, data: { id: "s1", messages: [] } });
    expect(begin.read(made)).toEqual(ok("s1"));
    const refused = json(200, { code: 102, message: "You don't own the assistant c." });
    expect(begin.read(refused)).toMatchObject({ error: { reason: "target_not_found" } });
    const odd = json(200, { code: 0, data: {} });
    expect(begin.read(odd)).toMatchObject({ error: { reason: "protocol_violation" } });
  });
});

describe("a file", () => {
  it("is known by all that RAGFlow tells of it, alone or in a list", () => {
    const file = { id: "f1", name: "a.png", size: 3 };
    for (const data of [file, [file]]) {
      expect(upload.read(json(200, { code: 0, data }))).toEqual(ok(JSON.stringify(file)));
    }
    const odd = json(200, { code: 0, data: { name: "a.png" } });
    expect(upload.read(odd)).toMatchObject({ error: { reason: "protocol_violation" } });
    const refused = json(200, { code: 101, message: "no file" });
    expect(upload.read(refused)).toMatchObject({ error: { reason: "rejected" } });
  });

  it("of the web is fetched for it: RAGFlow is given none by address", () => {
    expect(chat.needsInline?.("https://a.example/a.png")).toBe(true);
  });
});

describe("the list", () => {
  /** What the walk asks for, answered by `answerOf`. */
  function walk(answerOf: (path: string) => Result<UpstreamAnswer, UpstreamError>) {
    const paths: string[] = [];
    const ask = (path: string) => {
      paths.push(path);
      return answerOf(path);
    };
    const first = ask("/chats page=1");
    if (!first.ok || !offers?.walk) throw new Error("no first page");
    const walking = offers.walk(account, first.value);
    let step = walking.next();
    while (!step.done) {
      const url = new URL(step.value.url);
      const path = `${url.pathname.slice("/api/v1".length)} page=${url.searchParams.get("page")}`;
      step = walking.next(ask(path));
    }
    return { paths, result: step.value };
  }
  const rows = (kind: string, from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      id: `${kind}${from + at}`,
      name: `N${from + at}`,
    }));
  const page = (data: unknown) => ok(json(200, { code: 0, message: "", data }));

  it("holds chats and agents, over all pages, in the shapes of new and old servers", () => {
    for (const wrap of [
      (kind: string, list: object[]) => ({ [kind]: list, total: 99 }),
      (_kind: string, list: object[]) => list,
    ]) {
      const { paths, result } = walk((path) => {
        if (path === "/chats page=1") return page(wrap("chats", rows("c", 0, 30)));
        if (path === "/chats page=2") return page(wrap("chats", rows("c", 30, 2)));
        return page(wrap("canvas", [{ id: "a1", title: "Agent", description: "Helps" }]));
      });
      expect(paths).toEqual(["/chats page=1", "/chats page=2", "/agents page=1"]);
      if (!result.ok) throw new Error(result.error.detail);
      expect(result.value).toHaveLength(33);
      expect(result.value[0]).toMatchObject({ id: "chat:c0", name: "N0" });
      expect(result.value.at(-1)).toMatchObject({ id: "agent:a1", name: "Agent" });
    }
  });

  it("ends at a server that sends the same page again and again", () => {
    const { paths } = walk((path) => page(rows(path.startsWith("/chats") ? "c" : "a", 0, 30)));
    expect(paths).toEqual(["/chats page=1", "/chats page=2", "/agents page=1", "/agents page=2"]);
  });

  it("with a page missing is no list", () => {
    const { result } = walk((path) =>
      path === "/agents page=1" ? fail(upstreamError("timeout", "")) : page(rows("c", 0, 1)),
    );
    expect(result).toMatchObject({ ok: false, error: { reason: "timeout" } });
  });

  it("tells what a chat says first, wherever its version puts it", () => {
    for (const more of [{ prompt: { opener: "Hi!" } }, { prompt_config: { prologue: "Hi!" } }]) {
      const list = json(200, {
        code: 0,
        data: [{ id: "c", name: "C", ...more }, { name: "no id" }],
      });
      expect(offers.read(list)).toMatchObject({
        ok: true,
        value: [{ id: "chat:c", openingMessage: "Hi!" }],
      });
    }
  });
});

it.each([
  ["", "https://cloud.ragflow.io/api/v1"],
  ["http://10.0.0.1:9380", "http://10.0.0.1:9380/api/v1"],
  ["https://r.example/api", "https://r.example/api/v1"],
  ["https://r.example/v1/", "https://r.example/api/v1"],
  ["https://r.example/rag/api/v1", "https://r.example/rag/api/v1"],
])("the address %j is %s", (baseUrl, root) => {
  const { url } = deskOf("ragflow", { baseUrl }, KEY).request({ target: "chat:c" });
  expect(url).toBe(`${root}/chats/c/completions`);
});
