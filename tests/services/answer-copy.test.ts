import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/durable/idempotency/protocol.ts";
import { copyWhole } from "../../src/services/idempotency/answer-copy.ts";

type Piece = string | number | Error;

/** Texts, so many bytes, or a break; pulled one by one. */
function sourceOf(...pieces: Piece[]) {
  const state = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[state.pulled++];
        if (piece === undefined) controller.close();
        else if (piece instanceof Error) controller.error(piece);
        else if (typeof piece === "string") controller.enqueue(new TextEncoder().encode(piece));
        else controller.enqueue(new Uint8Array(piece));
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

function copyOf(...pieces: Piece[]) {
  const { stream, state } = sourceOf(...pieces);
  const told: (string | null)[] = [];
  const copy = copyWhole(stream, async (whole) => {
    await Promise.resolve();
    told.push(whole && new TextDecoder().decode(whole));
  });
  return { ...copy, told, state };
}

describe("an answer that is copied", () => {
  it("goes to its client as it is, and is told whole before the client sees its end", async () => {
    const { body, told } = copyOf("one ", "two");
    expect(await new Response(body).text()).toBe("one two");
    expect(told).toEqual(["one two"]);
  });

  it("is read to its end when its client leaves in the middle", async () => {
    const { body, copied, told } = copyOf("one ", "two ", "three");
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
    await copied;
    expect(told).toEqual(["one two three"]);
  });

  it("is read to its end when its client was never there", async () => {
    const { body, copied, told } = copyOf("one ", "two");
    await body.cancel();
    await copied;
    expect(told).toEqual(["one two"]);
  });

  it("that breaks off is told as none, and breaks for its client too", async () => {
    const { body, copied, told } = copyOf("one", new Error("broken"));
    await expect(new Response(body).text()).rejects.toThrow("broken");
    await copied;
    expect(told).toEqual([null]);
  });

  it("that is too long goes to its client whole, and is told as none", async () => {
    const { body, told } = copyOf(LIMITS.answerBytes, "x");
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(LIMITS.answerBytes + 1);
    expect(told).toEqual([null]);
  });

  it("that is too long is not read on for nobody", async () => {
    const { body, copied, told, state } = copyOf(LIMITS.answerBytes, "x", "y", "z");
    await body.cancel();
    await copied;
    expect(told).toEqual([null]);
    expect(state).toEqual({ pulled: 2, cancelled: true });
  });
});
