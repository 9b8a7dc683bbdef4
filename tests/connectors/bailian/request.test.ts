import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ContentPart } from "../../../src/core/run.ts";
import { deskOf, HISTORY, says } from "../agent-request.ts";

const APP = { appId: "0123456789abcdef" };
const KEY = { apiKey: "sk-0123456789" };
const desk = deskOf("bailian", APP, KEY);
const sent = (order: Parameters<typeof desk.body>[0]) => desk.body(order).input;

describe("a message", () => {
  it("asks for a stream by header and for deltas by parameter: the defaults are neither", () => {
    const { headers, body } = desk.request({ stream: false });
    expect(headers["x-dashscope-sse"]).toBe("enable");
    expect(JSON.parse(body ?? "").parameters).toEqual({
      incremental_output: true,
      has_thoughts: true,
      flow_stream_mode: "message_format",
    });
  });

  it("that is the first is a prompt", () => {
    expect(sent({})).toEqual({ prompt: "Hello" });
  });

  it("with a history carries it, whether or not a session is known: those die within the hour", () => {
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "one" },
      { role: "assistant", content: "1" },
      { role: "user", content: "two" },
    ];
    expect(sent({ messages: HISTORY })).toEqual({ messages });
    expect(sent({ messages: HISTORY, upstreamConversation: "s" })).toEqual({ messages });
  });

  it("fills in the variables of a workflow", () => {
    expect(sent({ inputs: { city: "X" } })).toEqual({ prompt: "Hello", biz_params: { city: "X" } });
  });

  it("shows pictures as addresses or data, documents as addresses", () => {
    const data = "data:image/png;base64,AA==";
    const file: ContentPart = {
      type: "file",
      url: "https://a.example/a.pdf",
      name: "a.pdf",
      mime: "application/pdf",
    };
    expect(sent({ messages: [says("user", "see", { type: "image", url: data }, file)] })).toEqual({
      prompt: "see",
      image_list: [data],
      file_list: ["https://a.example/a.pdf"],
    });
    for (const part of [
      { ...file, url: data },
      { type: "audio", data: "", format: "wav" } as const,
    ]) {
      expect(desk.prepare({ messages: [says("user", "see", part)] })).toMatchObject({
        ok: false,
        error: { reason: "rejected" },
      });
    }
  });

  it("without a text is refused", () => {
    expect(desk.prepare({ messages: [] })).toMatchObject({ ok: false });
  });
});

describe("an app", () => {
  it("is the connection's, or the one that the agent names", () => {
    const path = "https://dashscope.aliyuncs.com/api/v1/apps";
    expect(desk.request().url).toBe(`${path}/0123456789abcdef/completion`);
    expect(desk.request({ target: "other" }).url).toBe(`${path}/other/completion`);
  });

  it("of a sub-workspace is asked for with its id", () => {
    const inside = deskOf("bailian", { ...APP, workspaceId: "ws_1" }, KEY).request();
    expect(inside.headers["x-dashscope-workspace"]).toBe("ws_1");
    expect(desk.request().headers).not.toHaveProperty("x-dashscope-workspace");
  });

  it.each(["sk-0123456789abcdef", "ws_0123456789", "", "a b c d e f g h"])(
    "cannot have the id %s",
    (appId) => {
      const bailian = connectorById("bailian");
      const opened = bailian && openAccount(bailian, { appId }, KEY);
      expect(opened).toMatchObject({ ok: false, error: { path: "settings.appId" } });
    },
  );
});

it.each(["https://a.example", "https://a.example/api/v1", "https://a.example/compatible-mode/v1/"])(
  "the address %s leads to the same place",
  (baseUrl) => {
    const { url } = deskOf("bailian", { ...APP, baseUrl }, KEY).request();
    expect(url).toBe("https://a.example/api/v1/apps/0123456789abcdef/completion");
  },
);
