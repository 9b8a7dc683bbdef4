/** What every agent's decoder promises, seen in one that does what it is told. */
import { describe, expect, it } from "vitest";
import { AgentDecoder } from "../../../src/connectors/kit/agent-decoder.ts";
import { asText, type Json } from "../../../src/connectors/kit/json.ts";
import { textIn } from "../../../src/connectors/kit/loose-decoder.ts";
import type { RunEvent } from "../../../src/core/run.ts";

class Obedient extends AgentDecoder {
  protected payload({ tell, url, mime, tokens, id, source }: Json): void {
    this.text(asText(tell));
    if (url !== undefined) this.file(asText(url), asText(mime) ?? "image/*");
    if (typeof tokens === "number") this.usageInAll(tokens);
    this.conversation(asText(id));
    const title = asText(source);
    if (title !== null) this.cite({ title, url: null, snippet: null });
    if (tell === "end") this.finish();
  }
}

function play(...data: (Json | string)[]): RunEvent[] {
  const decoder = new Obedient();
  const frames = data.map((one) => ({ data: typeof one === "string" ? one : JSON.stringify(one) }));
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end(), ...decoder.end()];
}
const reasonOf = (events: RunEvent[]) => {
  const last = events.at(-1);
  return last?.type === "run-error" ? last.error.reason : last?.type;
};

describe("the end", () => {
  it("comes once, and nothing after it", () => {
    const events = play({ tell: "a" }, { tell: "end" }, { tell: "b" }, "no JSON");
    expect(events.map(({ type }) => type)).toEqual(["text-delta", "text-delta", "run-end"]);
  });

  it("that nobody said is a truncated answer, `[DONE]` or not", () => {
    expect(reasonOf(play({ tell: "a" }))).toBe("truncated");
    expect(reasonOf(play({ tell: "a" }, "[DONE]"))).toBe("truncated");
    expect(reasonOf(play({ tell: "a" }, '"[DONE]"'))).toBe("truncated");
  });

  it("is a violation where a frame is no object, but two in one frame are two", () => {
    expect(reasonOf(play("[1]"))).toBe("protocol_violation");
    expect(reasonOf(play('{"tell":"a"}\n{"tell":"end"}'))).toBe("run-end");
  });
});

describe("what is told once", () => {
  it("the conversation, until it has another name", () => {
    const told = play({ id: "c1" }, { id: "c1" }, { id: "c2" }).flatMap((event) =>
      event.type === "conversation" ? [event.upstreamConversation] : [],
    );
    expect(told).toEqual(["c1", "c2"]);
  });

  it("each source, numbered as they come", () => {
    const told = play({ source: "A" }, { source: "B" }, { source: "A" }).flatMap((event) =>
      event.type === "source-cite" ? [[event.index, event.title]] : [],
    );
    expect(told).toEqual([
      [1, "A"],
      [2, "B"],
    ]);
  });
});

it.each([
  ["https://a.example/x/cat.JPG?s=1", "image/jpeg", "cat.JPG"],
  ["https://a.example/cat.svg", "image/svg+xml", "cat.svg"],
  ["https://a.example/constructor", "image/png", "constructor"],
  ["https://a.example/", "image/png", "file"],
])("a picture at %s is %s, called %s", (url, mime, name) => {
  expect(play({ url })[0]).toEqual({ type: "file", url, mime, name });
});

it.each(["/cat.png", "javascript:alert(1)", "data:image/png;base64,AA=="])(
  "a picture at %s leads nowhere from outside",
  (url) => {
    expect(play({ url })[0]?.type).toBe("run-error");
  },
);

it("one number for both sides is shared out: what was written is weighed, the sum stays", () => {
  const usage = play({ tell: "a".repeat(40) }, { tokens: 100 }).find(
    ({ type }) => type === "usage",
  );
  expect(usage).toMatchObject({ usage: { input: 90, output: 10 } });
  const small = play({ tell: "a".repeat(400) }, { tokens: 7 }).find(({ type }) => type === "usage");
  expect(small).toMatchObject({ usage: { input: 0, output: 7 } });
  expect(play({ tokens: 0 }).some(({ type }) => type === "usage")).toBe(false);
});

it.each<[unknown, string | null]>([
  ["a", "a"],
  ["  ", null],
  [{ output: "a", text: "b" }, "a"],
  [{ output: null, answer: { text: "a" } }, "a"],
  [{ message: ["a", { text: "b" }] }, "a\n\nb"],
  [{ output: { n: 1 } }, '{"n":1}'],
  [{ output: false }, "false"],
  [{ data: "a" }, null],
  [[], null],
  [7, null],
  [null, null],
])("the text in %j is %j", (value, text) => {
  expect(textIn(value)).toBe(text);
});
