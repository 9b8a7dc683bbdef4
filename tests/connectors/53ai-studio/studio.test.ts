/** What is particular to 53AI Studio, beyond the contract. */
import { describe, expect, it } from "vitest";
import { upstreamError } from "../../../src/connectors/kit/http-errors.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { deskOf, FOLDED, HISTORY, says } from "../agent-request.ts";
import { eventsOf, json } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { END, line } from "../fixtures/53ai-studio.ts";

const studio = connectorById("53ai-studio");
if (!studio?.offers || !studio.chat) throw new Error("no 53ai-studio");
const { offers } = studio;
const { upload } = studio.chat;
if (!upload) throw new Error("no upload");
const KEY = { apiKey: "secret-0123" };
const desk = deskOf("53ai-studio", {}, KEY);
const opened = openAccount(studio, {}, KEY);
if (!opened.ok) throw new Error("no account");
const account = opened.value;
const decode = (body: string): RunEvent[] => eventsOf(studio, framesOf("sse", body));

describe("an answer", () => {
  it("tells its conversation once, and what each event appends behind its words", () => {
    const append_content = [
      { type: "text", content: "!" },
      { type: "image", content: "ignored" },
    ];
    expect(decode(line({ event: "message", answer: "Hi", append_content }) + END)).toEqual([
      { type: "run-start", upstreamId: "ms-1" },
      { type: "conversation", upstreamConversation: "cv-1" },
      { type: "text-delta", text: "Hi" },
      { type: "text-delta", text: "!" },
      {
        type: "usage",
        usage: { input: 20, output: 6, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
      },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("tells sources and the nodes of a flow, as Dify would", () => {
    const source = { document_name: "guide.pdf", content: "See page 3." };
    const body =
      line({ event: "node_started", data: { title: "LLM" } }) +
      line({ event: "node_finished", data: { title: "LLM", status: "failed" } }) +
      line({ event: "message_end", metadata: { retriever_resources: [source, source, {}] } });
    expect(decode(body).slice(2)).toEqual([
      { type: "status", label: "LLM", state: "running" },
      { type: "status", label: "LLM", state: "failed" },
      { type: "source-cite", index: 1, title: "guide.pdf", url: null, snippet: "See page 3." },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("that ends before its first word is truncated, whatever closed it", () => {
    for (const body of ["", "data: [DONE]\n\n", line({ event: "message", answer: "" })]) {
      expect(decode(body).at(-1)).toMatchObject({ error: { reason: "truncated" } });
    }
  });

  it.each([{ message: "boom" }, { msg: "boom" }, { error: { message: "boom" } }])(
    "fails in the words of %j",
    (words) => {
      const events = decode(line({ event: "error", ...words }));
      expect(events).toMatchObject([
        { type: "run-error", error: { reason: "unavailable", detail: "boom" } },
      ]);
    },
  );
});

describe("a message", () => {
  it("names its agent in a header, and its conversation where there is one", () => {
    const { headers } = desk.request({ target: "b1" });
    expect(headers["bot-id"]).toBe("b1");
    expect(desk.body({ target: "b1" })).toMatchObject({ conversation_id: "", inputs: {} });
    const goes = { target: "b1", upstreamConversation: "cv-1", messages: HISTORY };
    expect(desk.body(goes)).toMatchObject({ conversation_id: "cv-1", query: "two" });
    expect(desk.body({ target: "b1", messages: HISTORY }).query).toBe(FOLDED);
  });

  it("carries files by address, or by the id under which they were given", () => {
    const near = { type: "image" as const, url: "data:image/png;base64,AAAA" };
    const far = {
      type: "file" as const,
      url: "https://a.example/a.pdf",
      name: "a.pdf",
      mime: "application/pdf",
    };
    const messages = [says("user", "see", near, far)];
    expect(desk.body({ target: "b1", messages, uploads: { [near.url]: "f1" } }).files).toEqual([
      { type: "image", transfer_method: "local_file", upload_file_id: "f1" },
      { type: "document", transfer_method: "remote_url", url: far.url },
    ]);
    expect(desk.prepare({ target: "b1", messages })).toMatchObject({
      ok: false,
      error: { reason: "rejected" },
    });
  });

  it("to no agent, or without words, is refused before any call", () => {
    expect(desk.prepare({ target: null })).toMatchObject({ error: { reason: "target_not_found" } });
    expect(desk.prepare({ target: "b1", messages: [] })).toMatchObject({ ok: false });
  });
});

it("a file is given to the agent it is for, by the person who asks", () => {
  const file = { name: "a.png", mime: "image/png", bytes: Uint8Array.of(1) };
  const target = { id: "b1", maxOutputTokens: null };
  const request = upload.prepare(account, { file, endUser: "usr_1", target, conversation: null });
  expect(request.url).toBe("https://api.53ai.com/v3/files/upload");
  expect(request.headers["bot-id"]).toBe("b1");
  expect(request.form).toContainEqual({ name: "user", value: "usr_1" });
  expect(upload.read(json(200, { id: "f1" }))).toEqual({ ok: true, value: "f1" });
  expect(upload.read(json(200, {}))).toMatchObject({ error: { reason: "protocol_violation" } });
});

describe("the list", () => {
  const app = { bot_id: "b1", name: "bot-1", nickname: "Helper", logo: "https://a.example/l.png" };

  it("takes over name, icon, opening message and questions", () => {
    const told = { ...app, opening_statement: "Hi!", suggested_questions: ["Who?", "", 7] };
    expect(offers.read(json(200, [told, { name: "no id" }]))).toMatchObject({
      ok: true,
      value: [
        {
          id: "b1",
          name: "Helper",
          icon: app.logo,
          openingMessage: "Hi!",
          suggestedQuestions: ["Who?"],
        },
      ],
    });
  });

  it("ends where an offset is not heeded, and is none with a page missing", () => {
    const full = json(
      200,
      Array.from({ length: 100 }, (_, at) => ({ ...app, bot_id: `b${at}` })),
    );
    const walking = offers.walk?.(account, full);
    expect(walking?.next().value).toMatchObject({
      url: "https://api.53ai.com/v3/apps?offset=100&limit=100",
    });
    const end = walking?.next({ ok: true, value: full });
    expect(end).toMatchObject({ done: true, value: { ok: true, value: { length: 100 } } });
    const broken = offers.walk?.(account, full);
    broken?.next();
    expect(broken?.next({ ok: false, error: upstreamError("timeout", "") })).toMatchObject({
      done: true,
      value: { ok: false },
    });
  });

  it("that is an error under the status 200 says so", () => {
    const refused = json(200, { code: "unauthorized", message: "bad key" });
    expect(offers.read(refused)).toMatchObject({ ok: false, error: { reason: "unauthorized" } });
  });
});

it.each([
  ["https://api.53ai.com/v3", "https://api.53ai.com"],
  ["https://p.example/studio/v3/chat-messages", "https://p.example/studio"],
])("the address %s is that of %s", (baseUrl, host) => {
  const { url } = deskOf("53ai-studio", { baseUrl }, KEY).request({ target: "b1" });
  expect(url).toBe(`${host}/v3/chat-messages`);
});

it.each([
  ["unauthorized", /Secret Key/],
  ["forbidden", /Secret Key/],
  ["target_not_found", /not published/],
] as const)("advice on %s says what to look at", (reason, words) => {
  expect(studio.advise?.(upstreamError(reason, ""))?.en).toMatch(words);
});
