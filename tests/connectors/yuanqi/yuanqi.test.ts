/** What is particular to Yuanqi, beyond the contract. */
import { describe, expect, it } from "vitest";
import { upstreamError } from "../../../src/connectors/kit/http-errors.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import { deskOf, HISTORY, says } from "../agent-request.ts";
import { eventsOf } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { call, chunk } from "../fixtures/yuanqi.ts";

const yuanqi = connectorById("yuanqi");
if (!yuanqi) throw new Error("no yuanqi");
const KEY = { apiKey: "token-0123" };
const desk = deskOf("yuanqi", { assistantId: "agt_1" }, KEY);
const text = (...texts: string[]) => texts.map((part) => ({ type: "text", text: part }));

describe("messages", () => {
  it("hold lists, take turns, and know no system: its words stand before the first question", () => {
    expect(desk.body({ messages: HISTORY }).messages).toEqual([
      { role: "user", content: text("Be brief.\n\none") },
      { role: "assistant", content: text("1") },
      { role: "user", content: text("two") },
    ]);
  });

  it("of one role in a row become one; those without words are left out", () => {
    const messages = [
      says("assistant", "Welcome!"),
      says("user", "one"),
      says("user", "two"),
      says("assistant", ""),
      says("user", "three"),
      says("assistant", "3"),
      says("assistant", "and more"),
      says("user", "four"),
    ];
    expect(desk.body({ messages }).messages).toEqual([
      { role: "user", content: text("one\n\ntwo\n\nthree") },
      { role: "assistant", content: text("3\n\nand more") },
      { role: "user", content: text("four") },
    ]);
  });

  it("are at most forty, the newest, a question first; and it says so", () => {
    const messages = [says("system", "Be brief.")];
    for (let turn = 0; turn < 30; turn++) {
      messages.push(says("user", `q${turn}`), says("assistant", `a${turn}`));
    }
    messages.push(says("user", "last"));
    const prepared = desk.prepare({ messages });
    if (!prepared.ok) throw new Error(prepared.error.detail);
    const sent = JSON.parse(prepared.value.request.body ?? "").messages;
    expect(sent).toHaveLength(39);
    expect(sent[0]).toEqual({ role: "user", content: text("Be brief.\n\nq11") });
    expect(sent.at(-1)).toEqual({ role: "user", content: text("last") });
    expect(prepared.value.warnings).toEqual([expect.stringContaining("40 messages")]);
  });

  it("name files by their kind and address", () => {
    const files = [
      { type: "image" as const, url: "https://a.example/a.png" },
      { type: "file" as const, url: "https://a.example/x", name: "a.PDF", mime: "application/pdf" },
      { type: "file" as const, url: "https://a.example/y", name: "talk", mime: "audio/mpeg" },
      { type: "file" as const, url: "https://a.example/z", name: "notes", mime: "text/plain" },
    ];
    const [message] = desk.body({ messages: [says("user", "see", ...files)] }).messages as {
      content: unknown[];
    }[];
    expect(message?.content.slice(1)).toEqual(
      ["image", "pdf", "audio", "txt"].map((type, at) => ({
        type: "file_url",
        file_url: { type, url: files[at]?.url },
      })),
    );
  });

  it("with files as data, or without words, are refused before any call", () => {
    const data = { type: "image" as const, url: "data:image/png;base64,AAAA" };
    for (const message of [says("user", "see", data), says("user", "")]) {
      expect(desk.prepare({ messages: [message] })).toMatchObject({
        ok: false,
        error: { reason: "rejected" },
      });
    }
  });

  it("go to the agent of the connection, or to another that is named, with what the form holds", () => {
    expect(desk.body({ inputs: { city: "X" } })).toMatchObject({
      assistant_id: "agt_1",
      user_id: "usr_0123456789",
      stream: true,
      custom_variables: { city: "X" },
    });
    expect(desk.body({ target: "agt_2" })).toMatchObject({ assistant_id: "agt_2" });
    expect(desk.request().headers["x-source"]).toBe("openapi");
  });
});

describe("an answer", () => {
  const END = chunk("", { finish: "stop" });

  it("tells tools as progress, and neither their calls nor what they gave", () => {
    const body =
      chunk("I look.", { delta: call("search") }) +
      chunk('{"found":1}', { delta: { role: "tool" } }) +
      chunk("Yes") +
      END;
    expect(eventsOf(yuanqi, framesOf("sse", body))).toEqual([
      { type: "run-start", upstreamId: "b3f0c2" },
      { type: "status", label: "search", state: "running" },
      { type: "text-delta", text: "Yes" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("has not ended while its finish reason is empty", () => {
    const events = eventsOf(yuanqi, framesOf("sse", chunk("a", { finish: "" })));
    expect(events.at(-1)).toMatchObject({ type: "run-error", error: { reason: "truncated" } });
  });

  it("that came whole is read without its steps", () => {
    const message = { role: "assistant", content: "Hi", steps: [{ content: "Hm" }] };
    const whole = { id: "b", choices: [{ index: 0, finish_reason: "stop", message }] };
    const events = eventsOf(yuanqi, [{ data: JSON.stringify(whole) }]);
    expect(events.slice(-2)).toEqual([
      { type: "text-delta", text: "Hi" },
      { type: "run-end", finish: "stop" },
    ]);
  });
});

it.each([
  ["https://yuanqi.tencent.com", "https://yuanqi.tencent.com"],
  [
    "https://open.hunyuan.tencent.com/openapi/v1/agent/chat/completions",
    "https://open.hunyuan.tencent.com",
  ],
  ["https://p.example/yq/openapi/v1/agent", "https://p.example/yq"],
])("the address %s is that of %s", (baseUrl, host) => {
  const { url } = deskOf("yuanqi", { baseUrl, assistantId: "a" }, KEY).request();
  expect(url).toBe(`${host}/openapi/v1/agent/chat/completions`);
});

it("an agent without an id cannot be connected", () => {
  for (const settings of [{}, { assistantId: " " }]) {
    const opened = openAccount(yuanqi, settings, KEY);
    expect(opened).toMatchObject({ ok: false, error: { path: "settings.assistantId" } });
  }
});

it.each([
  ["unauthorized", /reset/],
  ["forbidden", /reset/],
  ["target_not_found", /under review/],
  ["rate_limited", /quota/],
] as const)("advice on %s says what to look at", (reason, words) => {
  expect(yuanqi.advise?.(upstreamError(reason, ""))?.en).toMatch(words);
});
