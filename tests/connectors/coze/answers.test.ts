/** What is particular to Coze, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { Offer } from "../../../src/contract/guide.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { eventsOf, json } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { chat, END, event, flow, message } from "../fixtures/coze.ts";

const coze = connectorById("coze");
if (!coze?.offers?.walk) throw new Error("no coze");
const { offers } = coze;

const decode = (body: string): RunEvent[] => eventsOf(coze, framesOf("sse", body));
const verbose = (msg_type: string, data: object) =>
  message("completed", {
    id: "9",
    type: "verbose",
    content: JSON.stringify({ msg_type, data: JSON.stringify(data) }),
  });

describe("events", () => {
  it("ids beyond what a number holds stay exact", () => {
    expect(decode(chat("created") + END)).toContainEqual({
      type: "conversation",
      upstreamConversation: "7600000000000000001",
    });
  });

  it("thoughts are reasoning, follow-ups suggestions, neither is the answer", () => {
    const events = decode(
      message("delta", { reasoning_content: "Hm." }) +
        message("delta", { content: "42" }) +
        message("completed", { id: "8", type: "follow_up", content: "Why?" }) +
        END,
    );
    expect(events.map(({ type }) => type)).toEqual([
      "reasoning-delta",
      "text-delta",
      "suggestion",
      "run-start",
      "conversation",
      "usage",
      "run-end",
    ]);
  });

  it("tools are told while they run and when they are done", () => {
    const call = JSON.stringify({ name: "search", plugin_name: "Bing", arguments: {} });
    const events = decode(
      message("completed", { id: "8", type: "function_call", content: call }) +
        message("completed", { id: "9", type: "tool_response", content: "{}" }) +
        message("delta", { content: "42" }) +
        END,
    );
    expect(events.slice(0, 2)).toEqual([
      { type: "status", label: "Bing", state: "running" },
      { type: "status", label: "Bing", state: "done" },
    ]);
  });

  it("what knowledge gave is cited; other inner words are dropped", () => {
    const chunk = {
      slice: "See.",
      meta: { document: { name: "a.pdf" }, link: { url: "https://a.example" } },
    };
    const events = decode(
      verbose("knowledge_recall", { chunks: [chunk, chunk, 7] }) +
        verbose("time_capsule_recall", {}) +
        message("delta", { content: "42" }) +
        END,
    );
    expect(events.filter(({ type }) => type === "source-cite")).toEqual([
      { type: "source-cite", index: 1, title: "a.pdf", url: "https://a.example", snippet: "See." },
    ]);
  });

  it("pictures in an answer are files", () => {
    const content = JSON.stringify([
      { type: "text", text: "Look" },
      { type: "image", file_url: "https://a.example/c.png" },
    ]);
    const events = decode(message("completed", { content_type: "object_string", content }) + END);
    expect(events.slice(0, 2)).toMatchObject([
      { type: "text-delta", text: "Look" },
      { type: "file", name: "c.png" },
    ]);
  });

  it("cards and sound are passed over", () => {
    const events = decode(
      message("delta", { content_type: "card", content: "{}" }) +
        message("delta", { content: "42" }) +
        event("conversation.audio.delta", { content: "AAAA" }) +
        END,
    );
    expect(events.filter(({ type }) => type === "text-delta")).toHaveLength(1);
  });

  it("an agent that wants a tool of the caller's ends with a sentence that says so", () => {
    expect(decode(chat("requires_action", { required_action: {} })).at(-1)).toMatchObject({
      type: "run-error",
      error: { reason: "rejected" },
    });
  });

  it("a workflow that asks is a conversation to be gone on with", () => {
    const asks = { interrupt_data: { event_id: "ie-7", type: 2, data: '{"question":"Where?"}' } };
    expect(decode(flow("Interrupt", asks))).toMatchObject([
      { type: "conversation", upstreamConversation: "ie-7#2" },
      { type: "text-delta", text: "Where?" },
      { type: "run-end" },
    ]);
  });

  it("several results of a workflow are told as they are", () => {
    const content = '{"a":1,"b":2}';
    const events = decode(flow("Message", { node_type: "End", content }) + flow("Done", {}));
    expect(events).toContainEqual({ type: "text-delta", text: content });
  });
});

describe("the list", () => {
  const account = { settings: { baseUrl: "https://a.example" }, secret: { accessToken: "pat_1" } };
  const ok = (data: object) => json(200, { code: 0, msg: "", data });

  /** Answers each request by its path and query; what is not there is refused. */
  function walk(answers: Record<string, object>): { offers: Offer[]; asked: string[] } {
    const asked: string[] = [];
    const answerOf = (url: string) => {
      asked.push(url.replace("https://a.example", ""));
      const found = Object.entries(answers).find(([part]) => url.includes(part));
      return found ? ok(found[1]) : json(200, { code: 4101, msg: "no permission" });
    };
    const steps = offers.walk?.(account, answerOf("/v1/workspaces?page_num=1"));
    if (!steps) throw new Error("no walk");
    let step = steps.next();
    while (!step.done) step = steps.next({ ok: true, value: answerOf(step.value.url) });
    if (!step.value.ok) throw new Error(step.value.error.reason);
    return { offers: step.value.value, asked };
  }

  it("has the bots, chatflows and workflows of every workspace, with what bots say first", () => {
    const { offers: found } = walk({
      "/v1/workspaces": { total_count: 2, workspaces: [{ id: "w1" }, { id: "w2" }] },
      "/v1/bots?workspace_id=w1": {
        items: [
          { id: "71", name: "Help", description: "Helps", icon_url: "https://a.example/i.png" },
          { id: "72", name: "Draft", is_published: false },
        ],
      },
      "/v1/bots/71": {
        onboarding_info: { prologue: "Hi!", suggested_questions: ["Who?", 7] },
      },
      "workspace_id=w2&publish_status=published_online&workflow_mode=chatflow": {
        items: [{ workflow_id: "81", workflow_name: "Talk" }],
      },
      "workspace_id=w2&publish_status=published_online&workflow_mode=workflow": {
        items: [{ workflow_id: "82", workflow_name: "Report" }, 7],
      },
    });
    expect(found).toMatchObject([
      { id: "71", name: "Help", openingMessage: "Hi!", suggestedQuestions: ["Who?"] },
      { id: "chatflow:81", name: "Talk" },
      { id: "workflow:82", name: "Report" },
    ]);
  });

  it("is asked for page by page", () => {
    const page = (count: number) => ({
      items: Array.from({ length: count }, (_, at) => ({
        workflow_id: `${at + 1}`,
        workflow_name: "n",
      })),
    });
    const { asked, offers: found } = walk({
      "/v1/workspaces": { total_count: 1, workspaces: [{ id: "w1" }] },
      "workflow_mode=workflow&page_num=1": page(50),
      "workflow_mode=workflow&page_num=2": page(3),
    });
    expect(found).toHaveLength(53);
    expect(asked.filter((url) => url.includes("workflow_mode=workflow"))).toHaveLength(2);
  });

  it("of a token that is refused tells why", () => {
    const read = offers.read(json(200, { code: 4100, msg: "authentication is invalid" }));
    expect(read).toMatchObject({ ok: false, error: { reason: "unauthorized" } });
  });
});

it.each([
  ["4015", "target_not_found", /API/],
  ["4101", "target_not_found", /workspace/],
  ["700012006", "unauthorized", /coze\.com/],
] as const)("advice on %s says what to click", (upstreamCode, reason, words) => {
  const error = { reason, upstreamCode, status: 200, retryAfterMs: null, detail: "" };
  expect(coze.advise?.(error)?.en).toMatch(words);
});
