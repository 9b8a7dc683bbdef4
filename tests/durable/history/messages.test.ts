/** Sending, answering anew, and the tree that grows from it. */
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newHistory } from "./support.ts";

const refused = (reason: string) => ({ ok: false, reason });
const picture = (size: number) => `data:image/png;base64,${"A".repeat(size)}`;

describe("send", () => {
  it("begins a conversation and asks the Runner as the caller who sent it", async () => {
    const ann = await newHistory();
    await ann.send({ text: "Hi", target: "openai/gpt-4o-mini" });
    expect(ann.runner.last.request).toEqual({
      caller: ann.caller,
      requestId: expect.stringMatching(/^req_[0-9a-z]{16}$/),
      target: "openai/gpt-4o-mini",
      messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
      upstreamConversation: null,
    });
  });

  it("twice with one clientId starts one run, while it runs and after it has ended", async () => {
    const ann = await newHistory();
    const clientId = "client-0001";
    const [first, second] = await Promise.all([ann.send({ clientId }), ann.send({ clientId })]);
    expect(second).toBe(first);
    await ann.answer((run) => run.text("once").done());
    const { end } = await ann.follow(first);
    expect(await ann.send({ clientId })).toBe(first);
    expect(ann.runner.runs).toHaveLength(1);
    expect(await ann.messages(end.conversation.id)).toHaveLength(2);
  });

  it("is refused while an answer is being written in that conversation, but not in another", async () => {
    const ann = await newHistory();
    const { conversationId, message } = await ann.exchange();
    const follow = { conversationId, parentId: message.id };
    const runId = await ann.send(follow);
    expect(await ann.trySend(follow)).toEqual(refused("busy"));
    expect((await ann.messages(conversationId)).length).toBe(4);
    await ann.send();
    await ann.history.stop(runId);
    await ann.send(follow);
  });

  it("is refused for a parent that is not an answer of that conversation", async () => {
    const ann = await newHistory();
    const [one, two] = [await ann.exchange(), await ann.exchange()];
    const { conversationId } = one;
    for (const parentId of [two.message.id, one.questionId, "msg_unknown"]) {
      expect(await ann.trySend({ conversationId, parentId })).toEqual(refused("message_not_found"));
    }
    const stray = { parentId: one.message.id };
    expect(await ann.trySend(stray)).toEqual(refused("message_not_found"));
    const unknown = { conversationId: "conv_unknown" };
    expect(await ann.trySend(unknown)).toEqual(refused("conversation_not_found"));
    expect(ann.runner.runs).toHaveLength(2);
  });

  it("keeps pictures whole, also those larger than a row", async () => {
    const ann = await newHistory();
    const images = [picture(3_200_000), picture(10)];
    const runId = await ann.send({ text: "", images });
    const [sent] = ann.runner.last.request.messages;
    expect(sent?.content).toEqual(images.map((url) => ({ type: "image", url })));
    await ann.answer((run) => run.done());
    const { events, end } = await ann.follow(runId);
    const [start] = events;
    expect(start?.type === "start" && start.user?.images).toEqual(images);
    const [question] = await ann.messages(end.conversation.id);
    expect(question?.images).toEqual(images);
  });

  it("makes the first message anew as a second root", async () => {
    const ann = await newHistory();
    const { conversationId } = await ann.exchange({ text: "Frist" });
    await ann.exchange({ conversationId, text: "First" });
    const roots = (await ann.messages(conversationId)).filter(({ parentId }) => parentId === null);
    expect(roots.map(({ text }) => text)).toEqual(["Frist", "First"]);
    expect(ann.runner.last.request.messages).toHaveLength(1);
  });
});

