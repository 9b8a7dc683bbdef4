/** Conversations that a platform keeps, and forgets. */
import { describe, expect, it } from "vitest";
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

describe("a conversation that the platform has forgotten", () => {
  const forgotten = (first: Script, ...more: Script[]) =>
    stage({ upstreamConversation: "gone", scripts: [first, ...more] });

  it.each([
    ["refused", refused("conversation_gone")],
    ["told in the stream", answer([], { broken: failure("conversation_gone") })],
  ])(
    "is begun anew by the same route (%s), and both attempts are written down",
    async (_how, first) => {
      const staged = forgotten(first, whole);
      expect(types(await staged.play())).toEqual(["text-delta", "usage", "run-end"]);
      expect(outcomes(staged)).toEqual([
        ["first", "conversation_gone"],
        ["first", "ok"],
      ]);
      expect(staged.asked.map((input) => input.upstreamConversation)).toEqual(["gone", undefined]);
      expect(staged.asked[1]?.newConversation).toBe("req_a");
    },
  );

  it("is begun anew once: a platform that forgets a new one too has failed", async () => {
    const staged = forgotten(refused("conversation_gone"), refused("conversation_gone"));
    expect(types(await staged.play())).toEqual(["run-error"]);
    expect(staged.opened).toEqual(["first", "first"]);
  });

  it("is not begun anew once content has gone out", async () => {
    const staged = forgotten(answer([text("a")], { broken: failure("conversation_gone") }));
    expect(types(await staged.play())).toEqual(["text-delta", "run-error"]);
    expect(staged.opened).toEqual(["first"]);
  });
});
