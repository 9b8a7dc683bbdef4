/** Whole answers, read in large pieces. */
import { describe, expect, inject, it } from "vitest";
import { largePieces } from "../../../src/connectors/kit/body-reader.ts";
import { type InvokeOptions, invoke } from "../../../src/connectors/kit/invoke.ts";

async function sizesOf(length: number): Promise<number[]> {
  const { body } = new Response(new Uint8Array(length).fill(7));
  if (!body) throw new Error("a response without a body");
  const pieces = largePieces(body);
  const sizes: number[] = [];
  for (;;) {
    const piece = await pieces.read();
    if (piece.done) return sizes;
    expect(piece.value.every((byte) => byte === 7)).toBe(true);
    sizes.push(piece.value.byteLength);
  }
}

describe("a whole answer", () => {
  it.each([
    [0, []],
    [1, [1]],
    [16_383, [16_383]],
    [16_384, [16_384]],
    [16_385, [16_384, 1]],
    [40_000, [16_384, 16_384, 7_232]],
  ])("of %d bytes comes in pieces of %j", async (length, sizes) => {
    expect(await sizesOf(length)).toEqual(sizes);
  });

  const OPTIONS: InvokeOptions = {
    limits: { timeoutMs: 5000, idleTimeoutMs: 5000, responseBytesMax: 100_000 },
    allowPrivate: true,
    secrets: [],
  };

  async function answerOf(model: string, options: InvokeOptions = OPTIONS) {
    const opened = await invoke(
      {
        method: "POST",
        url: `${inject("upstreamUrl")}/t/${crypto.randomUUID()}/v1/chat/completions`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] }),
        framing: "json",
      },
      options,
    );
    if (!opened.ok) throw new Error(opened.error.detail);
    const { frames } = opened.value;
    for (;;) {
      const piece = await frames.next();
      if (!piece.ok) return piece.error.reason;
      const [frame] = piece.value ?? [];
      if (frame) return JSON.parse(frame.data) as object;
      if (piece.value === null) return "nothing";
    }
  }

  it("of many pieces is one frame", async () => {
    expect(await answerOf("chunks-9000")).toMatchObject({ usage: { completion_tokens: 9000 } });
  });

  it("that is larger than allowed is broken off", async () => {
    const limits = { ...OPTIONS.limits, responseBytesMax: 20_000 };
    expect(await answerOf("chunks-9000", { ...OPTIONS, limits })).toBe("answer_too_large");
  });
});
