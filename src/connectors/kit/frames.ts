/**
 * Bytes → frames, without network, so that every cut of every stream can be tested. One cutter
 * per answer; it holds back what is not complete yet.
 */
import { createParser } from "eventsource-parser";
import type { Frame, UpstreamRequest } from "../connector.ts";
import { messageCutter } from "./event-stream.ts";

export interface FrameCutter {
  /** The frames that these bytes complete. */
  feed(bytes: Uint8Array): Frame[];
  /** The body has ended: what was left over, where it is whole. */
  flush(): Frame[];
}

export type Framing = UpstreamRequest["framing"];

/** An error object that came without any `data:` in front is looked for in this much text. */
const TAIL_LENGTH_MAX = 65_536;

/** How an answer is cut: as its content type says, else as the request expects. */
export function framingOf(contentType: string, expected: Framing): Framing {
  // A file is what it is, whatever it holds.
  if (expected === "base64") return expected;
  if (contentType.startsWith("text/event-stream")) return "sse";
  // Words where a file was expected are an error that must be read, or a file of another kind.
  if (expected === "bytes")
    return /^(text\/|application\/json)/.test(contentType) ? "json" : "bytes";
  if (contentType.startsWith("application/vnd.amazon.eventstream")) return "eventstream";
  // A whole JSON body where a stream was asked for is an error, or an upstream that cannot stream.
  const streams = expected === "sse" || expected === "eventstream";
  return streams && contentType.startsWith("application/json") ? "json" : expected;
}

export function frameCutter(framing: Framing): FrameCutter {
  switch (framing) {
    case "sse":
      return eventCutter();
    case "json":
      return bodyCutter();
    case "ndjson":
      return objectCutter();
    case "lines":
      return lineCutter();
    case "eventstream":
      return messageCutter();
    case "base64":
      return fileCutter();
    case "bytes":
      return { feed: (bytes) => [{ data: "", bytes }], flush: () => [] };
  }
}

function eventCutter(): FrameCutter {
  const decoder = new TextDecoder();
  let frames: Frame[] = [];
  // Some servers say an error as bare JSON under the stream's type, at once or after some events.
  let tail = "";
  const parser = createParser({
    onEvent(event) {
      frames.push(
        event.event === undefined ? { data: event.data } : { event: event.event, data: event.data },
      );
    },
  });
  const drain = (text: string): Frame[] => {
    tail += text;
    if (tail.length > 2 * TAIL_LENGTH_MAX) tail = tail.slice(-TAIL_LENGTH_MAX);
    frames = [];
    parser.feed(text);
    return frames;
  };
  return {
    feed: (bytes) => drain(decoder.decode(bytes, { stream: true })),
    flush() {
      // The parser drops an event that no blank line ends; some servers forget that line.
      const left = drain(`${decoder.decode()}\n\n`).filter((frame) => isWhole(frame.data));
      if (left.length > 0) return left;
      const body =
        tail
          .trim()
          .split(/\r?\n\r?\n/)
          .at(-1) ?? "";
      return body.startsWith("{") && isWhole(body) ? [{ data: body }] : [];
    },
  };
}

/** Whether an event that nothing ended can be trusted to be complete. */
function isWhole(data: string): boolean {
  if (data === "[DONE]") return true;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}

/** One frame: the whole body, without the empty lines that some servers send while they work. */
function bodyCutter(): FrameCutter {
  const decoder = new TextDecoder();
  let text = "";
  return {
    feed(bytes) {
      text += decoder.decode(bytes, { stream: true });
      return [];
    },
    flush() {
      const body = (text + decoder.decode()).trim();
      return body === "" ? [] : [{ data: body }];
    },
  };
}

/** One frame: the whole file, in base64. */
function fileCutter(): FrameCutter {
  const pieces: Uint8Array[] = [];
  return {
    feed(bytes) {
      pieces.push(bytes);
      return [];
    },
    flush: () => [{ data: Buffer.concat(pieces).toString("base64") }],
  };
}

/** One JSON object a line. */
function objectCutter(): FrameCutter {
  const lines = lineCutter();
  const filled = (frames: Frame[]): Frame[] =>
    frames.map(({ data }) => ({ data: data.trim() })).filter(({ data }) => data !== "");
  return {
    feed: (bytes) => filled(lines.feed(bytes)),
    // A line that nothing ended may be half a line.
    flush: () => filled(lines.flush()).filter((frame) => isWhole(frame.data)),
  };
}

function lineCutter(): FrameCutter {
  const decoder = new TextDecoder();
  let rest = "";
  const take = (text: string): Frame[] => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    return lines.map((line) => ({ data: line.replace(/\r$/, "") }));
  };
  return {
    feed: (bytes) => take(decoder.decode(bytes, { stream: true })),
    flush() {
      const last = rest + decoder.decode();
      return last === "" ? [] : [{ data: last }];
    },
  };
}
