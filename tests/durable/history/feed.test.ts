/** The numbered events of a run, for readers of every speed. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Message, PortalRunEvent } from "../../../src/contract/portal.ts";
import { Feed } from "../../../src/durable/history/feed.ts";
import { EventReader } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
});

const start = (text: string): PortalRunEvent => ({
  type: "start",
  conversation: {
    id: "conv_1",
    title: "",
    target: "agent/guide",
    pinned: false,
    createdAt: "",
    updatedAt: "",
    runningRunId: "run_1",
  },
  user: null,
  assistant: { id: "msg_1", text } as Message,
});

const end = { type: "end" } as PortalRunEvent;

/** A feed over a text that grows by what is pushed. */
function newFeed() {
  let whole = "";
  const feed = new Feed({
    opening: () => start(""),
    standing: () => [start(whole), { type: "replace", text: whole }],
  });
  return {
    feed,
    write(text: string) {
      whole += text;
      feed.push({ type: "text", text });
    },
    get whole() {
      return whole;
    },
  };
}

const reader = (feed: Feed, after = 0) => new EventReader(feed.follow(after));

describe("sequence numbers", () => {
  it("resume anywhere: every cut gives the same text", async () => {
    const { feed, write } = newFeed();
    const watching = reader(feed);
    for (const text of ["a", "b", "c", "d", "e"]) {
      write(text);
      await watching.untilText(text);
    }
    feed.close();
    const positions = watching.read.map(({ sequence }) => sequence);
    expect(positions).toEqual([1, 2, 3, 4, 5, 6]);
    for (const [count, position] of positions.entries()) {
      const rest = reader(feed, position ?? 0);
      await rest.until(() => false);
      expect("abcde".slice(0, count) + rest.text).toBe("abcde");
    }
  });

  it("beyond the last wait for what comes next", async () => {
    const { feed, write } = newFeed();
    const ahead = reader(feed, 99);
    write("new");
    feed.close();
    await ahead.until(() => false);
    expect(ahead.text).toBe("new");
  });
});

it("the last event is told to everybody who asks after the end", async () => {
  const { feed, write } = newFeed();
  write("all of it");
  feed.push(end);
  feed.close();
  for (const after of [2, 3, 99]) {
    const late = reader(feed, after);
    await late.until(() => false);
    expect(late.read).toEqual([{ sequence: 3, event: end }]);
  }
});

describe("texts that nobody has taken", () => {
  it("are joined under one number", async () => {
    const { feed, write } = newFeed();
    for (const text of ["a", "b", "c"]) write(text);
    feed.close();
    const late = reader(feed);
    await late.until(() => false);
    expect(late.read.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(late.text).toBe("abc");
  });

  it("are not joined with one that somebody has, so that his number still holds", async () => {
    const { feed, write } = newFeed();
    write("a");
    const first = reader(feed);
    await first.untilText("a");
    write("b");
    feed.close();
    const resumed = reader(feed, first.position);
    await resumed.until(() => false);
    expect(resumed.text).toBe("b");
  });

  it("are not joined across another event or another kind of text", async () => {
    const { feed, write } = newFeed();
    write("a");
    feed.push({ type: "reasoning", text: "r" });
    write("b");
    feed.push({ type: "status", label: "s" });
    write("c");
    feed.close();
    const late = reader(feed);
    await late.until(() => false);
    const types = late.read.map(({ event }) => event.type);
    expect(types).toEqual(["start", "text", "reasoning", "text", "status", "text"]);
  });
});

describe("a reader that does not read", () => {
  it("gets the message as it stands when more was written than is kept", async () => {
    const growing = newFeed();
    const slow = reader(growing.feed);
    await slow.until(({ read }) => read.length === 1);
    for (let part = 0; part < 30; part += 1) {
      growing.write("x".repeat(50_000));
      // Something in between, so that the texts stay apart.
      growing.feed.push({ type: "status", label: `${part}` });
    }
    await slow.untilText(growing.whole);
    expect(slow.read.map(({ event }) => event.type)).toEqual(["start", "start", "replace"]);
    growing.write("!");
    growing.feed.close();
    await slow.until(() => false);
    expect(slow.text).toBe(`${growing.whole}`);
    expect(slow.read.at(-1)?.event).toEqual({ type: "text", text: "!" });
  });

  it("gets it also when there were too many small events", async () => {
    const growing = newFeed();
    const slow = reader(growing.feed);
    for (let part = 0; part < 5_000; part += 1) {
      growing.write("x");
      growing.feed.push({ type: "status", label: "y" });
    }
    growing.feed.push(end);
    growing.feed.close();
    await slow.until(() => false);
    expect(slow.text).toBe(growing.whole);
    expect(slow.read.map(({ event }) => event.type)).toEqual(["start", "replace", "end"]);
  });

  it("does not delay one that does", async () => {
    const { feed, write } = newFeed();
    reader(feed);
    const quick = reader(feed);
    for (let part = 0; part < 100; part += 1) {
      write(`${part};`);
      await quick.untilText(`${part};`);
    }
    expect(quick.read.length).toBe(101);
  });
});

it("a reader hears a comment every ten seconds in which nothing happens", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { feed, write } = newFeed();
  const waiting = reader(feed);
  await waiting.until(({ read }) => read.length === 1);
  for (const count of [1, 2]) {
    const heard = waiting.until(({ comments }) => comments.length === count);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(waiting.comments).toHaveLength(count - 1);
    await vi.advanceTimersByTimeAsync(1);
    await heard;
    expect(waiting.comments).toEqual(Array(count).fill("keep-alive"));
  }
  const text = waiting.untilText("at last");
  write("at last");
  await text;
  expect(vi.getTimerCount()).toBe(0);
});

it("a reader that leaves while it waits leaves nothing behind", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { feed } = newFeed();
  const leaving = reader(feed);
  await leaving.until(({ read }) => read.length === 1);
  const waiting = leaving.until(() => false);
  await vi.advanceTimersByTimeAsync(5);
  expect(vi.getTimerCount()).toBe(1);
  await leaving.leave();
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});
