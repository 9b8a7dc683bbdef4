/** The list of conversations: order, pages, search, renaming, deletion. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Conversation } from "../../../src/contract/portal.ts";
import { newHistory, type Person, value } from "./support.ts";

const DAY = 24 * 60 * 60 * 1000;
/** Far ahead of the runtime's own clock, so that no alarm rings unless a test rings it. */
const START = Date.UTC(2040, 5, 15, 12);

afterEach(() => {
  vi.useRealTimers();
});

function freeze(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
}

async function titles(person: Person, search: string | null = null): Promise<string[]> {
  const { data } = await person.history.list({ limit: 100, after: null, search });
  return data.map(({ title }) => title);
}

/** One conversation a second, each titled by its first message. */
async function converse(person: Person, texts: string[]): Promise<Conversation[]> {
  const conversations: Conversation[] = [];
  for (const text of texts) {
    vi.setSystemTime(Date.now() + 1_000);
    const { conversationId } = await person.exchange({ text });
    conversations.push(value(await person.history.get(conversationId)).conversation);
  }
  return conversations;
}

describe("list", () => {
  it("is pinned first, then by the last message", async () => {
    freeze();
    const ann = await newHistory();
    const [one, two] = await converse(ann, ["one", "two", "three"]);
    expect(await titles(ann)).toEqual(["three", "two", "one"]);
    await ann.history.update(two?.id ?? "", { pinned: true });
    vi.setSystemTime(Date.now() + 1_000);
    await ann.exchange({ conversationId: one?.id ?? "" });
    expect(await titles(ann)).toEqual(["two", "one", "three"]);
  });

  it("has every conversation once, whatever the size of a page, ties included", async () => {
    freeze();
    const ann = await newHistory();
    for (let index = 0; index < 7; index += 1) await ann.exchange({ text: `t${index}` });
    const [pinned] = (await ann.history.list({ limit: 1, after: null, search: null })).data;
    await ann.history.update(pinned?.id ?? "", { pinned: true });
    for (const limit of [1, 2, 3, 7, 8]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page = await ann.history.list({ limit, after, search: null });
        expect(page.data.length).toBeLessThanOrEqual(limit);
        expect(page.has_more).toBe(page.next !== null);
        seen.push(...page.data.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(new Set(seen).size).toBe(7);
      expect(seen).toHaveLength(7);
    }
  });

  it("ends at a cursor that is not ours", async () => {
    const ann = await newHistory();
    await ann.exchange();
    const page = await ann.history.list({ limit: 10, after: "' OR 1=1 --", search: null });
    expect(page).toEqual({ data: [], has_more: false, next: null });
  });

  it("names the running run while there is one", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    const running = async () =>
      (await ann.history.list({ limit: 1, after: null, search: null })).data[0]?.runningRunId;
    expect(await running()).toBe(runId);
    await ann.history.stop(runId);
    expect(await running()).toBeNull();
  });

  it("is each user's own", async () => {
    const [ann, bob] = [await newHistory(), await newHistory()];
    const { conversationId } = await ann.exchange();
    expect(await titles(bob)).toEqual([]);
    const notFound = { ok: false, reason: "conversation_not_found" };
    expect(await bob.history.get(conversationId)).toEqual(notFound);
    expect(await bob.history.remove(conversationId)).toEqual(notFound);
    expect(await bob.history.restore(conversationId)).toEqual(notFound);
    expect(await bob.history.update(conversationId, { title: "mine" })).toEqual(notFound);
  });
});

describe("search", () => {
  it("looks in titles, questions and answers, whatever the case", async () => {
    const ann = await newHistory();
    await ann.exchange({ text: "Rivers" }, (run) => run.text("The Danube is long.").done());
    const second = await ann.exchange({ text: "Mountains" });
    await ann.exchange({
      conversationId: second.conversationId,
      parentId: second.message.id,
      text: "And the 长江 too?",
    });
    expect(await titles(ann, "rIVer")).toEqual(["Rivers"]);
    expect(await titles(ann, "danube")).toEqual(["Rivers"]);
    expect(await titles(ann, "长江")).toEqual(["Mountains"]);
    expect(await titles(ann, "lake")).toEqual([]);
    await ann.history.update(second.conversationId, { title: "Lakes" });
    expect(await titles(ann, "lake")).toEqual(["Lakes"]);
  });

  it("takes signs of the query language literally, and long queries", async () => {
    const ann = await newHistory();
    const long = "积分".repeat(100);
    for (const text of ["100 % sure", "snake_case", "it's", long]) await ann.exchange({ text });
    expect(await titles(ann, "%")).toEqual(["100 % sure"]);
    expect(await titles(ann, "_")).toEqual(["snake_case"]);
    expect(await titles(ann, "'")).toEqual(["it's"]);
    expect(await titles(ann, long)).toHaveLength(1);
    expect(await titles(ann, "  ")).toHaveLength(4);
  });

  it("is paged like the list", async () => {
    freeze();
    const ann = await newHistory();
    await converse(ann, ["fox 1", "hen", "fox 2", "fox 3"]);
    const first = await ann.history.list({ limit: 2, after: null, search: "fox" });
    expect(first.data.map(({ title }) => title)).toEqual(["fox 3", "fox 2"]);
    const second = await ann.history.list({ limit: 2, after: first.next, search: "fox" });
    expect(second.data.map(({ title }) => title)).toEqual(["fox 1"]);
    expect(second.has_more).toBe(false);
  });
});

