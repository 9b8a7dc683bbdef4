import { expect, it } from "vitest";
import { openAiFieldsBeyond } from "../../../src/connectors/kit/client-fields.ts";
import { ignoredSettings } from "../../../src/connectors/kit/question.ts";
import type { ChatInput } from "../../../src/core/run.ts";

const asked = (body: Record<string, unknown>, more: Partial<ChatInput> = {}): ChatInput => ({
  messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
  stream: false,
  endUser: "usr_1",
  raw: { protocol: "openai-chat", body: { model: "m", messages: [], ...body } },
  ...more,
});

it("fields that nobody has a word for are named, whatever they are called", () => {
  const input = asked({ verbosity: "low", x_new: 1, functions: [{ name: "f" }], top_k: 5 });
  expect(openAiFieldsBeyond(input, ["top_k"])).toEqual(["verbosity", "x_new", "functions"]);
});

it("what is the usual, or changes no answer, is not worth a word", () => {
  const usual = {
    n: 1,
    logprobs: false,
    presence_penalty: 0,
    modalities: ["text"],
    service_tier: "auto",
    seed: null,
    metadata: { a: "b" },
    store: true,
    user: "u",
  };
  expect(openAiFieldsBeyond(asked(usual))).toEqual([]);
  expect(openAiFieldsBeyond(asked({ n: 2, presence_penalty: 0.5, seed: 0 }))).toEqual([
    "n",
    "presence_penalty",
    "seed",
  ]);
});

it("tools that are no functions are named by their place", () => {
  const tools = [{ type: "function", function: { name: "f" } }, { type: "web_search" }, "odd"];
  expect(openAiFieldsBeyond(asked({ tools }))).toEqual(["tools.1", "tools.2"]);
});

it("a client of another protocol said nothing in this one", () => {
  const raw = { protocol: "anthropic-messages", body: { top_k: 1, x_new: 2 } } as const;
  expect(openAiFieldsBeyond(asked({}, { raw }))).toEqual([]);
});

it("an app that has settings of its own says all that it does not follow", () => {
  const input = asked({ seed: 7 }, { topP: 0.5, stop: ["x"] });
  expect(ignoredSettings(input, "Dify")).toEqual([
    "An app of Dify has settings of its own; ignored: top_p, stop, seed.",
  ]);
});
