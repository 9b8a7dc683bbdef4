/** Feeding a body to a frame cutter in every way in which a network can break it into pieces. */
import type { Frame } from "../../src/connectors/connector.ts";
import { type Framing, frameCutter } from "../../src/connectors/kit/frames.ts";

/** Binary where the framing is. */
export type Body = string | Uint8Array;

const encoder = new TextEncoder();
const bytesOf = (body: Body): Uint8Array =>
  typeof body === "string" ? encoder.encode(body) : body;

/** The frames of a body that arrives in one piece. */
export function framesOf(framing: Framing, body: Body): Frame[] {
  return framesOfPieces(framing, [bytesOf(body)]);
}

export function framesOfPieces(framing: Framing, pieces: Uint8Array[]): Frame[] {
  const cutter = frameCutter(framing);
  return [...pieces.flatMap((piece) => cutter.feed(piece)), ...cutter.flush()];
}

/** Cuts the body in two at every byte, and once into single bytes. */
export function cutEverywhere(
  framing: Framing,
  body: Body,
  look: (frames: Frame[], at: number) => void,
): void {
  const bytes = bytesOf(body);
  for (let at = 0; at <= bytes.length; at++) {
    look(framesOfPieces(framing, [bytes.slice(0, at), bytes.slice(at)]), at);
  }
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  look(framesOfPieces(framing, single), -1);
}
