/**
 * A form as it goes over the wire. Files may be a hundred megabytes in an isolate that has little
 * more: they are never copied, and the length is told beforehand, as not every platform takes a
 * body without one.
 */
import type { FormField } from "../../core/media.ts";

export interface EncodedForm {
  contentType: string;
  length: number;
  chunks: readonly Uint8Array[];
}

/** `boundary` must not occur in any value. */
export function encodeForm(parts: readonly FormField[], boundary: string): EncodedForm {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  for (const { name, value } of parts) {
    const isText = typeof value === "string";
    const file = isText ? "" : `; filename="${escaped(value.name)}"`;
    const type = isText ? "" : `content-type: ${value.mime}\r\n`;
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(name)}"${file}\r\n${type}\r\n`;
    chunks.push(encoder.encode(isText ? `${head}${value}\r\n` : head));
    if (!isText) chunks.push(value.bytes, encoder.encode("\r\n"));
  }
  chunks.push(encoder.encode(`--${boundary}--\r\n`));
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
    chunks,
  };
}

/** A body of known length. One stream a call: a redirect or another route needs one anew. */
export function streamOf({ length, chunks }: EncodedForm): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(length);
  const write = async (): Promise<void> => {
    const writer = writable.getWriter();
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  };
  // An upstream that answers before it has read everything breaks this; its answer says why.
  write().catch(() => undefined);
  return readable;
}

/** As browsers write names. */
function escaped(name: string): string {
  return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
