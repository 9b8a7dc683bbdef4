/** Conversations that clients of the API name. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { THREADS } from "../../../src/durable/history/limits.ts";
import { newHistory, type Person } from "./support.ts";

/** As if all had been used so much longer ago. */
const age = (person: Person, ms: number) =>
  runInDurableObject(person.stub, (_, { storage }) => {
    storage.sql.exec("UPDATE threads SET used_at = used_at - ?", ms);
  });
const count = (person: Person) =>
  runInDurableObject(
    person.stub,
    (_, { storage }) =>
      storage.sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM threads").one().count,
  );

describe("a named conversation", () => {
  it("leads to the platform's, for its owner alone", async () => {
    const [ann, eve] = [await newHistory(), await newHistory()];
    await ann.history.keepThread("a", "up_1");
    expect(await ann.history.thread("a")).toBe("up_1");
    expect(await ann.history.thread("b")).toBeNull();
    expect(await eve.history.thread("a")).toBeNull();
  });

  it("leads to the one that was kept last", async () => {
    const ann = await newHistory();
    await ann.history.keepThread("a", "up_1");
    await ann.history.keepThread("a", "up_2");
    expect(await ann.history.thread("a")).toBe("up_2");
    expect(await count(ann)).toBe(1);
  });

  it("ends thirty days after it was last gone on with, and is then taken away", async () => {
    const ann = await newHistory();
    await ann.history.keepThread("a", "up_1");
    await age(ann, THREADS.keptMs - 60_000);
    expect(await ann.history.thread("a")).toBe("up_1");
    await age(ann, 60_000);
    expect(await ann.history.thread("a")).toBeNull();
    expect(await runDurableObjectAlarm(ann.stub)).toBe(true);
    expect(await count(ann)).toBe(0);
  });

  it("gives way, the longest unused first, where there are too many", async () => {
    const ann = await newHistory();
    await runInDurableObject(ann.stub, (_, { storage }) => {
      const insert = "INSERT INTO threads (name, upstream, used_at) VALUES (?, 'up', ?)";
      for (let at = 0; at < THREADS.threads; at++)
        storage.sql.exec(insert, `old ${at}`, at + Date.now());
    });
    await age(ann, THREADS.threads * 2);
    await ann.history.keepThread("new", "up_1");
    expect(await count(ann)).toBe(THREADS.threads);
    expect(await ann.history.thread("old 0")).toBeNull();
    expect(await ann.history.thread("old 1")).toBe("up");
  });

  it("is not kept under a name of the platform's that has no end", async () => {
    const ann = await newHistory();
    await ann.history.keepThread("a", "x".repeat(THREADS.characters + 1));
    expect(await ann.history.thread("a")).toBeNull();
  });

  it("goes with everything else when its owner goes", async () => {
    const ann = await newHistory();
    await ann.history.keepThread("a", "up_1");
    await ann.history.clear();
    expect(await ann.history.thread("a")).toBeNull();
  });
});
