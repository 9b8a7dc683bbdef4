import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveAnswer } from "../../admin-ui/src/features/playground/live-answer.ts";

let frames: (() => void)[] = [];
const nextFrame = () => {
  for (const draw of frames.splice(0)) draw();
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => frames.push(draw));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => frames.splice(id - 1, 1));
});
afterEach(() => vi.unstubAllGlobals());

function live() {
  const states: string[] = [];
  const shown: string[] = [];
  const answer: LiveAnswer = new LiveAnswer({ model: "m", messages: [] }, () => {
    states.push(answer.latest.state);
  });
  const leave = answer.subscribe(() => shown.push(answer.shown().text));
  return { answer, states, shown, leave };
}

test("however many pieces come in a frame, it is shown once, with the last of them", () => {
  const { answer, states, shown } = live();
  answer.change({ state: "streaming", text: "a" });
  for (const text of ["ab", "abc", "abcd"]) answer.change({ text });
  expect([answer.shown().text, answer.latest.text]).toEqual(["a", "abcd"]);
  nextFrame();
  nextFrame();
  answer.change({ text: "abcde" });
  nextFrame();
  expect(shown).toEqual(["a", "abcd", "abcde"]);
  expect(states).toEqual(["streaming"]);
});

test("its end is shown at once, and nothing after it", () => {
  const { answer, states, shown } = live();
  answer.change({ state: "streaming", text: "a" });
  answer.change({ text: "ab" });
  answer.change({ state: "done" });
  expect(shown).toEqual(["a", "ab"]);
  nextFrame();
  expect(shown).toEqual(["a", "ab"]);
  expect(states).toEqual(["streaming", "done"]);
});

test("who has left is told no more", () => {
  const { answer, shown, leave } = live();
  leave();
  answer.change({ state: "done", text: "a" });
  expect(shown).toEqual([]);
});
