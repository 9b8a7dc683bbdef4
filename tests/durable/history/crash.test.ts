/** What a History is after it was taken out of memory, and when its alarm rings. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { migrate } from "../../../src/durable/history/schema.ts";
import { newHistory, type Person } from "./support.ts";

/** A run in the middle of its answer, the text so far in storage. */
async function halfWritten(person: Person): Promise<{ runId: string; conversationId: string }> {
  const runId = await person.send();
  const reader = await person.reader(runId);
  await person.answer((run) => run.text("Half of it. ").text("x".repeat(4_000)));
  await reader.untilText("x");
  const [conversation] = (await person.history.list({ limit: 1, after: null, search: null })).data;
  return { runId, conversationId: conversation?.id ?? "" };
}

describe("an object that was killed in the middle of a run", () => {
  it("ends the answer as interrupted, keeps its text, and takes the next message", async () => {
    const ann = await newHistory();
    const { runId, conversationId } = await halfWritten(ann);
    await abortAllDurableObjects();

    const { end } = await ann.follow(runId);
    expect(end.message).toMatchObject({
      status: "failed",
      error: { code: "interrupted" },
      credits: null,
    });
    expect(end.message.text).toMatch(/^Half of it\. x{4000}$/);
    expect(end.conversation).toMatchObject({ id: conversationId, runningRunId: null });

    await ann.employ();
    const again = await ann.exchange({ conversationId, parentId: end.message.id });
    expect(again.message.status).toBe("done");
  });

  it("answers the same clientId with the run that was interrupted", async () => {
    const ann = await newHistory();
    const clientId = "client-0001";
    const runId = await ann.send({ clientId });
    await abortAllDurableObjects();
    expect(await ann.send({ clientId })).toBe(runId);
    expect((await ann.follow(runId)).end.message.error?.code).toBe("interrupted");
  });

  it("is woken by its alarm when nobody comes", async () => {
    const ann = await newHistory();
    const { runId } = await halfWritten(ann);
    await abortAllDurableObjects();
    expect(await runDurableObjectAlarm(ann.stub)).toBe(true);
    const stored = await runInDurableObject(ann.stub, (_, { storage }) =>
      storage.sql.exec("SELECT status FROM messages WHERE run_id = ?", runId).one(),
    );
    expect(stored).toEqual({ status: "failed" });
    expect(await ann.alarmAt()).toBeNull();
  });

  it("has its conversations as they were", async () => {
    const ann = await newHistory();
    const { conversationId } = await ann.exchange({ images: ["data:image/png;base64,AAAA"] });
    const before = await ann.history.get(conversationId);
    await abortAllDurableObjects();
    expect(await ann.history.get(conversationId)).toEqual(before);
  });
});

describe("the alarm", () => {
  it("is set while a run is live, within 20 s, and not otherwise", async () => {
    const ann = await newHistory();
    expect(await ann.alarmAt()).toBeNull();
    const runId = await ann.send();
    expect((await ann.alarmAt()) ?? Infinity).toBeLessThanOrEqual(Date.now() + 20_000);
    expect(await runDurableObjectAlarm(ann.stub)).toBe(true);
    expect(await ann.alarmAt()).not.toBeNull();
    await ann.answer((run) => run.text("still here").done());
    expect((await ann.follow(runId)).end.message.status).toBe("done");
    await runDurableObjectAlarm(ann.stub);
    expect(await ann.alarmAt()).toBeNull();
  });

  it("lets a run live that is heard of, and interrupts one that has fallen silent", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
    try {
      const ann = await newHistory();
      const runId = await ann.send();
      const reader = await ann.reader(runId);
      vi.setSystemTime(Date.now() + 14 * 60_000);
      await ann.answer((run) => run.text("slow"));
      await reader.untilText("slow");
      vi.setSystemTime(Date.now() + 14 * 60_000);
      await runDurableObjectAlarm(ann.stub);
      expect(ann.runner.last.stops).toBe(0);
      vi.setSystemTime(Date.now() + 2 * 60_000);
      await runDurableObjectAlarm(ann.stub);
      expect((await ann.follow(runId)).end.message).toMatchObject({
        status: "failed",
        text: "slow",
        error: { code: "interrupted" },
      });
      expect(ann.runner.last.stops).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("the schema", () => {
  it("is brought up to date once; a second time changes nothing", async () => {
    const ann = await newHistory();
    const { conversationId } = await ann.exchange();
    await runInDurableObject(ann.stub, (_, { storage }) => migrate(storage));
    expect(await ann.messages(conversationId)).toHaveLength(2);
  });

  it("of a newer deployment is not touched by this one", async () => {
    const ann = await newHistory();
    await runInDurableObject(ann.stub, (_, { storage }) => {
      storage.sql.exec("UPDATE schema_version SET version = 99");
      expect(() => migrate(storage)).toThrow("newer than this code knows");
      storage.sql.exec("UPDATE schema_version SET version = 1");
    });
  });

  it("itself refuses a second running run in a conversation", async () => {
    const ann = await newHistory();
    await ann.send();
    await runInDurableObject(ann.stub, (_, { storage }) => {
      expect(() =>
        storage.sql.exec(
          `INSERT INTO runs (id, client_id, conversation_id, started_at)
           SELECT 'run_2', 'client-2', conversation_id, 0 FROM runs`,
        ),
      ).toThrow(/UNIQUE/);
    });
  });
});
