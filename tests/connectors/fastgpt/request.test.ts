/** What is sent to FastGPT. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import { deskOf, HISTORY, says } from "../agent-request.ts";

const KEY = { apiKey: "fastgpt-0123" };
const desk = deskOf("fastgpt", {}, KEY);
const picture = { type: "image" as const, url: "data:image/png;base64,AAAA" };
const paper = {
  type: "file" as const,
  url: "https://a.example/a.pdf",
  name: "a.pdf",
  mime: "application/pdf",
};

describe("a message", () => {
  it("of a conversation that FastGPT keeps is only what is new: more would stand there twice", () => {
    const body = desk.body({ messages: HISTORY, upstreamConversation: "c1", newConversation: "x" });
    expect(body).toMatchObject({ chatId: "c1", messages: [{ role: "user", content: "two" }] });
  });

  it("that is the first begins a conversation under an id of ours", () => {
    const body = desk.body({ newConversation: "req_1" });
    expect(body).toMatchObject({ chatId: "req_1", messages: [{ role: "user", content: "Hello" }] });
  });

  it("with its history begins none: under an id the history would be lost", () => {
    const body = desk.body({ messages: HISTORY, newConversation: "req_1" });
    expect(body).not.toHaveProperty("chatId");
    expect(body.messages).toEqual([
      { role: "user", content: "Be brief.\n\none" },
      { role: "assistant", content: "1" },
      { role: "user", content: "two" },
    ]);
  });

  it("asks for details, without which nothing is told of tokens and sources", () => {
    expect(desk.body()).toMatchObject({ stream: true, detail: true });
  });

  it("fills in the form, and says for whom it is", () => {
    expect(desk.body({ inputs: { city: "X" } })).toMatchObject({
      variables: { city: "X" },
      customUid: "usr_0123456789",
    });
  });

  it("carries pictures as they are, and documents by their address", () => {
    const body = desk.body({ messages: [says("user", "see", picture, paper)] });
    expect(body.messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "see" },
          { type: "image_url", image_url: { url: picture.url } },
          { type: "file_url", name: "a.pdf", url: paper.url },
        ],
      },
    ]);
  });

  it("with a document as data, with sound, or without words is refused before any call", () => {
    const data = { ...paper, url: "data:application/pdf;base64,AAAA" };
    const sound = { type: "audio" as const, data: "AAAA", format: "mp3" };
    for (const message of [says("user", "x", data), says("user", "x", sound), says("user", " ")]) {
      expect(desk.prepare({ messages: [message] })).toMatchObject({
        ok: false,
        error: { reason: "rejected" },
      });
    }
  });

  it("warns of settings that an app has of its own", () => {
    const prepared = desk.prepare({ temperature: 1 });
    expect(prepared).toMatchObject({ ok: true, value: { warnings: [/temperature/] } });
  });
});

describe("the app", () => {
  it("is the key's own; another of the account is named by its id", () => {
    expect(desk.body({ target: "app" })).not.toHaveProperty("appId");
    expect(desk.body({ target: null })).not.toHaveProperty("appId");
    expect(desk.body({ target: "a2" })).toMatchObject({ appId: "a2" });
    const named = deskOf("fastgpt", { appId: "a1" }, KEY);
    expect(named.body({ target: "app" })).toMatchObject({ appId: "a1" });
    expect(named.body({ target: "a2" })).toMatchObject({ appId: "a2" });
  });

  it("is looked up by its id where that is known, as to ask nothing would run a plugin", () => {
    const fastgpt = connectorById("fastgpt");
    const account = fastgpt && openAccount(fastgpt, { appId: "a/1" }, KEY);
    if (!account?.ok) throw new Error("no account");
    for (const call of [fastgpt?.probe, fastgpt?.offers]) {
      const request = call?.prepare(account.value, undefined);
      expect(request).toMatchObject({
        method: "GET",
        url: "https://cloud.fastgpt.cn/api/core/chat/init?appId=a%2F1",
      });
    }
  });

  it("whose id is a key is refused", () => {
    const fastgpt = connectorById("fastgpt");
    if (!fastgpt) throw new Error("no fastgpt");
    const opened = openAccount(fastgpt, { appId: "fastgpt-0123" }, KEY);
    expect(opened).toMatchObject({ ok: false, error: { path: "settings.appId" } });
  });
});

it.each([
  ["", "https://cloud.fastgpt.cn/api"],
  ["https://f.example", "https://f.example/api"],
  ["http://10.0.0.1:3000/", "http://10.0.0.1:3000/api"],
  ["https://f.example/api/v1", "https://f.example/api"],
  ["https://f.example/api/v2/chat/completions", "https://f.example/api"],
  ["https://f.example/proxy/fast", "https://f.example/proxy/fast"],
])("the root %j is %s", (baseUrl, root) => {
  const { url } = deskOf("fastgpt", { baseUrl }, KEY).request();
  expect(url).toBe(`${root}/v1/chat/completions`);
});
