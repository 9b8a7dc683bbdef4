/** What is particular to Tencent ADP, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { eventsOf } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { event, reply } from "../fixtures/tencent-adp.ts";

const adp = connectorById("tencent-adp");
if (!adp) throw new Error("no tencent-adp");
const decode = (...events: string[]): RunEvent[] => eventsOf(adp, framesOf("sse", events.join("")));

const COMPLETED = event("response.completed", { Response: { Status: "success" } });
const ADDED = (Type: string, MessageId: string, more: object = {}) =>
  event("message.added", { Message: { Type, MessageId, Name: Type, ...more } });
const DONE = (Type: string, MessageId: string, more: object) =>
  event("message.done", { MessageId, Message: { Type, MessageId, Name: Type, ...more } });
const delta = (MessageId: string, Text: string) => event("text.delta", { MessageId, Text });

describe("version 2", () => {
  it("tells the conversation once, with the record's id", () => {
    const named = { Response: { ConversationId: "c1", RecordId: "r1" } };
    const events = decode(
      event("response.created", named),
      event("response.processing", named),
      COMPLETED,
    );
    expect(events).toEqual([
      { type: "run-start", upstreamId: "r1" },
      { type: "conversation", upstreamConversation: "c1" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("thoughts are reasoning, tools are steps, and their texts are no part of the answer", () => {
    const events = decode(
      ADDED("thought", "t"),
      delta("t", "Hm"),
      ADDED("tool_call", "c", { Name: "search" }),
      delta("c", "{}"),
      DONE("tool_call", "c", { Name: "search", Status: "failed" }),
      DONE("thought", "t", { Contents: [{ Type: "text", Text: "Hm" }] }),
      COMPLETED,
    );
    expect(events).toEqual([
      { type: "reasoning-delta", text: "Hm" },
      { type: "status", label: "search", state: "running" },
      { type: "status", label: "search", state: "failed" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("a reply that came without pieces is read from its end", () => {
    const Contents = [{ Type: "text", Text: "Hi" }];
    expect(decode(DONE("reply", "r", { Contents }), COMPLETED)[0]).toEqual({
      type: "text-delta",
      text: "Hi",
    });
    const Messages = [{ Type: "reply", MessageId: "r", Contents }];
    expect(decode(event("response.completed", { Response: { Messages } }))[0]).toEqual({
      type: "text-delta",
      text: "Hi",
    });
  });

  it("a replacement in one of several replies keeps the others", () => {
    const events = decode(
      delta("a", "One. "),
      delta("b", "Bad"),
      event("text.replace", { MessageId: "b", ContentIndex: 0, Text: "Two." }),
      COMPLETED,
    );
    expect(events).toContainEqual({ type: "text-replace", text: "One. Two." });
  });

  it("pictures and files of the answer are shown once", () => {
    const image = { Type: "image", Image: { Url: "https://a.example/a.png" } };
    const file = { Type: "file", File: { FileUrl: "https://a.example/b.pdf", FileName: "B.pdf" } };
    const events = decode(
      event("content.added", { MessageId: "r", ContentIndex: 1, Content: image }),
      DONE("reply", "r", { Contents: [image, file] }),
      COMPLETED,
    );
    expect(events.filter((one) => one.type === "file")).toMatchObject([
      { url: "https://a.example/a.png", name: "a.png" },
      { url: "https://a.example/b.pdf", name: "B.pdf" },
    ]);
  });

  it("references are cited with their addresses", () => {
    const add = (Reference: object) => event("reference.added", { MessageId: "r", Reference });
    const events = decode(
      add({ Index: 1, Name: "News", Type: 4, WebSearchRefer: { Url: "http://a.example/n" } }),
      add({
        Index: 2,
        Name: "Guide",
        Type: 2,
        DocRefer: { DocName: "g.pdf", Url: "https://a.example/g" },
      }),
      add({ Index: 3, Type: 1 }),
      COMPLETED,
    );
    expect(events.filter((one) => one.type === "source-cite")).toEqual([
      { type: "source-cite", index: 1, title: "News", url: "http://a.example/n", snippet: null },
      { type: "source-cite", index: 2, title: "Guide", url: "https://a.example/g", snippet: null },
    ]);
  });

  it("recommended questions and option cards are suggestions", () => {
    const events = decode(
      DONE("reply", "r", { Contents: [{ Type: "option_cards", OptionCards: ["Yes", "No"] }] }),
      DONE("recommendation", "q", { Contents: [{ Type: "text", Text: "And then?" }] }),
      COMPLETED,
    );
    const told = events.flatMap((one) => (one.type === "suggestion" ? [one.text] : []));
    expect(told).toEqual(["Yes", "No", "And then?"]);
  });

  it("an answer that failed in its completion is a failure", () => {
    const Response = { Status: "failed", StatusDesc: "模型异常" };
    expect(decode(event("response.completed", { Response })).at(-1)).toMatchObject({
      type: "run-error",
      error: { reason: "unavailable", detail: "模型异常" },
    });
  });
});

describe("version 1", () => {
  const v1 = (type: string, payload: object) =>
    `event:${type}\ndata:${JSON.stringify({ type, payload })}\n\n`;

  it("the echo of the question tells the conversation, and ends nothing", () => {
    const events = decode(reply("question", { is_from_self: true, is_final: true }));
    expect(events).toMatchObject([
      { type: "run-start" },
      { type: "conversation", upstreamConversation: "conv-42" },
      { type: "run-error", error: { reason: "truncated" } },
    ]);
  });

  it("thoughts and references have places of their own", () => {
    const events = decode(
      v1("thought", { procedures: [{ debugging: { content: "Hm" } }, 7] }),
      v1("reference", { references: [{ id: "1", name: "g.pdf", url: "https://a.example" }, {}] }),
      reply("Hi", { is_final: true }),
    );
    expect(events[0]).toEqual({ type: "reasoning-delta", text: "Hm" });
    expect(events).toContainEqual({
      type: "source-cite",
      index: 1,
      title: "g.pdf",
      url: "https://a.example",
      snippet: null,
    });
  });
});

it.each([
  ["460030", "target_not_found", /other one/, /另一个接口版本/],
  ["4505004", "unauthorized", /AppKey/, /AppKey/],
  ["460048", "target_not_found", /发布/, /发布/],
  ["460032", "quota_exhausted", /balance/, /余额/],
] as const)("advice on %s says what to do", (upstreamCode, reason, en, zh) => {
  const error = { reason, upstreamCode, status: 400, retryAfterMs: null, detail: "" };
  expect(adp.advise?.(error)?.en).toMatch(en);
  expect(adp.advise?.(error)?.["zh-CN"]).toMatch(zh);
});
