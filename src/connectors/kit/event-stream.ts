/**
 * `application/vnd.amazon.eventstream`: binary messages with a checked prelude and a checked whole.
 *
 *     u32 length of all · u32 length of headers · u32 CRC of these 8 bytes
 *     headers (name, type, value)* · payload · u32 CRC of everything before
 *
 * A message becomes a frame: `event` is its event type, `data` its payload as text. A message that
 * is no event gets its kind in front: `exception:throttlingException`, `error:<code>` with the
 * error's sentence as `{"message"}`. A stream whose checksums do not fit ends in one frame `CORRUPT`;
 * what follows cannot be cut any more.
 */
import type { Frame } from "../connector.ts";

export const CORRUPT = "error:corrupt";

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** The format's own limit is 24 MiB for a payload and 128 KiB for headers. */
const MESSAGE_BYTES_MAX = 25 * 1024 * 1024;

/** A cutter as `frames.ts` wants one. */
export function messageCutter(): {
  feed(bytes: Uint8Array): Frame[];
  flush(): Frame[];
} {
  // Pieces are joined only when a whole message is there: a large one comes in many.
  let pieces: Uint8Array[] = [];
  let held = 0;
  let needed = PRELUDE_BYTES;
  let broken = false;

  const corrupt = (detail: string): Frame => {
    broken = true;
    pieces = [];
    return { event: CORRUPT, data: JSON.stringify({ message: detail }) };
  };
  const cut = (): Frame[] => {
    const frames: Frame[] = [];
    let rest = joined(pieces, held);
    needed = PRELUDE_BYTES;
    while (rest.byteLength >= PRELUDE_BYTES) {
      const view = viewOf(rest);
      const length = view.getUint32(0);
      const headersEnd = PRELUDE_BYTES + view.getUint32(4);
      if (crc32(rest.subarray(0, 8)) !== view.getUint32(8)) {
        return [...frames, corrupt("the head of a message is damaged")];
      }
      if (length > MESSAGE_BYTES_MAX || headersEnd + CHECKSUM_BYTES > length) {
        return [...frames, corrupt("a message states an impossible length")];
      }
      if (rest.byteLength < length) {
        needed = length;
        break;
      }
      const end = length - CHECKSUM_BYTES;
      if (crc32(rest.subarray(0, end)) !== view.getUint32(end)) {
        return [...frames, corrupt("a message is damaged")];
      }
      const headers = readHeaders(rest.subarray(PRELUDE_BYTES, headersEnd));
      if (!headers) return [...frames, corrupt("the headers of a message cannot be read")];
      frames.push(frameOf(headers, rest.subarray(headersEnd, end)));
      rest = rest.subarray(length);
    }
    pieces = rest.byteLength > 0 ? [rest] : [];
    held = rest.byteLength;
    return frames;
  };
  return {
    feed(bytes) {
      if (broken) return [];
      pieces.push(bytes);
      held += bytes.byteLength;
      return held < needed ? [] : cut();
    },
    // Half a message is none: the decoder finds out that the end was missing.
    flush: () => [],
  };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0] ?? new Uint8Array();
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const text = new TextDecoder();

function frameOf(headers: ReadonlyMap<string, string>, payload: Uint8Array): Frame {
  const kind = headers.get(":message-type") ?? "event";
  const data = text.decode(payload);
  if (kind === "event") {
    const event = headers.get(":event-type");
    return event === undefined ? { data } : { event, data };
  }
  const name = headers.get(":exception-type") ?? headers.get(":error-code") ?? "";
  const sentence = headers.get(":error-message") ?? "";
  return { event: `${kind}:${name}`, data: data || JSON.stringify({ message: sentence }) };
}

const BYTES_TYPE = 6;
const TEXT_TYPE = 7;
/** Bytes that a value of each type takes; those of the two above state it themselves. */
const FIXED_BYTES: Record<number, number> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

/** The headers that are text (no others mean anything here); null where they cannot be read. */
function readHeaders(bytes: Uint8Array): Map<string, string> | null {
  const view = viewOf(bytes);
  const headers = new Map<string, string>();
  let at = 0;
  try {
    while (at < bytes.byteLength) {
      const nameEnd = at + 1 + view.getUint8(at);
      const name = text.decode(bytes.subarray(at + 1, nameEnd));
      const type = view.getUint8(nameEnd);
      at = nameEnd + 1;
      const stated = type === BYTES_TYPE || type === TEXT_TYPE;
      const length = stated ? view.getUint16(at) : FIXED_BYTES[type];
      if (length === undefined) return null;
      if (stated) at += 2;
      if (at + length > bytes.byteLength) return null;
      if (type === TEXT_TYPE) headers.set(name, text.decode(bytes.subarray(at, at + length)));
      at += length;
    }
    return headers;
  } catch (cause) {
    // A length that points behind the end.
    if (cause instanceof RangeError) return null;
    throw cause;
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 as zlib has it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
