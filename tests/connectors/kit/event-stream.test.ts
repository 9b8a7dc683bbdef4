/** The binary framing of AWS, against the vectors of its own codec and frames made apart. */
import { describe, expect, it } from "vitest";
import { CORRUPT, crc32 } from "../../../src/connectors/kit/event-stream.ts";
import { frameCutter } from "../../../src/connectors/kit/frames.ts";
import { eventMessage, eventStreamMessage, exceptionMessage } from "../../support/event-stream.ts";
import { cutEverywhere, framesOf, framesOfPieces } from "../cutting.ts";

const bytes = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const cut = (base64: string) => framesOf("eventstream", bytes(base64));

/** "Hi" as ConverseStream sends it. */
const HI = [
  "AAAAdgAAAFKW1freCzpldmVudC10eXBlBwAMbWVzc2FnZVN0YXJ0DTpjb250ZW50LXR5cGUHABBhcHBsaWNhdGlvbi9qc29uDTptZXNzYWdlLXR5cGUHAAVldmVudHsicm9sZSI6ImFzc2lzdGFudCJ9b6jFmQ==",
  "AAAAlAAAAFe0q5ruCzpldmVudC10eXBlBwARY29udGVudEJsb2NrRGVsdGENOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJjb250ZW50QmxvY2tJbmRleCI6MCwiZGVsdGEiOnsidGV4dCI6IkhpIn19H5RGVw==",
  "AAAAfQAAAFbmaA/WCzpldmVudC10eXBlBwAQY29udGVudEJsb2NrU3RvcA06Y29udGVudC10eXBlBwAQYXBwbGljYXRpb24vanNvbg06bWVzc2FnZS10eXBlBwAFZXZlbnR7ImNvbnRlbnRCbG9ja0luZGV4IjowfbMuTTQ=",
  "AAAAegAAAFHKLEZlCzpldmVudC10eXBlBwALbWVzc2FnZVN0b3ANOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJzdG9wUmVhc29uIjoiZW5kX3R1cm4ifV+/Cfw=",
  "AAAAtQAAAE4sYTSaCzpldmVudC10eXBlBwAIbWV0YWRhdGENOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJ1c2FnZSI6eyJpbnB1dFRva2VucyI6Mywib3V0cHV0VG9rZW5zIjoxLCJ0b3RhbFRva2VucyI6NH0sIm1ldHJpY3MiOnsibGF0ZW5jeU1zIjoxMn198oMRyQ==",
].map(bytes);
const HI_FRAMES = [
  { event: "messageStart", data: '{"role":"assistant"}' },
  { event: "contentBlockDelta", data: '{"contentBlockIndex":0,"delta":{"text":"Hi"}}' },
  { event: "contentBlockStop", data: '{"contentBlockIndex":0}' },
  { event: "messageStop", data: '{"stopReason":"end_turn"}' },
  {
    event: "metadata",
    data: '{"usage":{"inputTokens":3,"outputTokens":1,"totalTokens":4},"metrics":{"latencyMs":12}}',
  },
];
const whole = (pieces: Uint8Array[]): Uint8Array => Buffer.concat(pieces);

