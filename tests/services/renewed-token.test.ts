/** Access tokens that the platform withdraws before their time. */
import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/services/chat/health.ts";
import {
  answer,
  failure,
  outcomes,
  refused,
  type Script,
  stage,
  text,
  types,
  whole,
} from "./run-fixture.ts";

/** As AccessTokens does: once a candidate. */
const once = () => {
  const renewed = new Set<Candidate>();
  return (candidate: Candidate) => renewed.size < renewed.add(candidate).size;
};
const withdrawn = (...scripts: Script[]) => stage({ scripts, renewable: once() });

describe("a token that was withdrawn", () => {
  it.each([
    ["refused", refused("unauthorized")],
    ["told in the stream", answer([], { broken: failure("unauthorized") })],
  ])(
    "is renewed and the same route asked again (%s); its key is not to blame",
    async (_how, first) => {
      const staged = withdrawn(first, whole);
      expect(types(await staged.play())).toEqual(["text-delta", "usage", "run-end"]);
      expect(outcomes(staged)).toEqual([
        ["first", "unauthorized"],
        ["first", "ok"],
      ]);
      expect(staged.told).toEqual([]);
      expect(staged.calls.map(({ what }) => what)).toEqual(["settle"]);
    },
  );

  it("is renewed once: the key that is refused again gives way to the next route, and is told", async () => {
    const staged = withdrawn(refused("unauthorized"), refused("unauthorized"), whole);
    expect(types(await staged.play())).toEqual(["text-delta", "usage", "run-end"]);
    expect(staged.opened).toEqual(["first", "first", "second"]);
    expect(staged.told).toHaveLength(1);
  });

  it("is not renewed once content has gone out", async () => {
    const staged = withdrawn(answer([text("a")], { broken: failure("unauthorized") }));
    expect(types(await staged.play())).toEqual(["text-delta", "run-error"]);
    expect(staged.opened).toEqual(["first"]);
  });

  it("is nothing that a refusal of another kind speaks of", async () => {
    const staged = withdrawn(refused("forbidden"), whole);
    await staged.play();
    expect(staged.opened).toEqual(["first", "second"]);
  });
});
