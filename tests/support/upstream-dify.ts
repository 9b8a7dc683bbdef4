/** The scripted upstream's Dify side: `/dify/v1/…`, the app chosen by the key `app-<behaviour>`. */

import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson, sendStream } from "./upstream-stream.ts";

type Json = Record<string, unknown>;

const CONVERSATION = "0c6f2c1e-1111-4a2b-9c3d-000000000001";
const IDS = {
  conversation_id: CONVERSATION,
  message_id: "5d1e0b7a-2222-4a2b-9c3d-000000000002",
  created_at: 1_760_000_000,
  task_id: "9a7c1d2e-3333-4a2b-9c3d-000000000003",
};

const STOP = /\/dify\/v1\/(?:chat-messages|completion-messages|workflows\/tasks)\/([\w-]+)\/stop$/;
const RUNS: Record<string, string> = {
  workflow: "/dify/v1/workflows/run",
  completion: "/dify/v1/completion-messages",
};
const FORM = [
  { "text-input": { label: "Topic", variable: "topic", required: true, max_length: 20 } },
  { select: { label: "Tone", variable: "tone", default: "kind", options: ["kind", "dry"] } },
  { file: { label: "Picture", variable: "picture", required: false } },
];

let files = 0;
let tasks = 0;
/** Answers that somebody has had stopped, by their task and user. */
const stopped = new Set<string>();

/** An answer has a task of its own. */
function newTask(user: unknown) {
  const task = `9a7c1d2e-3333-4a2b-9c3d-${String(++tasks).padStart(12, "0")}`;
  return {
    isStopped: () => stopped.has(`${task} ${user}`),
    own: (lines: string) => lines.replaceAll(IDS.task_id, task),
  };
}

export async function answerDify(call: Call): Promise<void> {
  const { response, path } = call;
  const app = /^app-(.+)$/.exec(call.key)?.[1];
  if (app === undefined) return refuse(call, 401, "unauthorized", "Access token is invalid");
  const behaviour = call.behaviour(app);
  if (await misbehaves(call, behaviour)) return;
  if (behaviour.status !== 200) return refuseAs(call, behaviour);
  const [, task] = STOP.exec(path) ?? [];
  if (task !== undefined) {
    // Also for a task that there is not, or of another user: then nothing happens.
    stopped.add(`${task} ${call.body.user}`);
    return sendJson(response, 200, { result: "success" });
  }
  switch (path) {
    case "/dify/v1/info":
      return sendJson(response, 200, {
        name: `App ${app}`,
        description: "A scripted app",
        tags: [],
        mode: behaviour.mode,
        author_name: "test",
      });
    case "/dify/v1/parameters":
      return sendJson(response, 200, {
        opening_statement: "What can I do for you?",
        suggested_questions: ["Who are you?", "What is new?"],
        user_input_form: RUNS[behaviour.mode] ? FORM : [],
      });
    case "/dify/v1/files/upload":
      return sendJson(response, 201, { id: `file-${++files}`, name: "file", size: 3 });
    case "/dify/v1/workflows/run":
    case "/dify/v1/completion-messages":
      if (RUNS[behaviour.mode] === path) return answerRun(call, app, behaviour);
      return refuse(call, 400, `not_${behaviour.mode}_app`, "Please check your app mode.");
    case "/dify/v1/chat-messages":
      return answerChat(call, app, behaviour);
    default:
      return refuse(call, 404, "not_found", "The requested URL was not found on the server.");
  }
}

function refuse(call: Call, status: number, code: string, message: string): void {
  sendJson(call.response, status, { code, message, status });
}

function refuseAs(call: Call, behaviour: Behaviour): void {
  const codes: Record<number, [string, string]> = {
    400: ["app_unavailable", "App unavailable, please check your app configurations."],
    401: ["unauthorized", `Access token is invalid${behaviour.tellsKey ? `: ${call.key}` : ""}`],
    403: ["forbidden", "The app's API service has been disabled."],
    429: ["too_many_requests", "Too many requests. Please try again later."],
  };
  const [code, message] = codes[behaviour.status] ?? [
    "internal_server_error",
    "Internal Server Error, please contact support.",
  ];
  refuse(call, behaviour.status, code, message);
}

async function answerChat(call: Call, app: string, behaviour: Behaviour): Promise<void> {
  const { body } = call;
  if (body.user === undefined || body.inputs === undefined) {
    return refuse(call, 400, "invalid_param", "user and inputs are required");
  }
  if (["workflow", "completion"].includes(behaviour.mode)) {
    return refuse(call, 400, "not_chat_app", "Please check if your app mode matches the API.");
  }
  if (
    body.conversation_id &&
    (behaviour.conversationGone || body.conversation_id !== CONVERSATION)
  ) {
    return refuse(call, 404, "not_found", "Conversation Not Exists.");
  }
  if (body.response_mode !== "streaming") {
    return refuse(call, 400, "invalid_param", "Agent Chat App does not support blocking mode");
  }
  const input = Math.max(1, Math.ceil(String(body.query).length / 4));
  const bill = call.bill({ target: app, input, output: 0, complete: false });
  const texts = Array.from({ length: behaviour.chunks }, (_, at) =>
    behaviour.silentChunks ? "" : at === 0 ? "你好 " : `词${at} `,
  );
  const { own, isStopped } = newTask(body.user);
  await sendStream(call.response, {
    behaviour,
    chunks: chunksOf(texts, behaviour).map(own),
    ending: own(endingOf(texts, behaviour, input)),
    stopped: () => {
      if (!isStopped()) return null;
      bill.complete = true;
      return own(endingOf(texts.slice(0, bill.output), behaviour, input));
    },
    error: line({
      event: "error",
      status: 400,
      code: "completion_request_error",
      message: "[openai] Server Unavailable Error",
    }),
    onChunk: () => bill.output++,
    onEnd: () => {
      bill.output = behaviour.chunks;
      bill.complete = true;
    },
  });
}

