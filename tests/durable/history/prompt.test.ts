/** What the Runner is sent: the branch within its bounds, and the platform's conversation. */
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src/core/run.ts";
import type { MessageRow } from "../../../src/durable/history/messages.ts";
import { chatMessages } from "../../../src/durable/history/prompt.ts";
import { type Exchange, newHistory, type Person, type Script } from "./support.ts";

const row = (index: number, text: string): MessageRow => ({
  id: `msg_${index}`,
  conversation_id: "conv_1",
  parent_id: index === 0 ? null : `msg_${index - 1}`,
  role: index % 2 === 0 ? "user" : "assistant",
  text,
  reasoning: "",
  citations: "[]",
  suggestions: "[]",
  status: "done",
  error: null,
  target: "agent/guide",
  created_at: 0,
  run_id: null,
  request_id: null,
  charged_micro: null,
  output_tokens: null,
  first_token_ms: null,
  total_ms: null,
  feedback: null,
  upstream_conversation: null,
});

/** A branch of so many messages, the leaf first. */
const branch = (count: number, textOf: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => row(index, textOf(index))).reverse();

const noImages = () => [];

describe("the branch", () => {
  it("is sent from the root to the question, reasoning left out", async () => {
    const ann = await newHistory();
    const { conversationId, message } = await ann.exchange({ text: "one" }, (run) =>
      run.event({ type: "reasoning-delta", text: "hm" }).text("1").done(),
    );
    await ann.exchange({ conversationId, parentId: message.id, text: "two" });
    expect(ann.runner.last.request.messages).toEqual([
      { role: "user", content: [{ type: "text", text: "one" }] },
      { role: "assistant", content: [{ type: "text", text: "1" }] },
      { role: "user", content: [{ type: "text", text: "two" }] },
    ]);
  });

  it("leaves out answers that say nothing", async () => {
    const ann = await newHistory();
    const { conversationId, message } = await ann.exchange({ text: "one" }, (run) =>
      run.done({ status: "failed", error: { code: "unavailable", message: "later" } }),
    );
    await ann.exchange({ conversationId, parentId: message.id, text: "two" });
    expect(ann.runner.last.request.messages.map(({ role }) => role)).toEqual(["user", "user"]);
  });

  it("is at most 200 messages, and begins with one of a person", async () => {
    const ann = await newHistory();
    let last = await ann.exchange({ text: "0" });
    const { conversationId } = last;
    for (let index = 1; index <= 101; index += 1) {
      last = await ann.exchange({ conversationId, parentId: last.message.id, text: `${index}` });
    }
    const { messages } = ann.runner.last.request;
    expect(messages).toHaveLength(199);
    expect(messages[0]).toEqual({ role: "user", content: [{ type: "text", text: "2" }] });
    expect(messages.at(-1)?.content).toEqual([{ type: "text", text: "101" }]);
  });

  it("is at most 400 000 characters: the oldest are dropped first", () => {
    const sent = chatMessages(
      branch(9, () => "x".repeat(100_000)),
      noImages,
    );
    expect(sent.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  });

  it("is sent in full when it fits exactly", () => {
    const sent = chatMessages(
      branch(5, () => "x".repeat(80_000)),
      noImages,
    );
    expect(sent).toHaveLength(5);
  });
});

const knows = (upstreamConversation: string): RunEvent => ({
  type: "conversation",
  upstreamConversation,
});
const answering =
  (upstream: string, text = "ok"): Script =>
  (run) =>
    run.event(knows(upstream)).text(text).done();

/** Says the next thing under an answer and tells which conversation of the platform it went to. */
async function continues(person: Person, above: Exchange, target = "agent/guide") {
  const { conversationId, message } = above;
  const runId = await person.send({ conversationId, parentId: message.id, target });
  const { upstreamConversation } = person.runner.last.request;
  await person.history.stop(runId);
  return upstreamConversation;
}

describe("the platform's conversation", () => {
  it("is continued from answer to answer", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    const { conversationId } = one;
    const next = { conversationId, parentId: one.message.id };
    const two = await ann.exchange(next, answering("up-1"));
    expect(ann.runner.last.request.upstreamConversation).toBe("up-1");
    expect(await continues(ann, two)).toBe("up-1");
  });

  it("is continued on a platform that does not repeat its name", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    const next = { conversationId: one.conversationId, parentId: one.message.id };
    const two = await ann.exchange(next, (run) => run.text("silent about it").done());
    expect(await continues(ann, two)).toBe("up-1");
  });

  it("is not continued by another target", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    expect(await continues(ann, one, "agent/other")).toBeNull();
  });

  it("is not continued from a branch that it has gone beyond", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    const next = { conversationId: one.conversationId, parentId: one.message.id };
    await ann.exchange({ ...next, text: "this way" }, answering("up-1"));
    expect(await continues(ann, one)).toBeNull();
  });

  it("is new for an answer anew, and goes on from that one", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    const again = await ann.answerAnew(one.questionId, answering("up-2"));
    expect(ann.runner.last.request.upstreamConversation).toBeNull();
    expect(await continues(ann, again)).toBe("up-2");
    expect(await continues(ann, one)).toBe("up-1");
  });

  it("is continued after a run that never reached the platform", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    const next = { conversationId: one.conversationId, parentId: one.message.id };
    const error = { code: "insufficient_credits", message: "Not enough credits." };
    const two = await ann.exchange(next, (run) => run.done({ status: "failed", error }));
    await ann.answerAnew(two.questionId, answering("up-1"));
    expect(ann.runner.last.request.upstreamConversation).toBe("up-1");
  });

  it("is not continued after an answer that broke off in the middle was asked anew", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    const next = { conversationId: one.conversationId, parentId: one.message.id };
    const two = await ann.exchange(next, (run) => run.text("Half").breakOff());
    await ann.answerAnew(two.questionId, answering("up-2"));
    expect(ann.runner.last.request.upstreamConversation).toBeNull();
  });

  it("is forgotten when the platform says that it is gone", async () => {
    const ann = await newHistory();
    const one = await ann.exchange({}, answering("up-1"));
    const next = { conversationId: one.conversationId, parentId: one.message.id };
    const error = {
      reason: "conversation_gone",
      status: 404,
      upstreamCode: null,
      retryAfterMs: null,
      detail: "Conversation Not Exists.",
    } as const;
    const two = await ann.exchange(next, (run) =>
      run
        .event({ type: "run-error", error })
        .done({ status: "failed", error: { code: "upstream_rejected", message: "gone" } }),
    );
    expect(ann.runner.last.request.upstreamConversation).toBe("up-1");
    await ann.answerAnew(two.questionId, answering("up-2"));
    expect(ann.runner.last.request.upstreamConversation).toBeNull();
  });
});
