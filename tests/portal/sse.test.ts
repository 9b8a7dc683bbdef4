import { createSseDecoder, readEvents } from "@portal/lib/sse.ts";
import { expect, test } from "vitest";

const WIRE =
  ": keep-alive\n\nid: 1\ndata: 一\n\n\nid: 2\r\ndata: a\r\ndata: b\r\n\r\nevent: x\ndata:c\n\ndata: unfinished";
const EVENTS = [
  { id: "1", data: "一" },
  { id: "2", data: "a\nb" },
  { id: "2", data: "c" },
];

test("events decode the same wherever the text is cut", () => {
  for (let cut = 0; cut <= WIRE.length; cut += 1) {
    const decoder = createSseDecoder();
    expect([...decoder.push(WIRE.slice(0, cut)), ...decoder.push(WIRE.slice(cut))]).toEqual(EVENTS);
  }
});

test("bytes may be cut inside a character", async () => {
  const bytes = new TextEncoder().encode(WIRE);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const events = [];
  for await (const event of readEvents(body)) events.push(event);
  expect(events).toEqual(EVENTS);
});

test("a reader that leaves early cancels the body", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("data: x\n\n"));
    },
    cancel() {
      cancelled = true;
    },
  });
  for await (const event of readEvents(body)) {
    expect(event.data).toBe("x");
    break;
  }
  expect(cancelled).toBe(true);
});
