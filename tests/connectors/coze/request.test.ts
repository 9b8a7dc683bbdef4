import { describe, expect, it } from "vitest";
import { deskOf, HISTORY, says } from "../agent-request.ts";

const BOT = "7500000000000000009";
const desk = deskOf("coze", {}, { accessToken: "pat_0123456789abcdef" });

const plain = (role: "user" | "assistant", content: string) => ({
  role,
  type: role === "user" ? "question" : "answer",
  content_type: "text",
  content,
});

describe("the address", () => {
  it.each([
    [{}, "https://api.coze.cn/v3/chat"],
    [{ region: "com" }, "https://api.coze.com/v3/chat"],
    [{ region: "cn", baseUrl: "http://coze.local:8888/" }, "http://coze.local:8888/v3/chat"],
    [{ region: "com", baseUrl: "" }, "https://api.coze.com/v3/chat"],
  ])("of %j is %s", (settings, url) => {
    const other = deskOf("coze", settings, { accessToken: "pat_0123456789abcdef" });
    expect(other.request({ target: BOT }).url).toBe(url);
  });
});

describe("a bot", () => {
  it("is sent the whole history where Coze has no conversation yet; ids stay texts", () => {
    expect(desk.body({ target: BOT, messages: HISTORY })).toEqual({
      bot_id: BOT,
      user_id: "usr_0123456789",
      stream: true,
      auto_save_history: true,
      additional_messages: [
        plain("user", "[Instructions]\nBe brief."),
        plain("user", "one"),
        plain("assistant", "1"),
        plain("user", "two"),
      ],
    });
  });

  it("is sent what is new in a conversation, which stands in the address", () => {
    const order = { target: BOT, messages: HISTORY, upstreamConversation: "76/1" };
    expect(desk.request(order).url).toBe("https://api.coze.cn/v3/chat?conversation_id=76%2F1");
    expect(desk.body(order)).toMatchObject({ additional_messages: [plain("user", "two")] });
    expect(desk.body(order)).not.toHaveProperty("conversation_id");
  });

  it("gets pictures and files by their ids, or by addresses it can reach", () => {
    const data = "data:image/png;base64,AAAA";
    const messages = [
      says(
        "user",
        "See",
        { type: "image", url: data },
        { type: "file", url: "https://a.example/a.pdf", name: "a.pdf", mime: "application/pdf" },
      ),
    ];
    const { additional_messages } = desk.body({ target: BOT, messages, uploads: { [data]: "71" } });
    const [only] = additional_messages as { content_type: string; content: string }[];
    expect(only?.content_type).toBe("object_string");
    expect(JSON.parse(only?.content ?? "")).toEqual([
      { type: "text", text: "See" },
      { type: "image", file_id: "71" },
      { type: "file", file_url: "https://a.example/a.pdf" },
    ]);
    expect(desk.prepare({ target: BOT, messages })).toMatchObject({ ok: false });
  });

  it("gets the form's values as variables, which are texts", () => {
    const { custom_variables } = desk.body({ target: BOT, inputs: { city: "X", days: 3 } });
    expect(custom_variables).toEqual({ city: "X", days: "3" });
  });

  it("is sent a hundred messages at most, the newest", () => {
    const many = Array.from({ length: 150 }, (_, at) => says("user", `m${at}`));
    const { additional_messages } = desk.body({ target: BOT, messages: many });
    expect(additional_messages).toHaveLength(100);
    expect((additional_messages as { content: string }[]).at(-1)?.content).toBe("m149");
  });
});

describe("a chatflow", () => {
  it("has its conversation in the body", () => {
    const order = { target: "chatflow:71", upstreamConversation: "76", inputs: { a: 1 } };
    expect(desk.request(order).url).toBe("https://api.coze.cn/v1/workflows/chat");
    expect(desk.body(order)).toEqual({
      workflow_id: "71",
      additional_messages: [plain("user", "Hello")],
      parameters: { a: 1 },
      conversation_id: "76",
      ext: { user_id: "usr_0123456789" },
    });
  });
});

describe("a workflow", () => {
  it("is run with the form's values, or with the message as its input", () => {
    expect(desk.request({ target: "workflow:72" }).url).toMatch(/\/v1\/workflow\/stream_run$/);
    expect(desk.body({ target: "workflow:72" })).toEqual({
      workflow_id: "72",
      parameters: { input: "Hello" },
    });
    const parameters = { city: "X" };
    expect(desk.body({ target: "workflow:72", inputs: parameters })).toMatchObject({ parameters });
  });

  it("that has asked something goes on with the answer", () => {
    const order = { target: "workflow:72", upstreamConversation: "ie-7#2" };
    expect(desk.request(order).url).toMatch(/\/v1\/workflow\/stream_resume$/);
    expect(desk.body(order)).toEqual({
      workflow_id: "72",
      event_id: "ie-7",
      interrupt_type: 2,
      resume_data: "Hello",
    });
  });
});

describe("files of a workflow's form", () => {
  const uploaded = { type: "image", url: "data:image/png;base64,eA==" } as const;
  const remote = { type: "image", url: "https://x.example/p.png" } as const;
  const order = {
    target: "workflow:72",
    inputs: { one: uploaded, many: [uploaded, remote], size: 2 },
    messages: [{ role: "user" as const, content: [uploaded, uploaded, remote] }],
    uploads: { [uploaded.url]: "7" },
  };

  it("stand in its parameters, as JSON with the file's id or as addresses", () => {
    const id = '{"file_id":"7"}';
    expect(desk.body(order)).toMatchObject({
      parameters: { one: id, many: [id, remote.url], size: 2 },
    });
  });

  it("are all that it takes: a file beside the form is refused", () => {
    const content = [uploaded, uploaded, remote, remote];
    const prepared = desk.prepare({ ...order, messages: [{ role: "user", content }] });
    expect(prepared).toMatchObject({ ok: false, error: { reason: "rejected" } });
  });
});

it.each([null, "", "bot:", "agent:7", "7x", "workflow:../1"])(
  "%j names nothing at Coze: no call is made",
  (target) => {
    expect(desk.prepare({ target })).toMatchObject({
      ok: false,
      error: { reason: "target_not_found" },
    });
  },
);

it("what an agent decides itself is told to be ignored", () => {
  const prepared = desk.prepare({ target: BOT, temperature: 1 });
  expect(prepared).toMatchObject({ ok: true, value: { warnings: [expect.any(String)] } });
});
