import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ok } from "../../src/core/result.ts";
import type { RunEvent } from "../../src/core/run.ts";
import { recorded, replayed, type StoredAnswer } from "../../src/services/cache/stored-answer.ts";
import type { OpenedUpstream } from "../../src/services/chat/run-parts.ts";
import { failure, reported, text } from "./run-fixture.ts";

const END: RunEvent = { type: "run-end", finish: "stop" };

/** An upstream whose decoder gives the events of each frame, and the last ones at its close. */
function answering(pushed: RunEvent[][], atEnd: RunEvent[] = []) {
  const stored: StoredAnswer[] = [];
  const opened: OpenedUpstream = {
    connector: { disconnect: "cancel", chat: { wire: "openai-chat" } },
    decoder: { push: ({ data }) => pushed[Number(data)] ?? [], end: () => atEnd },
    frames: { next: async () => ok(null), cancel: () => undefined, release: async () => undefined },
    warnings: ["top_k is not done"],
  };
  const { decoder } = recorded(opened, (answer) => void stored.push(answer));
  const given = pushed.flatMap((_, at) => decoder.push({ data: String(at) }));
  given.push(...decoder.end());
  return { given, stored };
}

/** What a reader makes of events: texts put together, the rest as it came. */
function meaning(events: readonly RunEvent[]): unknown[] {
  const all: unknown[] = [];
  for (const event of events) {
    const last = all.at(-1) as RunEvent | undefined;
    const isText = event.type === "text-delta" || event.type === "reasoning-delta";
    if (isText && last?.type === event.type) {
      all[all.length - 1] = { ...last, text: last.text + event.text };
    } else all.push(event);
  }
  return all;
}

const piece: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 300 }).map(text),
  fc.string({ minLength: 1 }).map((value): RunEvent => ({ type: "reasoning-delta", text: value })),
  fc.string().map((value): RunEvent => ({ type: "text-replace", text: value })),
  fc.record({
    type: fc.constant("tool-call-delta" as const),
    index: fc.nat(3),
    name: fc.string(),
    argumentsText: fc.string(),
  }),
  fc.record({ type: fc.constant("suggestion" as const), text: fc.string() }),
);

describe("an answer that is written down", () => {
  it("means the same when it is given again, and passes unchanged the first time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 4 })), async (frames) => {
        const events = [text("x"), ...frames.flat(), reported(3, 4), END];
        const { given, stored } = answering([[text("x")], ...frames], [reported(3, 4), END]);
        expect(given).toEqual(events);
        const again = replayed(JSON.parse(JSON.stringify(stored[0])) as StoredAnswer);
        expect(await again.frames.next()).toEqual(ok(null));
        expect(meaning(again.decoder.end())).toEqual(meaning(events));
        expect(again.connector.chat?.wire).toBe("openai-chat");
        expect(again.warnings).toEqual(["top_k is not done"]);
      }),
    );
  });

  it("puts deltas together, so that a long text is few events", () => {
    const { stored } = answering(
      Array.from({ length: 1_000 }, () => [text("four")]),
      [END],
    );
    expect(stored[0]?.events.length).toBeLessThan(15);
  });

  it("is told once, at its own end", () => {
    expect(answering([[text("a")], [END]], []).stored).toHaveLength(1);
    expect(answering([[text("a"), END]], [END]).stored).toHaveLength(1);
    expect(answering([[text("a")]], [{ ...END, finish: "tool_calls" }]).stored).toHaveLength(1);
  });

  it.each<[string, RunEvent[]]>([
    ["was cut at its length", [text("a"), { type: "run-end", finish: "length" }]],
    ["was filtered", [text("a"), { type: "run-end", finish: "content_filter" }]],
    ["failed", [text("a"), { type: "run-error", error: failure("truncated") }]],
    ["broke off", [text("a")]],
    ["says nothing", [reported(1, 0), END]],
    ["has a file", [{ type: "file", url: "https://f", mime: "a/b", name: "f" }, END]],
    [
      "belongs to a conversation",
      [text("a"), { type: "conversation", upstreamConversation: "c" }, END],
    ],
  ])("is not told where it %s", (_name, events) => {
    expect(answering([events]).stored).toEqual([]);
  });
});
