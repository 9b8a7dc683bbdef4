/** What is particular to RAGFlow's answers, beyond the contract. */
import { describe, expect, it } from "vitest";
import { upstreamError } from "../../../src/connectors/kit/http-errors.ts";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { eventsOf, json } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { CHAT_END, DONE, event, line, REFERENCE, said } from "../fixtures/ragflow.ts";

const ragflow = connectorById("ragflow");
if (!ragflow?.probe) throw new Error("no ragflow");
const { probe } = ragflow;
const decode = (body: string): RunEvent[] => eventsOf(ragflow, framesOf("sse", body));
const wordsOf = (events: RunEvent[]): RunEvent[] =>
  events.filter(({ type }) => /^(text|reasoning)-/.test(type));
const piece = (answer: string, more: object = {}): string =>
  said(answer, { final: false, ...more });
const text = (words: string): RunEvent => ({ type: "text-delta", text: words });
const thought = (words: string): RunEvent => ({ type: "reasoning-delta", text: words });

describe("a chat since 0.24", () => {
  it("is told as it comes, its conversation once, its sources behind it", () => {
    const body =
      piece("你好") + piece("！") + piece("你好！", { final: true, reference: REFERENCE });
    expect(decode(body + CHAT_END)).toEqual([
      { type: "run-start", upstreamId: "m-01" },
      { type: "conversation", upstreamConversation: "s-01" },
      text("你好"),
      text("！"),
      { type: "source-cite", index: 1, title: "guide.pdf", url: null, snippet: "See page 3." },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("says the same word twice where it was said twice", () => {
    expect(wordsOf(decode(piece("ha") + piece("ha") + CHAT_END))).toEqual([text("ha"), text("ha")]);
  });

  it("thinks between its flags", () => {
    const body =
      said("", { start_to_think: true }) +
      piece("Hm") +
      said("", { end_to_think: true }) +
      piece("Yes");
    expect(wordsOf(decode(body + CHAT_END))).toEqual([thought("Hm"), text("Yes")]);
  });

  it("thinks in front where its model marks its thoughts itself", () => {
    const body = piece("<th") + piece("ink>Hm") + piece("</think>\n\nYes") + CHAT_END;
    expect(wordsOf(decode(body))).toEqual([thought("Hm"), text("Yes")]);
    const open = decode(piece("<think>Hm") + piece("m</thi") + CHAT_END);
    expect(wordsOf(open).map((one) => one.type)).not.toContain("text-delta");
  });

  it("loses marks of citations, however they are cut", () => {
    const body = piece("One [I") + piece("D:") + piece("12] two [x] # three") + piece("##0$$.");
    expect(wordsOf(decode(body + CHAT_END))).toEqual([
      text("One"),
      text(" two [x] # three"),
      text("."),
    ]);
  });

  it("keeps what only began like a mark", () => {
    const events = decode(piece("a [I") + piece("talic] b <") + CHAT_END);
    const told = wordsOf(events).map((one) => (one.type === "text-delta" ? one.text : ""));
    expect(told.join("")).toBe("a [Italic] b <");
  });

  it("does not take an error in the middle of words for a failure", () => {
    const events = decode(piece("It says ") + piece("**ERROR**") + CHAT_END);
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "stop" });
  });
});

describe("a chat until 0.23", () => {
  it("is told by what each frame adds", () => {
    const body = said("One") + said("One two") + said("One two") + said("") + CHAT_END;
    expect(wordsOf(decode(body))).toEqual([text("One"), text(" two")]);
  });

  it("thinks in front, whether or not the thought is closed in every frame", () => {
    const open =
      said("<thi") + said("<think>H") + said("<think>Hm</th") + said("<think>Hm</think>\n\nYes");
    const closed =
      said("<think>H</think>") + said("<think>Hm</think>") + said("<think>Hm</think>Yes");
    for (const body of [open, closed]) {
      expect(wordsOf(decode(body + CHAT_END))).toEqual([thought("H"), thought("m"), text("Yes")]);
    }
  });

  it("that only gets citations is not written anew; one that changes is", () => {
    const cited = decode(said("One. Two.") + said("One. ##0$$ Two. ##1$$") + CHAT_END);
    expect(wordsOf(cited)).toEqual([text("One. Two.")]);
    const changed = decode(said("One") + said("Two ##0$$") + said("Two ##0$$ three") + CHAT_END);
    expect(wordsOf(changed)).toEqual([
      text("One"),
      { type: "text-replace", text: "Two" },
      text(" three"),
    ]);
  });

  it("is complete at the frame that is only true, and not before", () => {
    expect(decode(said("One")).at(-1)).toMatchObject({ error: { reason: "truncated" } });
  });
});

describe("an agent", () => {
  const message = (content: string): string => event("message", { content });

  it("tells its components as they work and fail", () => {
    const node = { component_name: "Search" };
    const body =
      event("node_started", node) +
      event("node_finished", { ...node, error: null }) +
      event("node_finished", { ...node, error: "no network" });
    expect(decode(body + DONE).filter(({ type }) => type === "status")).toEqual(
      ["running", "done", "failed"].map((state) => ({ type: "status", label: "Search", state })),
    );
  });

  it("names its session in every frame, which is told once", () => {
    const events = decode(message("a") + message("b") + DONE);
    expect(events.filter(({ type }) => type === "conversation")).toEqual([
      { type: "conversation", upstreamConversation: "s9" },
    ]);
  });

  it("cites the sources of each of its messages, listed or by number", () => {
    const chunk = { content: "x", document_name: "a.pdf", url: "https://a.example/a" };
    const body =
      message("a") +
      event("message_end", { reference: { chunks: { 7: chunk, 9: { ...chunk, url: "/b" } } } }) +
      event("message_end", { reference: { chunks: [chunk, { content: "nameless" }] } });
    const cited = decode(body + DONE).filter(({ type }) => type === "source-cite");
    expect(cited).toEqual([
      { type: "source-cite", index: 1, title: "a.pdf", url: "https://a.example/a", snippet: "x" },
      { type: "source-cite", index: 2, title: "a.pdf", url: null, snippet: "x" },
    ]);
  });

  it("that says nothing on its way gives what its workflow ends with", () => {
    const end = event("workflow_finished", { outputs: { content: "42" } });
    expect(wordsOf(decode(end + DONE))).toEqual([text("42")]);
    expect(wordsOf(decode(message("It is 42.") + end))).toEqual([text("It is 42.")]);
  });

  it("without [DONE] is complete only where its workflow has finished", () => {
    expect(decode(message("a")).at(-1)).toMatchObject({ error: { reason: "truncated" } });
    const finished = decode(message("a") + event("workflow_finished", { outputs: {} }));
    expect(finished.at(-1)).toEqual({ type: "run-end", finish: "stop" });
  });

  it("that waits for a form says what it wants, and goes on in its session", () => {
    const inputs = { a: { name: "City", type: "line" }, b: 7 };
    const events = decode(event("user_inputs", { tips: "Where to?", inputs }) + DONE);
    expect(events.slice(1)).toEqual([
      { type: "conversation", upstreamConversation: "s9" },
      text("Where to?"),
      text("\n- City"),
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("of a server before 0.20 answers in the frames of a chat", () => {
    expect(wordsOf(decode(said("a") + said("ab") + CHAT_END))).toEqual([text("a"), text("b")]);
  });

  it("that fails in the middle has said what it said", () => {
    const events = decode(message("a") + line({ code: 500, message: "boom", data: false }) + DONE);
    expect(events.slice(-2)).toMatchObject([text("a"), { error: { detail: "boom" } }]);
  });
});

describe("errors", () => {
  it.each([
    [
      { code: 109, message: "Authentication error: API key is invalid!", data: false },
      "unauthorized",
    ],
    [{ code: 102, message: "The session does not exist." }, "conversation_gone"],
    [{ code: 102, message: "You don't own the agent a1." }, "target_not_found"],
    [{ code: 102, message: "`question` is required." }, "rejected"],
    [{ code: 108, message: "No authorization." }, "forbidden"],
    [{ code: 106, message: "running" }, "overloaded"],
    [{ code: 100, message: "KeyError" }, "unavailable"],
  ])("%j under the status 200 is %s", (body, reason) => {
    expect(probe.read(json(200, body))).toMatchObject({ ok: false, error: { reason } });
    expect(decode(line(body)).at(-1)).toMatchObject({ type: "run-error", error: { reason } });
  });

  it("of the model behind are told as such", () => {
    const [failure] = decode(piece("**ERROR**: no quota")).slice(-1);
    if (failure?.type !== "run-error") throw new Error("no failure");
    expect(failure.error).toMatchObject({ reason: "unavailable", detail: "**ERROR**: no quota" });
    expect(ragflow.advise?.(failure.error)?.en).toMatch(/Model providers/);
    const agent = decode(event("message", { content: "**ERROR**: no quota" }) + DONE);
    expect(agent.at(-1)).toEqual(failure);
  });

  it.each([
    ["unauthorized", /API page/],
    ["target_not_found", /\/api\/v1/],
    ["protocol_violation", /\/api\/v1/],
  ] as const)("advice on %s says what to look at", (reason, words) => {
    expect(ragflow.advise?.(upstreamError(reason, ""))?.en).toMatch(words);
  });
});
