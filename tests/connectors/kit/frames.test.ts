import { describe, expect, it } from "vitest";
import { frameCutter, framingOf } from "../../../src/connectors/kit/frames.ts";
import { cutEverywhere, framesOf } from "../cutting.ts";

const DATA = (lines: string[]) => lines.map((data) => ({ data }));

describe("server-sent events", () => {
  it("names, comments, CRLF and several data lines are read as the standard says", () => {
    const text =
      ': keep-alive\r\n\r\nevent: error\r\ndata: {"a":1}\r\n\r\ndata:{"b":\r\ndata: 2}\r\n\r\n';
    expect(framesOf("sse", text)).toEqual([
      { event: "error", data: '{"a":1}' },
      { data: '{"b":\n2}' },
    ]);
  });

  it("an event without data is no frame", () => {
    expect(framesOf("sse", 'event: ping\n\ndata: {"a":1}\n\n')).toEqual(DATA(['{"a":1}']));
  });

  it("a last event that no blank line ends is not lost", () => {
    expect(framesOf("sse", "data: [DONE]")).toEqual(DATA(["[DONE]"]));
    expect(framesOf("sse", 'data: {"a":1}\n')).toEqual(DATA(['{"a":1}']));
  });

  it("half an event at the end of the body is dropped", () => {
    expect(framesOf("sse", 'data: {"a":1}\n\ndata: {"b"')).toEqual(DATA(['{"a":1}']));
  });

  it("an error that came as bare JSON under the stream's type is found", () => {
    expect(framesOf("sse", '\n{"error":{"message":"no"}}\n')).toEqual(
      DATA(['{"error":{"message":"no"}}']),
    );
  });

  it("an error as bare JSON after some events is found too, wherever it is cut", () => {
    const error = '{\n  "error": {\n    "code": 503\n  }\n}';
    const text = `data: {"a":1}\r\n\r\n${error}\r\n`;
    cutEverywhere("sse", text, (frames) => expect(frames).toEqual(DATA(['{"a":1}', error])));
  });

  it("a body of nonsense has no frames", () => {
    expect(framesOf("sse", "<<< oops >>>")).toEqual([]);
  });

  it("cut at any byte, in the middle of a character or of CRLF, gives the same frames", () => {
    const text = ': hi\r\n\r\ndata: {"t":"你好👋"}\r\n\r\nevent: x\ndata: é\n\ndata: [DONE]';
    cutEverywhere("sse", text, (frames) => expect(frames).toEqual(framesOf("sse", text)));
    expect(framesOf("sse", text)).toHaveLength(3);
  });
});

describe("whole bodies", () => {
  it("empty lines around the JSON are dropped, wherever the body is cut", () => {
    cutEverywhere("json", '\n\n  {"a":"ü"}\n', (frames) => {
      expect(frames).toEqual(DATA(['{"a":"ü"}']));
    });
  });

  it("an empty body has no frame", () => {
    expect(framesOf("json", "\n \n")).toEqual([]);
  });
});

it("a file is one frame in base64, whatever it holds and wherever it is cut", () => {
  const bytes = Uint8Array.of(0, 255, 10, 10, 100, 97, 116, 97, 58, 200);
  cutEverywhere("base64", bytes, (frames) => {
    expect(frames).toEqual(DATA([Buffer.from(bytes).toString("base64")]));
  });
  expect(framingOf("text/event-stream", "base64")).toBe("base64");
});

describe("lines", () => {
  it("one frame a line, a last line without its end included, wherever it is cut", () => {
    cutEverywhere("ndjson", '{"a":1}\r\n\n{"b":"日本"}\n{"c":3}', (frames) => {
      expect(frames).toEqual(DATA(['{"a":1}', '{"b":"日本"}', '{"c":3}']));
    });
  });

  it("of any text are kept as they stand, the empty ones and half a one too", () => {
    cutEverywhere("lines", "# 日本\r\n\n  code\nhal", (frames) => {
      expect(frames).toEqual(DATA(["# 日本", "", "  code", "hal"]));
    });
    expect(framesOf("lines", "a\n")).toEqual(DATA(["a"]));
    expect(framesOf("lines", "")).toEqual([]);
  });

  it("half a line at the end is dropped", () => {
    expect(framesOf("ndjson", '{"a":1}\n{"b"')).toEqual(DATA(['{"a":1}']));
  });
});

it("the content type decides how an answer is cut, where it says something", () => {
  expect(framingOf("text/event-stream; charset=utf-8", "json")).toBe("sse");
  expect(framingOf("application/json", "sse")).toBe("json");
  expect(framingOf("application/json", "ndjson")).toBe("ndjson");
  expect(framingOf("application/json", "lines")).toBe("lines");
  expect(framingOf("text/event-stream", "lines")).toBe("sse");
  expect(framingOf("", "sse")).toBe("sse");
  expect(framingOf("application/vnd.amazon.eventstream", "json")).toBe("eventstream");
  expect(framingOf("application/json", "eventstream")).toBe("json");
});

it("a cutter keeps nothing of one answer for the next", () => {
  const first = frameCutter("sse");
  first.feed(new TextEncoder().encode('data: {"half":'));
  expect(frameCutter("sse").flush()).toEqual([]);
});
