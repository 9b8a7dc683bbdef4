/** Files of the web, fetched for platforms that do not do it themselves. */
import { describe, expect, inject, it } from "vitest";
import { withInlineFiles } from "../../../src/connectors/kit/inline-files.ts";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { ChatInput, ContentPart } from "../../../src/core/run.ts";
import type { LaneState } from "../../support/upstream-call.ts";

const PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==";
const TAKES_ALL = { needsInline: () => true };
const rules = (allowPrivate = true) => ({
  allowPrivate,
  signal: new AbortController().signal,
  deadlineMs: 5000,
});

function lane() {
  const base = `${inject("upstreamUrl")}/t/${crypto.randomUUID()}`;
  const state = async () => (await (await fetch(`${base}/__state`)).json()) as LaneState;
  return { file: (name: string) => `${base}/files/${name}`, state };
}

const image = (url: string): ContentPart => ({ type: "image", url });
const asking = (...content: ContentPart[]): ChatInput => ({
  messages: [{ role: "user", content }],
  stream: true,
  endUser: "u",
});
async function sentenceFor(url: string, allowPrivate = true): Promise<string> {
  const inlined = await withInlineFiles(TAKES_ALL, asking(image(url)), rules(allowPrivate));
  if (inlined.ok) throw new Error("it was accepted");
  expect(inlined.error.reason).toBe("rejected");
  return inlined.error.detail;
}

it("a picture becomes data, and everything about it stays; one named twice is fetched once", async () => {
  const { file, state } = lane();
  const url = file("cat.png");
  const input = asking(
    { type: "text", text: "Which?" },
    { type: "image", url, detail: "low" },
    image(url),
  );
  const inlined = await withInlineFiles(TAKES_ALL, input, rules());
  expect(inlined.ok && inlined.value.messages[0]?.content).toEqual([
    { type: "text", text: "Which?" },
    { type: "image", url: PICTURE, detail: "low" },
    image(PICTURE),
  ]);
  expect((await state()).requests).toHaveLength(1);
  expect(input.messages[0]?.content[2]).toEqual(image(url));
});

it("a document keeps its name and has the type that its server says", async () => {
  const part: ContentPart = { type: "file", url: lane().file("notes"), name: "n", mime: "x/y" };
  const inlined = await withInlineFiles(TAKES_ALL, asking(part), rules());
  const data = btoa("data: not an event\n\n");
  expect(inlined.ok && inlined.value.messages[0]?.content[0]).toEqual({
    ...part,
    url: `data:text/plain;base64,${data}`,
  });
});

it("what the platform reads itself, and what is data already, is left alone", async () => {
  const { file, state } = lane();
  const input = asking(image(file("cat.png")), image(PICTURE));
  for (const chat of [{}, { needsInline: () => false }]) {
    expect(await withInlineFiles(chat, input, rules())).toEqual({ ok: true, value: input });
  }
  expect((await state()).requests).toHaveLength(0);
});

describe("is refused with a sentence for the caller:", () => {
  it.each([
    ["page", /web page/],
    ["missing", /HTTP 404/],
    ["large", /larger than 10 MB/],
    ["away", /redirects to http:\/\/elsewhere\.example/],
  ])("%s", async (name, words) => {
    const sentence = await sentenceFor(lane().file(name));
    expect(sentence).toMatch(words);
    expect(sentence).not.toContain("inside");
  });

  it("an address of a private network, before anything is asked there", async () => {
    const { file, state } = lane();
    expect(await sentenceFor(file("cat.png"), false)).toMatch(/private address/);
    expect(await sentenceFor("http://a.example/cat.png", false)).toMatch(/only https/);
    expect(await sentenceFor("https://169.254.169.254/latest")).toMatch(/metadata/);
    expect((await state()).requests).toHaveLength(0);
  });

  it("more files than anybody looks at", async () => {
    const many = Array.from({ length: 21 }, (_, at) => image(`https://a.example/${at}.png`));
    expect(await withInlineFiles(TAKES_ALL, asking(...many), rules())).toMatchObject({
      ok: false,
      error: { reason: "rejected", detail: "At most 20 files of the web at once." },
    });
  });
});

it.each([
  ["bedrock", "https://a.example/cat.png", true],
  ["gemini", "https://a.example/cat.png", true],
  ["gemini", "https://generativelanguage.googleapis.com/v1beta/files/abc", false],
  ["gemini", "https://youtu.be/abc", false],
  ["openai", "https://a.example/cat.png", undefined],
])("%s wants %s inside: %s", (id, url, wanted) => {
  expect(connectorById(id)?.chat?.needsInline?.(url)).toBe(wanted);
});