describe("a deleted conversation", () => {
  it("is gone for every reader at once and comes back whole", async () => {
    const ann = await newHistory();
    const { conversationId, message, questionId, runId } = await ann.exchange();
    const before = await ann.history.get(conversationId);
    expect(await ann.history.remove(conversationId)).toEqual({ ok: true, value: null });
    expect(await ann.history.remove(conversationId)).toEqual({ ok: true, value: null });

    const gone = { ok: false, reason: "conversation_not_found" };
    expect(await titles(ann)).toEqual([]);
    expect(await titles(ann, "Hello")).toEqual([]);
    expect(await ann.history.get(conversationId)).toEqual(gone);
    expect(await ann.history.update(conversationId, { pinned: true })).toEqual(gone);
    expect(await ann.trySend({ conversationId })).toEqual(gone);
    const noMessage = { ok: false, reason: "message_not_found" };
    expect(await ann.history.feedback(message.id, "up")).toEqual(noMessage);
    const again = { target: "t", clientId: "client-0001", caller: ann.caller };
    expect(await ann.history.regenerate({ messageId: questionId, ...again })).toEqual(noMessage);
    expect(await ann.history.events(runId, 0)).toEqual({ ok: false, reason: "run_not_found" });

    expect((await ann.history.restore(conversationId)).ok).toBe(true);
    expect(await ann.history.get(conversationId)).toEqual(before);
  });

  it("has its run stopped", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    const reader = await ann.reader(runId);
    await ann.answer((run) => run.text("Wait"));
    await reader.untilText("Wait");
    const [conversation] = (await ann.history.list({ limit: 1, after: null, search: null })).data;
    await ann.history.remove(conversation?.id ?? "");
    expect(ann.runner.last.stops).toBe(1);
    await reader.until(() => false);
    expect(reader.read.at(-1)?.event).toMatchObject({ type: "end", message: { text: "Wait" } });
  });

  it("can be restored for a day; then the alarm removes it with everything of it", async () => {
    freeze();
    const ann = await newHistory();
    const images = [`data:image/png;base64,${"A".repeat(2_000_000)}`];
    const { conversationId, message } = await ann.exchange({ images });
    await ann.exchange({ conversationId, parentId: message.id });
    const kept = await ann.exchange({ text: "kept" });
    await ann.history.remove(conversationId);

    vi.setSystemTime(START + DAY - 1);
    expect(await runDurableObjectAlarm(ann.stub)).toBe(true);
    expect((await ann.history.restore(conversationId)).ok).toBe(true);
    await ann.history.remove(conversationId);
    vi.setSystemTime(START + 2 * DAY - 1);
    expect((await ann.history.restore(conversationId)).ok).toBe(false);
    expect(await runDurableObjectAlarm(ann.stub)).toBe(true);
    expect(await runDurableObjectAlarm(ann.stub)).toBe(false);

    const rows = await runInDurableObject(ann.stub, (_, { storage }) =>
      ["conversations", "messages", "runs", "images"].map(
        (table) => storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).one().n,
      ),
    );
    expect(rows).toEqual([1, 2, 1, 0]);
    expect(await ann.messages(kept.conversationId)).toHaveLength(2);
  });
});

describe("the title", () => {
  it.each([
    ["What is an edge?", "What is an edge?"],
    ["  \n\n  The first\tline  \nand more", "The first line"],
    [
      "The quick brown fox jumps over the lazy dog and then it sleeps for a week",
      "The quick brown fox jumps over the lazy dog and then it",
    ],
    ["边".repeat(70), "边".repeat(60)],
    ["x".repeat(70), "x".repeat(60)],
    ["🎈".repeat(61), "🎈".repeat(60)],
    ["", "agent/guide"],
  ])("of %j is %j", async (text, title) => {
    const ann = await newHistory();
    const images = text === "" ? ["data:image/png;base64,AAAA"] : [];
    const { conversationId } = await ann.exchange({ text, images });
    expect(value(await ann.history.get(conversationId)).conversation.title).toBe(title);
  });

  it("stays when more is said, and is what the user makes it", async () => {
    const ann = await newHistory();
    const { conversationId, message } = await ann.exchange({ text: "one" });
    await ann.exchange({ conversationId, parentId: message.id, text: "two" });
    expect(await titles(ann)).toEqual(["one"]);
    const renamed = value(await ann.history.update(conversationId, { title: "Numbers" }));
    expect(renamed).toMatchObject({ title: "Numbers", pinned: false });
    expect(await titles(ann)).toEqual(["Numbers"]);
  });
});
