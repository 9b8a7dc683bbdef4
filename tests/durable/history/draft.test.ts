/** The answer folded from run events. */
import { describe, expect, it } from "vitest";
import type { PortalRunEvent } from "../../../src/contract/portal.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { NO_USAGE } from "../../../src/core/run.ts";
import { type Draft, EMPTY_DRAFT, foldEvent } from "../../../src/durable/history/draft.ts";

function fold(events: RunEvent[], sent: string | null = null) {
  let draft: Draft = EMPTY_DRAFT;
  const told: PortalRunEvent[] = [];
  let overflow = false;
  for (const event of events) {
    const folded = foldEvent(draft, event, sent);
    draft = folded.draft;
    told.push(...folded.events);
    overflow ||= folded.overflow;
  }
  return { draft, told, overflow };
}

const cite = (index: number, change: { title?: string; url?: string | null } = {}): RunEvent => ({
  type: "source-cite",
  index,
  title: `Source ${index}`,
  url: "https://a.example/",
  snippet: null,
  ...change,
});

describe("text", () => {
  it("is what was said last when it was replaced", () => {
    const { draft, told } = fold([
      { type: "text-delta", text: "Something bad" },
      { type: "text-replace", text: "Sorry." },
      { type: "text-delta", text: " Next?" },
    ]);
    expect(draft.text).toBe("Sorry. Next?");
    expect(told.map(({ type }) => type)).toEqual(["text", "replace", "text"]);
  });

  it("stops at its bound and says so; readers get exactly what is stored", () => {
    const { draft, told, overflow } = fold([
      { type: "text-delta", text: "x".repeat(249_999) },
      { type: "text-delta", text: "yz" },
    ]);
    expect(draft.text.slice(-2)).toBe("xy");
    expect(told.at(-1)).toEqual({ type: "text", text: "y" });
    expect(overflow).toBe(true);
  });

  it("takes a replacement within the same bound", () => {
    const { draft, overflow } = fold([{ type: "text-replace", text: "x".repeat(250_001) }]);
    expect(draft.text).toHaveLength(250_000);
    expect(overflow).toBe(true);
  });
});

it("reasoning beyond its bound is left out, the answer goes on", () => {
  const { draft, told, overflow } = fold([
    { type: "reasoning-delta", text: "r".repeat(200_000) },
    { type: "reasoning-delta", text: "more" },
    { type: "text-delta", text: "So: yes." },
  ]);
  expect(draft.reasoning).toHaveLength(150_000);
  expect(told.map(({ type }) => type)).toEqual(["reasoning", "text"]);
  expect(overflow).toBe(false);
});

describe("citations", () => {
  it("are in order of their number, a later one replacing the same", () => {
    const { draft, told } = fold([cite(2), cite(1), cite(2, { title: "Better" })]);
    expect(draft.citations.map(({ index, title }) => [index, title])).toEqual([
      [1, "Source 1"],
      [2, "Better"],
    ]);
    expect(told).toHaveLength(3);
  });

  it("lose an address that is too long rather than its end", () => {
    const { draft } = fold([cite(1, { url: `https://a.example/${"x".repeat(1_000)}` })]);
    expect(draft.citations[0]?.url).toBeNull();
  });

  it("are at most 64", () => {
    const { draft } = fold(Array.from({ length: 70 }, (_, index) => cite(index)));
    expect(draft.citations).toHaveLength(64);
  });
});

it("suggestions are kept once each, eight at most", () => {
  const { draft } = fold(
    ["a", "a", " ", ..."bcdefghijk"].map((text) => ({ type: "suggestion", text })),
  );
  expect(draft.suggestions.join("")).toBe("abcdefgh");
});

describe("files", () => {
  const file = (url: string, mime: string): RunEvent => ({
    type: "file",
    url,
    mime,
    name: "a [1]",
  });

  it("become links in the text, pictures become pictures", () => {
    const { draft } = fold([
      { type: "text-delta", text: "Here:" },
      file("https://a.example/1.pdf", "application/pdf"),
      file("https://a.example/a b).png", "image/png"),
    ]);
    expect(draft.text).toContain("\n\n[a  1](<https://a.example/1.pdf>)");
    expect(draft.text).toContain("![a  1](<https://a.example/a%20b).png>)");
  });

  it("that are pictures as data are kept beside the text", () => {
    const url = "data:image/png;base64,AAAA";
    const { draft, told, overflow } = fold([file(url, "image/png")]);
    expect(draft).toMatchObject({ images: [url], text: "" });
    expect(told).toEqual([]);
    expect(overflow).toBe(false);
  });
});

it("what a portal does not show tells readers nothing", () => {
  const { draft, told } = fold([
    { type: "run-start", upstreamId: "up" },
    { type: "tool-call-delta", index: 0, argumentsText: "{" },
    { type: "usage", usage: NO_USAGE },
    { type: "status", label: "Searching", state: "done" },
    { type: "conversation", upstreamConversation: "up-1" },
    { type: "run-end", finish: "stop" },
  ]);
  expect(told).toEqual([]);
  expect(draft).toEqual({ ...EMPTY_DRAFT, upstreamConversation: "up-1" });
});

describe("the platform's conversation", () => {
  it("that was continued knows the answer from its first content on, not before", () => {
    const status: RunEvent = { type: "status", label: "Thinking", state: "running" };
    expect(fold([status], "up-1").draft.upstreamConversation).toBeNull();
    const said = fold([status, { type: "text-delta", text: "Hi" }], "up-1");
    expect(said.draft.upstreamConversation).toBe("up-1");
  });

  it("that the platform names wins over the one that was sent", () => {
    const { draft } = fold(
      [
        { type: "conversation", upstreamConversation: "up-2" },
        { type: "text-delta", text: "Hi" },
      ],
      "up-1",
    );
    expect(draft.upstreamConversation).toBe("up-2");
  });
});
