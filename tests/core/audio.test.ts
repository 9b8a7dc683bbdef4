import { describe, expect, it } from "vitest";
import { soundLength } from "../../src/core/audio.ts";

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const u32 = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
const chunk = (tag: string, body: number[], size = body.length) => [
  ...ascii(tag),
  ...u32(size),
  ...body,
  ...(body.length % 2 ? [0] : []),
];
const format = (bytesPerSecond: number) => [
  1,
  0,
  1,
  0,
  ...u32(8000),
  ...u32(bytesPerSecond),
  2,
  0,
  16,
  0,
];
const wav = (...chunks: number[][]) =>
  Uint8Array.from([...ascii("RIFF"), ...u32(0), ...ascii("WAVE"), ...chunks.flat()]);
const sound = (length: number): number[] => Array(length).fill(1);

describe("a WAV file", () => {
  it("tells its length exactly, whatever stands between its chunks", () => {
    const file = wav(
      chunk("LIST", sound(5)),
      chunk("fmt ", format(100)),
      chunk("data", sound(250)),
    );
    expect(soundLength(file)).toEqual({ expected: 2.5, most: 2.5 });
  });

  it("whose recorder left the size open is as long as what is there", () => {
    const file = wav(chunk("fmt ", format(100)), chunk("data", sound(300), 0xffffffff));
    expect(soundLength(file)).toEqual({ expected: 3, most: 3 });
  });

  it("inside a larger buffer is read at its own place", () => {
    const file = wav(chunk("fmt ", format(100)), chunk("data", sound(100)));
    const larger = new Uint8Array(file.length + 9);
    larger.set(file, 9);
    expect(soundLength(larger.subarray(9)).expected).toBe(1);
  });

  it.each([
    ["no rate", wav(chunk("fmt ", format(0)), chunk("data", sound(800)))],
    ["no sound", wav(chunk("fmt ", format(100)), chunk("JUNK", sound(40)))],
    ["a chunk that is larger than the file", wav(chunk("JUNK", sound(40), 0xfffffff0))],
    ["a format cut short", wav(chunk("data", sound(40)))],
  ])("with %s is judged by its size", (_name, file) => {
    expect(soundLength(file).expected).toBe(file.length / 8000);
  });
});

describe("sound of another format", () => {
  it("is taken for usual speech, and may be as sparse as speech can be", () => {
    expect(soundLength(new Uint8Array(80_000))).toEqual({ expected: 10, most: 80 });
  });

  it("of a few bytes has no length worth the name", () => {
    expect(soundLength(Uint8Array.from(ascii("RIFF")))).toEqual({ expected: 0.0005, most: 0.004 });
    expect(soundLength(new Uint8Array())).toEqual({ expected: 0, most: 0 });
  });
});
