/**
 * Bytes → frames, without network, so that every cut of every stream can be tested. One cutter
 * per answer; it holds back what is not complete yet.
 */
import { createParser } from "eventsource-parser";
import type { Frame, UpstreamRequest } from "../connector.ts";

export interface FrameCutter {
  /** The frames that these bytes complete. */
  feed(bytes: Uint8Array): Frame[];
  /** The body has ended: what was left over, where it is whole. */
  flush(): Frame[];
}

export type Framing = UpstreamRequest["framing"];

/** An error object that came without any `data:` in front is looked for in this much text. */
const HEAD_LENGTH_MAX = 65_536;

/** How an answer is cut: as its content type says, else as the request expects. */
export function framingOf(contentType: string, expected: Framing): Framing {
  if (contentType.startsWith("text/event-stream")) return "sse";
  // A whole JSON body where a stream was asked for is an error, or an upstream that cannot stream.
  if (contentType.startsWith("application/json") && expected === "sse") return "json";
  return expected;
}

export function frameCutter(framing: Framing): FrameCutter {
  if (framing === "sse") return eventCutter();
  return framing === "json" ? bodyCutter() : lineCutter();
}

function eventCutter(): FrameCutter {
  const decoder = new TextDecoder();
  let frames: Frame[] = [];
  // Until the first frame: some servers answer an error as bare JSON under the stream's type.
  let head: string | null = "";
  const parser = createParser({
    onEvent(event) {
      head = null;
      frames.push(
        event.event === undefined ? { data: event.data } : { event: event.event, data: event.data },
      );
    },
  });
  const drain = (text: string): Frame[] => {
    if (head !== null && head.length < HEAD_LENGTH_MAX) head += text;
    frames = [];
    parser.feed(text);
    return frames;
  };
  return {
    feed: (bytes) => drain(decoder.decode(bytes, { stream: true })),
    flush() {
      // The parser drops an event that no blank line ends; some servers forget that line.
      const left = drain(`${decoder.decode()}\n\n`).filter((frame) => isWhole(frame.data));
      if (left.length > 0 || head === null) return left;
      const body = head.trim();
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

function lineCutter(): FrameCutter {
  const decoder = new TextDecoder();
  let rest = "";
  const take = (text: string): Frame[] => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .map((data) => ({ data }));
  };
  return {
    feed: (bytes) => take(decoder.decode(bytes, { stream: true })),
    // A line that nothing ended may be half a line.
    flush: () => take(`${decoder.decode()}\n`).filter((frame) => isWhole(frame.data)),
  };
}