describe("regenerate", () => {
  it("adds a sibling and leaves the earlier answer as it was", async () => {
    const ann = await newHistory();
    const first = await ann.exchange({ text: "Why?" });
    const second = await ann.answerAnew(first.questionId, undefined, "openai/gpt-4o");
    expect(second.message.parentId).toBe(first.questionId);
    const [question, ...answers] = await ann.messages(first.conversationId);
    expect(question?.text).toBe("Why?");
    expect(answers).toEqual([first.message, second.message]);
    expect(second.message).toMatchObject({ target: "openai/gpt-4o", text: "Hi again!" });
    const { events } = await ann.follow(second.runId);
    expect(events[0]).toMatchObject({ type: "start", user: null });
  });

  it("asks with the branch of that message, not with what came after it", async () => {
    const ann = await newHistory();
    const { conversationId, message, questionId } = await ann.exchange({ text: "one" });
    await ann.exchange({ conversationId, parentId: message.id, text: "two" });
    await ann.answerAnew(questionId);
    const texts = ann.runner.last.request.messages.map(({ content }) => content[0]);
    expect(texts).toEqual([{ type: "text", text: "one" }]);
  });

  it("is idempotent by clientId, refused while busy, and only for a message of a person", async () => {
    const ann = await newHistory();
    const { questionId, message } = await ann.exchange();
    const again = { target: "agent/guide", clientId: "client-0002", caller: ann.caller };
    const ask = (messageId: string, clientId = again.clientId) =>
      ann.history.regenerate({ ...again, messageId, clientId });
    const first = await ask(questionId);
    expect(await ask(questionId)).toEqual(first);
    expect(await ask(questionId, "client-0003")).toEqual(refused("busy"));
    expect(await ask(message.id, "client-0004")).toEqual(refused("message_not_found"));
    expect(ann.runner.runs).toHaveLength(2);
  });
});

describe("what is too large is refused, and nothing of it is stored:", () => {
  it("a text, a picture, or more pictures than a message takes", async () => {
    const ann = await newHistory();
    for (const request of [
      { text: "x".repeat(200_001) },
      { images: [picture(14_000_000)] },
      { images: Array<string>(9).fill(picture(1)) },
    ]) {
      expect(await ann.trySend(request)).toEqual(refused("too_large"));
    }
    expect((await ann.history.list({ limit: 1, after: null, search: null })).data).toEqual([]);
  });

  it("the 2 049th message of a conversation", async () => {
    const ann = await newHistory();
    const { conversationId, questionId } = await ann.exchange();
    const seed = async (count: number) =>
      await runInDurableObject(ann.stub, (_, { storage }) => {
        for (let index = 0; index < count; index += 1) {
          storage.sql.exec(
            `INSERT INTO messages (id, conversation_id, role, text, status, target, created_at)
             VALUES (?, ?, 'user', '', 'done', '', 0)`,
            crypto.randomUUID(),
            conversationId,
          );
        }
      });
    await seed(2_044);
    await ann.exchange({ conversationId });
    expect(await ann.trySend({ conversationId })).toEqual(refused("too_large"));
    const again = { messageId: questionId, target: "t", caller: ann.caller };
    const result = await ann.history.regenerate({ ...again, clientId: "client-0001" });
    expect(result).toEqual(refused("too_large"));
    expect(await ann.messages(conversationId)).toHaveLength(2_048);
  });

  it("a conversation that would no longer travel in one call", async () => {
    const ann = await newHistory();
    const images = [picture(11_000_000)];
    const { conversationId } = await ann.exchange({ images });
    await ann.exchange({ conversationId, images });
    expect(await ann.trySend({ conversationId, images })).toEqual(refused("too_large"));
    expect(await ann.messages(conversationId)).toHaveLength(4);
  });
});

describe("feedback", () => {
  it("is kept with the answer, changed and taken back", async () => {
    const ann = await newHistory();
    const { conversationId, message } = await ann.exchange();
    for (const feedback of ["up", "down", null] as const) {
      await ann.history.feedback(message.id, feedback);
      const [, answer] = await ann.messages(conversationId);
      expect(answer?.feedback).toBe(feedback);
    }
  });

  it("is for answers of one's own only", async () => {
    const [ann, bob] = [await newHistory(), await newHistory()];
    const { message, questionId } = await ann.exchange();
    const notFound = refused("message_not_found");
    expect(await ann.history.feedback(questionId, "up")).toEqual(notFound);
    expect(await bob.history.feedback(message.id, "up")).toEqual(notFound);
  });
});
