import { choose, chooseSibling, pathOf, withMessages } from "@portal/features/chat/tree.ts";
import { describe, expect, test } from "vitest";
import { message } from "./support.ts";

const chain = [
  message({ id: "u1" }),
  message({ id: "a1", parentId: "u1", role: "assistant" }),
  message({ id: "a2", parentId: "u1", role: "assistant" }),
  message({ id: "u2", parentId: "a1" }),
  message({ id: "a3", parentId: "u2", role: "assistant" }),
];
const ids = (choices = {}) => pathOf(chain, choices).map((step) => step.message.id);

describe("the shown path", () => {
  test("leads to the newest message, not to the newest sibling", () => {
    expect(ids()).toEqual(["u1", "a1", "u2", "a3"]);
  });

  test("follows a choice, and ends where that branch ends", () => {
    expect(ids({ u1: "a2" })).toEqual(["u1", "a2"]);
  });

  test("ignores a choice of a message that is not there", () => {
    expect(ids({ u1: "gone" })).toEqual(["u1", "a1", "u2", "a3"]);
  });

  test("knows the siblings of every step, oldest first", () => {
    expect(pathOf(chain, {}).map((step) => step.siblings)).toEqual([
      ["u1"],
      ["a1", "a2"],
      ["u2"],
      ["a3"],
    ]);
  });

  test("shows the newest of several beginnings", () => {
    const messages = [message({ id: "x" }), message({ id: "y" })];
    expect(pathOf(messages, {}).map((step) => step.message.id)).toEqual(["y"]);
    expect(pathOf(messages, { "": "x" }).map((step) => step.message.id)).toEqual(["x"]);
  });

  test("ends although parents form a circle", () => {
    const circle = [message({ id: "a", parentId: "b" }), message({ id: "b", parentId: "a" })];
    expect(pathOf(circle, {})).toEqual([]);
  });

  test("of no messages is empty", () => {
    expect(pathOf([], {})).toEqual([]);
  });
});

test("moving to a sibling and past the last one", () => {
  const step = pathOf(chain, {})[1];
  if (!step) throw new Error("the path has a second step");
  expect(chooseSibling(step, 1, {})).toEqual({ u1: "a2" });
  expect(chooseSibling(step, 2, { other: "kept" })).toEqual({ other: "kept" });
});

test("a message just made is shown whatever was chosen before", () => {
  expect(choose(message({ id: "a9", parentId: "u1" }), { u1: "a2", x: "y" })).toEqual({
    u1: "a9",
    x: "y",
  });
});

test("messages are replaced in place and new ones appended", () => {
  const changed = withMessages(
    chain,
    message({ id: "a1", text: "new" }),
    null,
    message({ id: "z" }),
  );
  expect(changed.map(({ id }) => id)).toEqual(["u1", "a1", "a2", "u2", "a3", "z"]);
  expect(changed[1]?.text).toBe("new");
  expect(chain[1]?.text).toBe("");
});
