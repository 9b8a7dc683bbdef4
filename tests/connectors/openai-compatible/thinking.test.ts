import { describe, expect, it } from "vitest";
import { ThinkSplitter } from "../../../src/connectors/kit/openai/thinking.ts";

/** Reasoning and text of an answer that arrives in these pieces. */
function split(pieces: readonly string[]): { reasoning: string; text: string } {
  const splitter = new ThinkSplitter();
  const parts = [...pieces.map((piece) => splitter.feed(piece)), splitter.flush()];
  return {
    reasoning: parts.map((part) => part.reasoning).join(""),
    text: parts.map((part) => part.text).join(""),
  };
}

const CASES: [string, string, { reasoning: string; text: string }][] = [
  ["thoughts in front", "<think>Hm</think>Yes", { reasoning: "Hm", text: "Yes" }],
  [
    "blank lines around",
    "\n<think>\nHm\n</think>\n\nYes\n",
    { reasoning: "\nHm\n", text: "Yes\n" },
  ],
  ["MiniMax's own mark", "<mm:think>Hm</mm:think>Yes", { reasoning: "Hm", text: "Yes" }],
  ["the other mark inside", "<think></mm:think></think>a", { reasoning: "</mm:think>", text: "a" }],
  ["no thoughts", "Yes <think>no</think>", { reasoning: "", text: "Yes <think>no</think>" }],
  ["a mark later on", "<think>a</think>b<think>c", { reasoning: "a", text: "b<think>c" }],
  ["what looks like a mark", "<thin", { reasoning: "", text: "<thin" }],
  ["another mark", "<thinking>x", { reasoning: "", text: "<thinking>x" }],
  ["half an end", "<think>a</thi", { reasoning: "a</thi", text: "" }],
  ["no end", "<think>a < b", { reasoning: "a < b", text: "" }],
  ["empty thoughts", "<think></think>Yes", { reasoning: "", text: "Yes" }],
  ["an answer of spaces", " \n ", { reasoning: "", text: " \n " }],
  ["spaces in front of text", "  Yes", { reasoning: "", text: "  Yes" }],
  ["nothing", "", { reasoning: "", text: "" }],
];

describe.each(CASES)("%s", (_name, answer, expected) => {
  it("comes apart into reasoning and text", () => {
    expect(split([answer])).toEqual(expected);
  });

  it("comes apart the same wherever it is cut", () => {
    for (let at = 0; at <= answer.length; at++) {
      expect(split([answer.slice(0, at), answer.slice(at)]), `cut at ${at}`).toEqual(expected);
    }
    expect(split([...answer])).toEqual(expected);
  });
});

it("what cannot be a mark any more is given out at once", () => {
  const splitter = new ThinkSplitter();
  expect(splitter.feed("<think>I wonder <")).toEqual({ reasoning: "I wonder ", text: "" });
  expect(splitter.feed("b")).toEqual({ reasoning: "<b", text: "" });
  expect(splitter.feed("</think> ")).toEqual({ reasoning: "", text: "" });
  expect(splitter.feed("Yes")).toEqual({ reasoning: "", text: "Yes" });
});