/** Of a workflow, or of text generation: the same words, in the events of the one or the other. */
async function answerRun(call: Call, app: string, behaviour: Behaviour): Promise<void> {
  const inputs = (call.body.inputs ?? {}) as Json;
  if (call.body.user === undefined || call.body.response_mode !== "streaming") {
    return refuse(call, 400, "invalid_param", "user is required");
  }
  if (!inputs.topic) return refuse(call, 400, "invalid_param", "topic is required in input form");
  const texts = Array.from({ length: behaviour.chunks }, (_, at) =>
    behaviour.silentChunks ? "" : `${at} ${inputs.topic} `,
  );
  const isWorkflow = behaviour.mode === "workflow";
  const { own, isStopped } = newTask(call.body.user);
  const event = (body: Json) =>
    own(`data: ${JSON.stringify({ task_id: IDS.task_id, ...body })}\n\n`);
  const node = { node_id: "1700", node_type: "llm", title: "LLM", index: 2 };
  const said = texts.map((text) =>
    event(
      isWorkflow ? { event: "text_chunk", data: { text } } : { event: "message", answer: text },
    ),
  );
  const outputs = { answer: texts.join(""), tone: inputs.tone };
  const usage = { prompt_tokens: 20, completion_tokens: texts.length };
  const bill = call.bill({ target: app, input: 20, output: 0, complete: false });
  await sendStream(call.response, {
    behaviour,
    chunks: isWorkflow ? [event({ event: "node_started", data: node }), ...said] : said,
    ending: isWorkflow
      ? event({
          event: "workflow_finished",
          data: { status: "succeeded", outputs, error: null, total_tokens: 30 },
        })
      : event({ event: "message_end", metadata: { usage } }),
    error: event({
      event: "workflow_finished",
      data: { status: "failed", error: "node LLM failed", outputs: {} },
    }),
    stopped: () =>
      isStopped()
        ? event({ event: "workflow_finished", data: { status: "stopped", outputs: {} } })
        : null,
    onChunk: () => bill.output++,
    onEnd: () => {
      bill.complete = true;
    },
  });
}

const line = (event: Json): string => `data: ${JSON.stringify({ ...IDS, ...event })}\n\n`;

function chunksOf(texts: string[], behaviour: Behaviour): string[] {
  const isAgent = behaviour.mode.startsWith("agent");
  const answers = texts.map((answer, at) => {
    const text = line({ event: isAgent ? "agent_message" : "message", id: IDS.message_id, answer });
    return at === 1 ? `event: ping\n\n${text}` : text;
  });
  if (behaviour.mode === "advanced-chat") {
    const node = { node_id: "1700", node_type: "llm", title: "LLM", index: 2 };
    return [
      line({ event: "workflow_started", workflow_run_id: "a1", data: { id: "a1" } }),
      line({ event: "node_started", workflow_run_id: "a1", data: node }),
      ...answers,
      line({
        event: "node_finished",
        workflow_run_id: "a1",
        data: { ...node, status: "succeeded" },
      }),
    ];
  }
  if (behaviour.mode !== "agent-chat") return answers;
  const thought = {
    event: "agent_thought",
    id: "t1",
    position: 1,
    tool: "search",
    tool_input: '{"q":"x"}',
  };
  return [
    line({ ...thought, thought: "", observation: "", tool: "" }),
    line({ ...thought, thought: "", observation: "" }),
    line({ ...thought, thought: "I looked it up.", observation: "found" }),
    ...answers,
  ];
}

function endingOf(texts: string[], behaviour: Behaviour, input: number): string {
  const usage = {
    prompt_tokens: input,
    completion_tokens: texts.length,
    total_tokens: input + texts.length,
    total_price: "0.000033",
    currency: "USD",
  };
  const source = {
    position: 1,
    dataset_name: "Help",
    document_name: "guide.pdf",
    score: 0.9,
    content: "See page 3.",
  };
  const end = line({
    event: "message_end",
    id: IDS.message_id,
    metadata: { ...(behaviour.usage ? { usage } : {}), retriever_resources: [source] },
    files: [],
  });
  if (behaviour.mode === "agent") {
    return `${line({ event: "message", id: IDS.message_id, answer: texts.join("") })}${end}`;
  }
  if (behaviour.mode !== "advanced-chat") return end;
  const data = { id: "a1", status: "succeeded", outputs: {}, error: null, total_tokens: 30 };
  return `${end}${line({ event: "workflow_finished", workflow_run_id: "a1", data })}`;
}
