/** Qianfan AppBuilder, scripted: `/appbuilder/…`; the app's id says how it behaves. */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

const KEY = /^bce-v3\/ALTAK-/;
/** Two pages of two. */
const APPS = ["ok", "paced", "cut-mid", "hidden"].map((id) => ({
  id,
  name: `App ${id}`,
  description: "A scripted app",
  appType: "agent",
  isPublished: id !== "hidden",
}));
let conversations = 0;
const used = new Set<unknown>();
/** Which conversation each belongs to. */
const files = new Map<string, unknown>();

export async function answerAppBuilder(call: Call): Promise<void> {
  const { response, body } = call;
  if (!KEY.test(call.key)) return refuse(call, 401, "InvalidIAMToken", "the token is invalid");
  const app = String(body.app_id ?? "ok");
  if (await misbehaves(call, call.behaviour(app))) return;
  switch (call.path) {
    case "/appbuilder/v2/app": {
      if (body.id) return sendJson(response, 200, { requestId: "r", id: body.id, prologue: "Hi!" });
      const at = Number(body.marker ?? 0);
      return sendJson(response, 200, {
        requestId: "r",
        data: APPS.slice(at, at + 2),
        maxKeys: body.maxKeys,
        isTruncated: at + 2 < APPS.length,
        nextMarker: String(at + 2),
      });
    }
    case "/appbuilder/v2/app/conversation":
      return sendJson(response, 200, {
        request_id: "r",
        conversation_id: `${app}-cv-${++conversations}`,
      });
    case "/appbuilder/v2/app/conversation/file/upload": {
      const { conversation_id, file } = body;
      const id = `file-${files.size + 1}`;
      if (typeof file !== "object") return refuse(call, 400, "InvalidParameter", "no file");
      files.set(id, conversation_id);
      return sendJson(response, 200, { request_id: "r", id, conversation_id });
    }
    case "/appbuilder/v2/app/conversation/runs":
      return run(call, app);
    default:
      return refuse(call, 404, "NotFound", "no such path");
  }
}

function refuse(call: Call, status: number, code: string, message: string): void {
  sendJson(call.response, status, { request_id: "r", code, message });
}

function run(call: Call, app: string): Promise<void> | void {
  const { conversation_id, query } = call.body;
  const forgets = call.behaviour(app).conversationGone && used.has(conversation_id);
  used.add(conversation_id);
  if (forgets || !String(conversation_id).startsWith(`${app}-cv-`)) {
    return refuse(call, 400, "InvalidParameter", `conversation ${conversation_id} not found`);
  }
  const strangers = ((call.body.file_ids ?? []) as string[]).filter(
    (id) => files.get(id) !== conversation_id,
  );
  if (strangers.length > 0) return refuse(call, 400, "InvalidParameter", "file not found");
  const frame = (answer: string, content: object[], is_completion = false): string =>
    `data: ${JSON.stringify({
      request_id: "r",
      date: "2025-10-09T08:00:00Z",
      answer,
      conversation_id,
      message_id: "ms-1",
      is_completion,
      content,
    })}\n\n`;
  const step = (event_status: string, content_type: string, more: object) => ({
    event_code: 0,
    event_message: "",
    event_type: "ChatAgent",
    event_id: "2",
    event_status,
    content_type,
    ...more,
  });
  return answerInWords(call, app, query, (words, { input }) => ({
    chunks: words.map((text) => frame(text, [step("running", "text", { outputs: { text } })])),
    ending:
      frame("", [
        step("done", "text", {
          outputs: { text: "" },
          usage: { prompt_tokens: input, completion_tokens: words.length },
        }),
      ]) + frame("", [step("success", "status", { outputs: {} })], true),
    error: frame("", [
      {
        ...step("error", "text", { outputs: {} }),
        event_code: 3001,
        event_message: "model failed",
      },
    ]),
  }));
}