it("the checksum is the common one", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

describe("the codec's own vectors", () => {
  it.each([
    ["an empty message", "AAAAEAAAAAAFwkjrfZjI/w==", { data: "" }],
    ["a payload alone", "AAAAHQAAAAD9Uoxaeydmb28nOidiYXInfcNlOTY=", { data: "{'foo':'bar'}" }],
    [
      "one header of text",
      "AAAAPQAAACAH/YOWDGNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb257J2Zvbyc6J2Jhcid9jZwIsQ==",
      { data: "{'foo':'bar'}" },
    ],
    [
      "one header that is a number",
      "AAAALQAAABBBxCS4CmV2ZW50LXR5cGUEAACgDHsnZm9vJzonYmFyJ3029ICg",
      { data: "{'foo':'bar'}" },
    ],
  ])("%s is read", (_name, base64, frame) => {
    expect(cut(base64)).toEqual([frame]);
  });

  it.each([
    [
      "headers of another length",
      "AAAAPQAAACEH/YOWDGNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb257J2Zvbyc6J2Jhcid9jZwIsQ==",
    ],
    [
      "another length",
      "AAAAPgAAACAH/YOWDGNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb257J2Zvbyc6J2Jhcid9jZwIsQ==",
    ],
    ["another payload", "AAAAHQAAAAD9UoxaWydmb28nOidiYXInfcNlOTY="],
  ])("a message that states %s than was meant is corrupt", (_name, base64) => {
    expect(cut(base64)).toMatchObject([{ event: CORRUPT }]);
  });
});

describe("a stream of messages", () => {
  it("gives the same frames wherever it is cut, and all of them at once", () => {
    expect(framesOf("eventstream", whole(HI))).toEqual(HI_FRAMES);
    cutEverywhere("eventstream", whole(HI), (frames, at) => {
      expect(frames, `cut at byte ${at}`).toEqual(HI_FRAMES);
    });
  });

  it("pieces that end in the middle of the next message hold nothing back", () => {
    const [first, second, ...rest] = HI as [Uint8Array, Uint8Array, ...Uint8Array[]];
    const cutter = frameCutter("eventstream");
    expect(cutter.feed(whole([first, second.subarray(0, 30)]))).toEqual(HI_FRAMES.slice(0, 1));
    expect(cutter.feed(whole([second.subarray(30), ...rest]))).toEqual(HI_FRAMES.slice(1));
  });

  it("half a message at the end is dropped", () => {
    const bytes = whole(HI);
    expect(framesOf("eventstream", bytes.subarray(0, bytes.length - 1))).toEqual(
      HI_FRAMES.slice(0, -1),
    );
  });

  it("a message that was made here reads as it was written", () => {
    const made = whole([eventMessage("a", { text: "你好👋" }), eventMessage("b", {})]);
    cutEverywhere("eventstream", made, (frames) => {
      expect(frames).toEqual([
        { event: "a", data: '{"text":"你好👋"}' },
        { event: "b", data: "{}" },
      ]);
    });
  });

  it("a megabyte in small pieces is put together once", () => {
    const message = eventMessage("contentBlockDelta", { text: "x".repeat(1_000_000) });
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < message.length; at += 1000) pieces.push(message.subarray(at, at + 1000));
    expect(framesOfPieces("eventstream", pieces)).toHaveLength(1);
  });
});

describe("what is no event", () => {
  it("an exception carries its name and its payload", () => {
    const composed =
      "AAAAkAAAAGGOkam3DzpleGNlcHRpb24tdHlwZQcAE3Rocm90dGxpbmdFeGNlcHRpb24NOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcACWV4Y2VwdGlvbnsibWVzc2FnZSI6IlRvbyBtYW55IHJlcXVlc3RzIn3mf4AF";
    const frame = {
      event: "exception:throttlingException",
      data: '{"message":"Too many requests"}',
    };
    expect(cut(composed)).toEqual([frame]);
    const made = exceptionMessage("throttlingException", { message: "Too many requests" });
    expect(framesOf("eventstream", made)).toEqual([frame]);
  });

  it("an error has its sentence in the headers", () => {
    const headers = {
      ":message-type": "error",
      ":error-code": "InternalFailure",
      ":error-message": "It broke.",
    };
    expect(framesOf("eventstream", eventStreamMessage(headers, ""))).toEqual([
      { event: "error:InternalFailure", data: '{"message":"It broke."}' },
    ]);
  });

  it("after a damaged message nothing is read any more", () => {
    const damaged = Uint8Array.from(HI[1] ?? []);
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    const cutter = frameCutter("eventstream");
    const frames = cutter.feed(whole([HI[0] ?? damaged, damaged]));
    expect(frames).toMatchObject([{ event: "messageStart" }, { event: CORRUPT }]);
    expect(cutter.feed(HI[2] ?? damaged)).toEqual([]);
    expect(cutter.flush()).toEqual([]);
  });

  it("a body of something else is corrupt at once, not awaited for gigabytes", () => {
    const page = new TextEncoder().encode("<!doctype html><title>Log in</title>");
    expect(framesOf("eventstream", page)).toMatchObject([{ event: CORRUPT }]);
  });

  it("headers that point behind their end are corrupt", () => {
    const message = eventStreamMessage({ a: "b" }, "");
    // The name's length, made longer than all headers; the checksum made to fit again.
    message[12] = 200;
    message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4);
    expect(framesOf("eventstream", message)).toMatchObject([{ event: CORRUPT }]);
  });
});
