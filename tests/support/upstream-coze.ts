/**
 * Coze, scripted: `/coze/…` with the token `pat_ok` or one of upstream-coze-oauth.ts. The bot `7<n>`, chatflow `8<n>` and workflow
 * `9<n>` behave as the n-th of BEHAVIOURS says.
 */
import type { Call } from "./upstream-call.ts";
import { answerCozeOAuth, cozeConsents } from "./upstream-coze-oauth.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

const BEHAVIOURS = ["ok", "paced", "cut-mid", "error-mid", "500"];
const CHANNEL_MISSING = 4015;

let conversations = 0;
/** Conversations whose chat somebody has had cancelled: it says no more, and stays open. */
const cancelled = new Set<unknown>();
let files = 0;

export async function answerCoze(call: Call): Promise<void> {
  const { path } = call;
  if (path.includes("/api/permission/oauth2/")) await answerCozeOAuth(call);
  else if (call.key !== "pat_ok" && !cozeConsents.accepts(call.key))
    refuse(call, 700012006, "access token invalid");
  else if (path === "/coze/v3/chat") await answerBot(call);
  else if (path === "/coze/v3/chat/cancel") {
    cancelled.add(call.body.conversation_id);
    succeed(call, { id: call.body.chat_id, status: "canceled" });
  } else if (path === "/coze/v1/workflows/chat") await answerChatflow(call);
  else if (path === "/coze/v1/workflow/stream_run") await answerWorkflow(call);
  else if (path === "/coze/v1/files/upload") succeed(call, { id: `73${++files}`, bytes: 3 });
  else answerLists(call);
}

/** Under the status 200, as Coze does. */
function refuse({ response }: Call, code: number, msg: string): void {
  sendJson(response, 200, { code, msg, detail: { logid: "log" } });
}

function succeed({ response }: Call, data: object): void {
  sendJson(response, 200, { code: 0, msg: "", data, detail: { logid: "log" } });
}

function answerLists(call: Call): void {
  const data = listed(call);
  if (data) succeed(call, data);
  else refuse(call, 4200, "The requested resource could not be found");
}

function listed({ path, address }: Call): object | null {
  const query = new URLSearchParams(address.split("?")[1]);
  // The token does not reach the second workspace.
  if (query.get("workspace_id") === "w2") return null;
  switch (path) {
    case "/coze/v1/users/me":
      return { user_id: "1", user_name: "ann", nick_name: "Ann" };
    case "/coze/v1/workspaces":
      return { total_count: 2, workspaces: [{ id: "w1" }, { id: "w2" }] };
    case "/coze/v1/bots":
      return { total: 1, items: [{ id: "70", name: "Helper" }] };
    case "/coze/v1/bots/70":
      return { onboarding_info: { prologue: "Hi!", suggested_questions: ["Who?"] } };
    case "/coze/v1/workflows": {
      const mode = query.get("workflow_mode");
      const workflow_id = mode === "chatflow" ? "80" : "90";
      return { items: [{ workflow_id, workflow_name: `A ${mode}` }], has_more: false };
    }
    default:
      return null;
  }
}

function behaviourNamed(call: Call, id: unknown): string | null {
  const name = BEHAVIOURS[Number(String(id).slice(1))];
  if (name === undefined)
    refuse(call, CHANNEL_MISSING, "The bot has not been published to the API");
  return name ?? null;
}

interface Said {
  content: string;
}

async function answerBot(call: Call): Promise<void> {
  const { body } = call;
  const name = behaviourNamed(call, body.bot_id);
  if (name === null || (await misbehaves(call, call.behaviour(name)))) return;
  const known = /conversation_id=(\d+)/.exec(call.address)?.[1];
  const asked = (body.additional_messages as Said[]).at(-1)?.content;
  return answerChat(call, name, asked, known, (event, data) => `event:${event}\ndata:${data}\n\n`);
}

async function answerChatflow(call: Call): Promise<void> {
  const { body } = call;
  const name = behaviourNamed(call, body.workflow_id);
  if (name === null || (await misbehaves(call, call.behaviour(name)))) return;
  const known = body.conversation_id as string | undefined;
  const asked = (body.additional_messages as Said[]).at(-1)?.content;
  return answerChat(
    call,
    name,
    asked,
    known,
    (event, data) => `event: ${event}\ndata: ${data}\n\n`,
  );
}

function answerChat(
  call: Call,
  name: string,
  asked: string | undefined,
  known: string | undefined,
  write: (event: string, data: string) => string,
): Promise<void> {
  const conversation_id = known ?? `760000000000000${1_000 + ++conversations}`;
  const tell = (event: string, data: object) =>
    write(`conversation.${event}`, JSON.stringify({ conversation_id, ...data }));
  const answer = { id: "2", role: "assistant", type: "answer", content_type: "text" };
  return answerInWords(call, name, asked, (words, { input }) => ({
    chunks: [
      tell("chat.created", { id: "1", status: "created" }),
      ...words.map((content) => tell("message.delta", { ...answer, content })),
    ],
    ending:
      tell("message.completed", { ...answer, content: words.join("") }) +
      tell("message.completed", { ...answer, id: "3", type: "follow_up", content: "Else?" }) +
      tell("chat.completed", {
        id: "1",
        usage: { input_count: input, output_count: words.length, token_count: 0 },
      }) +
      write("done", '"[DONE]"'),
    stopped: () => (cancelled.has(conversation_id) ? "" : null),
    error: tell("chat.failed", {
      id: "1",
      last_error: { code: 5000, msg: "event interval error" },
    }),
  }));
}

async function answerWorkflow(call: Call): Promise<void> {
  const { body } = call;
  const name = behaviourNamed(call, body.workflow_id);
  if (name === null || (await misbehaves(call, call.behaviour(name)))) return;
  const { input: asked } = body.parameters as { input?: string };
  let at = 0;
  const tell = (event: string, data: object) =>
    `id: ${at++}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  const node = { node_id: "1", node_title: "Message", node_type: "Message", content_type: "text" };
  return answerInWords(call, name, asked, (words, { input }) => ({
    chunks: words.map((content) => tell("Message", { ...node, content })),
    ending:
      tell("Message", {
        ...node,
        node_type: "End",
        content: JSON.stringify({ output: words.join("") }),
        usage: { input_count: input, output_count: words.length },
      }) + tell("Done", { debug_url: "https://www.coze.cn/work_flow" }),
    error: tell("Error", { error_code: 5000, error_message: "node failed" }),
  }));
}
