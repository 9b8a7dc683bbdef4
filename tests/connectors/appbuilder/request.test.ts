import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import { deskOf, FOLDED, HISTORY, says } from "../agent-request.ts";
import { json, question } from "../contract.ts";

const KEY = { apiKey: "bce-v3/ALTAK-a/0123" };
const desk = deskOf("appbuilder", {}, KEY);
const target = "app-1";

describe("a message", () => {
  it("of a conversation at AppBuilder is only what is new", () => {
    expect(desk.body({ target, messages: HISTORY, upstreamConversation: "cv-1" })).toEqual({
      app_id: "app-1",
      query: "two",
      stream: true,
      conversation_id: "cv-1",
      end_user_id: "usr_0123456789",
    });
  });

  it("of a client that sends its history along carries it, in the conversation begun for it", () => {
    const body = desk.body({ target, messages: HISTORY, newConversation: "cv-9" });
    expect(body).toMatchObject({ query: FOLDED, conversation_id: "cv-9" });
  });

  it("after an interruption of the flow resumes it", () => {
    const body = desk.body({ target, upstreamConversation: "cv-1#ie-7" });
    expect(body).toMatchObject({
      conversation_id: "cv-1",
      action: {
        action_type: "resume",
        parameters: { interrupt_event: { id: "ie-7", type: "chat" } },
      },
    });
  });

  it("names no person whose id the platform would refuse", () => {
    expect(desk.body({ target, endUser: "usr" })).not.toHaveProperty("end_user_id");
  });

  it("carries the values of the input form", () => {
    expect(desk.body({ target, inputs: { city: "X" } }).parameters).toEqual({ city: "X" });
  });

  it("asks about files by the ids that the conversation gave them", () => {
    const url = "data:image/png;base64,AA==";
    const messages = [says("user", "see", { type: "image", url })];
    expect(desk.body({ target, messages, uploads: { [url]: "f-1" } }).file_ids).toEqual(["f-1"]);
  });

  it("with sound, without text or without an app is refused before any call", () => {
    const sound = says("user", "hear", { type: "audio", data: "AA==", format: "wav" });
    expect(desk.prepare({ target, messages: [sound] })).toMatchObject({ ok: false });
    expect(desk.prepare({ target, messages: [] })).toMatchObject({ ok: false });
    expect(desk.prepare()).toMatchObject({ ok: false, error: { reason: "target_not_found" } });
  });

  it("warns of what an app does not take", () => {
    const prepared = desk.prepare({ target, temperature: 1 });
    expect(prepared.ok && prepared.value.warnings).toEqual([expect.stringMatching(/temperature/)]);
  });
});

describe("a conversation", () => {
  const appbuilder = connectorById("appbuilder");
  const begin = appbuilder?.chat?.begin;
  if (!appbuilder || !begin) throw new Error("no appbuilder");

  it("is made for the app that is asked", () => {
    const account = openAccount(appbuilder, {}, KEY);
    if (!account.ok) throw new Error(account.error.message);
    const asked = { target: { id: "app-1", maxOutputTokens: null }, input: question(true) };
    const request = begin.prepare(account.value, asked);
    expect(request.url).toBe("https://qianfan.baidubce.com/v2/app/conversation");
    expect(JSON.parse(request.body ?? "")).toEqual({ app_id: "app-1" });
  });

  it("is given the files of its messages, whatever it waits for", () => {
    const upload = appbuilder.chat?.upload;
    const account = openAccount(appbuilder, {}, KEY);
    if (!account.ok || !upload) throw new Error("no uploads");
    const file = { name: "a.png", mime: "image/png", bytes: Uint8Array.of(1) };
    const about = { endUser: "usr_1", target: { id: "app-1", maxOutputTokens: null } };
    const request = upload.prepare(account.value, { file, ...about, conversation: "cv-1#ie-7" });
    expect(request.url).toBe("https://qianfan.baidubce.com/v2/app/conversation/file/upload");
    expect(request.form).toEqual([
      { name: "app_id", value: "app-1" },
      { name: "conversation_id", value: "cv-1" },
      { name: "file", value: file },
    ]);
    expect(upload.read(json(200, { id: "f-1", conversation_id: "cv-1" }))).toEqual({
      ok: true,
      value: "f-1",
    });
    expect(upload.read(json(200, {}))).toMatchObject({ ok: false });
  });

  it("has the id that the platform gave it", () => {
    expect(begin.read(json(200, { request_id: "r", conversation_id: "cv-3" }))).toEqual({
      ok: true,
      value: "cv-3",
    });
    expect(begin.read(json(200, { code: "X", message: "the app is not published" }))).toMatchObject(
      {
        ok: false,
        error: { reason: "target_not_found" },
      },
    );
  });
});

it.each(["https://a.example", "https://a.example/v2", "https://a.example/v2/app"])(
  "the address %s leads to the same place",
  (baseUrl) => {
    const { url } = deskOf("appbuilder", { baseUrl }, KEY).request({ target });
    expect(url).toBe("https://a.example/v2/app/conversation/runs");
  },
);
