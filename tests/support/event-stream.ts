/** Writes messages of `application/vnd.amazon.eventstream`, by hand and apart from what reads them. */
import { crc32 } from "node:zlib";

const TEXT_TYPE = 7;

/** One message: headers (all of them text) and payload. */
export function eventStreamMessage(headers: Record<string, string>, payload: string): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(Buffer.byteLength(value));
      return Buffer.concat([
        Buffer.of(Buffer.byteLength(name)),
        Buffer.from(name),
        Buffer.of(TEXT_TYPE),
        length,
        Buffer.from(value),
      ]);
    }),
  );
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(12 + head.length + body.length + 4, 0);
  prelude.writeUInt32BE(head.length, 4);
  const unchecked = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([unchecked, checksum(unchecked)]);
}

function checksum(bytes: Buffer): Buffer {
  const written = Buffer.alloc(4);
  written.writeUInt32BE(crc32(bytes));
  return written;
}

const JSON_TYPE = "application/json";

export function eventMessage(event: string, payload: unknown): Buffer {
  return eventStreamMessage(
    { ":event-type": event, ":content-type": JSON_TYPE, ":message-type": "event" },
    JSON.stringify(payload),
  );
}

export function exceptionMessage(exception: string, payload: unknown): Buffer {
  return eventStreamMessage(
    { ":exception-type": exception, ":content-type": JSON_TYPE, ":message-type": "exception" },
    JSON.stringify(payload),
  );
}
