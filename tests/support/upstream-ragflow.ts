/**
 * RAGFlow, scripted: `/ragflow/api/v1/…`; the id of a chat or agent says how it behaves. Behind
 * `/ragflow-old` is a server of before 0.24: frames hold all so far, lists are bare, errors of keys
 * come under the status 200, and a question without a session is not answered.
 */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

const line = (payload: unknown): string => `data:${JSON.stringify(payload)}\n\n`;
const failure = (message: string) => ({ code: 500, message, data: false });
let sessions = 0;
/** In which something was asked. */
const used = new Set<unknown>();

const CHATS = Array.from({ length: 32 }, (_, at) => ({
  id: at === 0 ? "ok" : `ok+${at}`,
  name: `Chat ${at}`,
  description: "A scripted chat",
  prompt: { opener: "Hi!" },
}));
const AGENTS = [{ id: "ok", title: "Agent ok", description: null, dsl: {} }];

export async function answerRagFlow(call: Call): Promise<void> {
  const { response } = call;
  const isOld = call.path.startsWith("/ragflow-old/");
  if (!call.key.startsWith("ragflow-")) {
    if (!isOld) return sendJson(response, 401, { code: 401, message: "<Unauthorized>" });
    const message = "Authentication error: API key is invalid!";
    return sendJson(response, 200, { code: 109, message, data: false });
  }
  const [, kind, id = "", rest] =
    /^\/ragflow(?:-old)?\/api\/v1\/(chats|agents|documents)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(
      call.path,
    ) ?? [];
  const target = decodeURIComponent(id);
  if (await misbehaves(call, call.behaviour(target))) return;
  if (kind === "documents" && !isOld)
    return succeed(call, { id: `file-${++sessions}`, name: "a", size: 3 });
  if (id === "" && call.method === "GET" && kind !== "documents") return list(call, kind, isOld);
  if (kind === "chats" && rest === "sessions")
    return succeed(call, { id: `s-${++sessions}`, chat: target });
  if (rest !== "completions") return sendJson(response, 404, { code: 404, message: "Not Found" });
  if (target === "stranger") {
    return sendJson(response, 200, { code: 102, message: `You don't own the ${kind} ${target}` });
  }
  const { session_id } = call.body;
  if (used.has(session_id) && call.behaviour(target).conversationGone) {
    const message = `You don't own the session ${session_id}`;
    return sendJson(response, 200, { code: 102, message });
  }
  return kind === "chats" ? chat(call, target, isOld) : agent(call, target);
}

const succeed = (call: Call, data: unknown): void =>
  sendJson(call.response, 200, { code: 0, message: "", data });

function list(call: Call, kind: string | undefined, isOld: boolean): void {
  const query = new URL(call.address, "http://upstream").searchParams;
  const [page, size] = [Number(query.get("page")), Number(query.get("page_size"))];
  const all: object[] = kind === "chats" ? CHATS : AGENTS;
  const rows = all.slice((page - 1) * size, page * size);
  const name = kind === "chats" ? "chats" : "canvas";
  succeed(call, isOld ? rows : { [name]: rows, total: all.length });
}

function chat(call: Call, target: string, isOld: boolean): Promise<void> {
  const { session_id, question } = call.body;
  if (session_id !== undefined) used.add(session_id);
  const said = (answer: string, more: object): string =>
    line({ code: 0, message: "", data: { answer, reference: {}, id: "m-1", session_id, ...more } });
  const end = line({ code: 0, message: "", data: true });
  const reference = { chunks: [{ id: "k", content: "See page 3.", document_name: "guide.pdf" }] };
  return answerInWords(call, target, question, (words) => {
    // Without a session there is only the opener.
    const spoken = session_id === undefined ? ["Hi!"] : words;
    const whole = spoken.join("");
    const marked = `${whole} [ID:0]`;
    return {
      chunks: spoken.map((text, at) =>
        isOld ? said(spoken.slice(0, at + 1).join(""), {}) : said(text, { final: false }),
      ),
      ending: said(marked, isOld ? { reference } : { reference, final: true }) + end,
      error: line(failure("model failed")) + end,
    };
  });
}

function agent(call: Call, target: string): Promise<void> {
  const session_id = call.body.session_id ?? `s-${++sessions}`;
  used.add(session_id);
  const event = (name: string, data: object): string =>
    line({ event: name, message_id: "m9", task_id: "t9", data, session_id });
  const done = "data:[DONE]\n\n";
  return answerInWords(call, target, call.body.question, (words, { input }) => ({
    chunks: words.map((content) => event("message", { content })),
    ending:
      event("message_end", { reference: { chunks: {}, doc_aggs: {} } }) +
      event("workflow_finished", {
        outputs: { content: words.join("") },
        usage: { prompt_tokens: input, completion_tokens: words.length },
      }) +
      done,
    error: line(failure("model failed")) + done,
  }));
}
