/** Workflows and text generation of Dify: their forms, requests and outputs. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import { inputFormSchema } from "../../../src/contract/input-form.ts";
import type { ChatInput, RunEvent } from "../../../src/core/run.ts";
import { eventsOf, json } from "../contract.ts";

const dify = connectorById("dify");
if (!dify?.chat) throw new Error("no dify");
const { chat } = dify;

function formOf(mode: string, user_input_form: unknown) {
  const offers = dify?.offers?.read(json(200, { name: "Sum", mode }));
  if (!offers?.ok) throw new Error("no offers");
  const refined = dify?.offers?.refine?.read(json(200, { user_input_form }), offers.value);
  if (!refined?.ok) throw new Error("no form");
  const [offer] = refined.value;
  return { id: offer?.id, inputs: offer?.inputs };
}

const decode = (...payloads: object[]): RunEvent[] =>
  eventsOf(
    dify,
    payloads.map((payload) => ({ data: JSON.stringify(payload) })),
  );

function requestOf(id: string, inputs: ChatInput["inputs"], more: Partial<ChatInput> = {}) {
  const account = openAccount(dify as NonNullable<typeof dify>, {}, { apiKey: "app-12345678" });
  if (!account.ok) throw new Error(account.error.message);
  const messages: ChatInput["messages"] = [
    { role: "user", content: [{ type: "text", text: "Topic: x" }] },
  ];
  const input: ChatInput = {
    messages,
    stream: true,
    endUser: "usr_1",
    ...(inputs ? { inputs } : {}),
    ...more,
  };
  const prepared = chat.prepare(account.value, { id, maxOutputTokens: null }, input);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  const { url, body } = prepared.value.request;
  return { url, body: JSON.parse(body ?? "") as Record<string, unknown> };
}

describe("the form", () => {
  it("of a workflow has all kinds of fields, and is published as a run", () => {
    const shared = { required: true, label: "Label" };
    const { id, inputs } = formOf("workflow", [
      { "text-input": { ...shared, variable: "a", max_length: 48, default: "x", hint: "Short" } },
      { paragraph: { ...shared, variable: "b", required: false } },
      { select: { ...shared, variable: "c", options: ["one", "two"], default: "two" } },
      { number: { ...shared, variable: "d", default: "7" } },
      { checkbox: { ...shared, variable: "e", default: true } },
      { file: { ...shared, variable: "f" } },
      { "file-list": { ...shared, variable: "g", max_length: 3 } },
    ]);
    expect(id).toBe("workflow");
    const field = (name: string, type: string, more: object = {}) => ({
      name,
      type,
      ...shared,
      ...more,
    });
    expect(inputs).toEqual({
      mode: "run",
      fields: [
        field("a", "text", { help: "Short", default: "x", maxLength: 48 }),
        field("b", "paragraph", { required: false }),
        field("c", "select", { default: "two", options: ["one", "two"] }),
        field("d", "number", { default: 7 }),
        field("e", "checkbox", { default: true }),
        field("f", "file"),
        field("g", "files", { maxCount: 3 }),
      ],
    });
    expect(inputFormSchema.parse(inputs)).toEqual(inputs);
  });

  it("with fields of later versions asks for them as texts, and passes over what is no field", () => {
    const { inputs } = formOf("workflow", [
      { json_object: { variable: "j", label: "", required: true } },
      { select: { variable: "s", label: "S", options: [], default: "x" } },
      { select: { variable: "t", label: "T", options: ["a"], default: "gone" } },
      { number: { variable: "n", label: "N", default: "many" } },
      { paragraph: { label: "nameless" } },
      7,
    ]);
    expect(inputs?.fields.map(({ name, type, label }) => [name, type, label])).toEqual([
      ["j", "paragraph", "j"],
      ["s", "text", "S"],
      ["t", "select", "T"],
      ["n", "number", "N"],
    ]);
    expect(inputs?.fields.map((field) => field.default)).toEqual([
      undefined,
      "x",
      undefined,
      undefined,
    ]);
  });

  it("of a chatflow opens its conversation, and one without fields is none", () => {
    const form = [{ "text-input": { variable: "name", label: "Name", required: true } }];
    expect(formOf("advanced-chat", form)).toMatchObject({ id: "app", inputs: { mode: "chat" } });
    expect(formOf("advanced-chat", []).inputs).toBeUndefined();
    expect(formOf("completion", [])).toEqual({
      id: "completion",
      inputs: { mode: "run", fields: [] },
    });
  });
});

describe("a run", () => {
  it.each([
    ["workflow", "https://api.dify.ai/v1/workflows/run"],
    ["completion", "https://api.dify.ai/v1/completion-messages"],
  ])("of a %s goes to its own address, with the form's values and no question", (id, url) => {
    expect(requestOf(id, { topic: "x", size: 2 })).toEqual({
      url,
      body: { inputs: { topic: "x", size: 2 }, user: "usr_1", response_mode: "streaming" },
    });
  });

  it("has its files in the form: uploaded or as addresses, one or several, and none twice", () => {
    const inline = {
      type: "file",
      url: "data:text/plain;base64,eA==",
      name: "a.txt",
      mime: "text/plain",
    } as const;
    const remote = { type: "image", url: "https://x.example/p.png" } as const;
    const { body } = requestOf(
      "workflow",
      { one: remote, many: [inline, remote] },
      {
        messages: [{ role: "user", content: [remote, inline] }],
        uploads: { [inline.url]: "file-7" },
      },
    );
    const picture = { type: "image", transfer_method: "remote_url", url: remote.url };
    expect(body.inputs).toEqual({
      one: picture,
      many: [
        { type: "document", transfer_method: "local_file", upload_file_id: "file-7" },
        picture,
      ],
    });
    expect(body).not.toHaveProperty("files");
  });

  it("of a chatflow's form stands beside the question", () => {
    const { url, body } = requestOf("app", { name: "Ann" });
    expect(url).toMatch(/\/chat-messages$/);
    expect(body).toMatchObject({ inputs: { name: "Ann" }, query: "Topic: x" });
  });
});

describe("outputs", () => {
  const finished = (outputs: object) =>
    decode({ event: "workflow_finished", data: { status: "succeeded", outputs } });

  it("are told by name, and as a text where the workflow has not spoken", () => {
    expect(finished({ answer: "42" })).toEqual([
      { type: "text-delta", text: "42" },
      { type: "outputs", values: { answer: "42" } },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("that repeat what was said are not said again", () => {
    const events = decode(
      { event: "text_chunk", data: { text: "42" } },
      { event: "workflow_finished", data: { status: "succeeded", outputs: { answer: "42" } } },
    );
    expect(events.filter(({ type }) => type === "text-delta")).toHaveLength(1);
    expect(events).toContainEqual({ type: "outputs", values: { answer: "42" } });
  });

  it("that are files are files, and objects are shown as JSON", () => {
    const file = {
      dify_model_identity: "__dify__file__",
      url: "https://x.example/a.pdf",
      mime_type: "application/pdf",
      filename: "a.pdf",
    };
    const events = finished({ report: [file], rows: { n: 1 } });
    expect(events).toContainEqual({
      type: "file",
      url: "https://x.example/a.pdf",
      mime: "application/pdf",
      name: "a.pdf",
    });
    expect(JSON.stringify(events[0])).toContain("```json");
  });

  it.each(["failed", "stopped"])("of a workflow that %s are none: the run failed", (status) => {
    const [event] = decode({ event: "workflow_finished", data: { status, outputs: { a: 1 } } });
    expect(event).toMatchObject({ type: "run-error", error: { reason: "unavailable" } });
  });
});
