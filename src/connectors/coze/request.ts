/** Chats with bots and chatflows, and runs of workflows, as requests. */
import { filesIn, isFile } from "../../core/input-form.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, ChatMessage, UpstreamError } from "../../core/run.ts";
import type { Account, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import type { Json } from "../kit/json.ts";
import { type FilePart, ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import { textOfParts } from "../kit/turns.ts";
import { joinUrl } from "../kit/urls.ts";
import { readInterruption, readTarget } from "./target.ts";

export interface CozeSettings {
  baseUrl: string;
}
export interface CozeSecret {
  /** Empty while an app waits for its account's consent. */
  accessToken: string;
  /** Of an OAuth app. */
  clientId?: string | undefined;
  clientSecret?: string | undefined;
}
export type CozeAccount = Account<CozeSettings, CozeSecret>;

const MESSAGES_MAX = 100;

export function headersOf({ secret }: CozeAccount, accept: string): Record<string, string> {
  return { accept, authorization: `Bearer ${secret.accessToken}` };
}

export function prepareChat(
  account: CozeAccount,
  upstream: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const target = readTarget(upstream.id);
  if (!target) return fail(upstreamError("target_not_found", "no agent of Coze is named"));
  const question = questionOf(input);
  if (!question.ok) return question;
  const files = filesOf(input);
  if (!files.ok) return files;
  const body: Result<[path: string, body: Json], UpstreamError> =
    target.kind === "workflow"
      ? workflowBody(target.id, question.value, files.value, input)
      : ok(
          target.kind === "bot"
            ? botBody(target.id, files.value, input)
            : chatflowBody(target.id, files.value, input),
        );
  if (!body.ok) return body;
  const [path, fields] = body.value;
  const request: UpstreamRequest = {
    method: "POST",
    url: joinUrl(account.settings.baseUrl, path),
    headers: { ...headersOf(account, "text/event-stream"), "content-type": "application/json" },
    body: JSON.stringify(fields),
    framing: "sse",
  };
  return ok({ request, warnings: ignoredSettings(input, "Coze") });
}

/** The conversation stands in the address here, in the body for a chatflow. */
function botBody(bot_id: string, files: Json[], input: ChatInput): [string, Json] {
  const id = input.upstreamConversation;
  const path = id === undefined ? "/v3/chat" : `/v3/chat?conversation_id=${encodeURIComponent(id)}`;
  const variables = Object.entries(input.inputs ?? {}).map(([name, value]) => [
    name,
    String(value),
  ]);
  return [
    path,
    {
      bot_id,
      user_id: input.endUser,
      stream: true,
      auto_save_history: true,
      additional_messages: messagesOf(input, files),
      ...(variables.length > 0 ? { custom_variables: Object.fromEntries(variables) } : {}),
    },
  ];
}

function chatflowBody(workflow_id: string, files: Json[], input: ChatInput): [string, Json] {
  const { upstreamConversation: id, inputs = {} } = input;
  return [
    "/v1/workflows/chat",
    {
      workflow_id,
      additional_messages: messagesOf(input, files),
      parameters: inputs,
      ...(id === undefined ? {} : { conversation_id: id }),
      ext: { user_id: input.endUser },
    },
  ];
}

/** A workflow that has asked something is answered; any other begins, with the form's values. */
function workflowBody(
  workflow_id: string,
  question: string,
  files: Json[],
  input: ChatInput,
): Result<[string, Json], UpstreamError> {
  const waiting = readInterruption(input.upstreamConversation);
  if (waiting) {
    const { event: event_id, type: interrupt_type } = waiting;
    const body = { workflow_id, event_id, interrupt_type, resume_data: question };
    return ok(["/v1/workflow/stream_resume", body]);
  }
  const values = parametersOf(input);
  // Those of the form are among the message's files too.
  if (files.length > filesIn(input.inputs ?? {}).length) {
    return fail(upstreamError("rejected", "A workflow takes files only in its input form."));
  }
  return ok([
    "/v1/workflow/stream_run",
    { workflow_id, parameters: values ?? { input: question } },
  ]);
}

/** Files stand in parameters as texts: an address, or JSON with the uploaded file's id. */
function parametersOf({ inputs, uploads = {} }: ChatInput): Json | null {
  if (!inputs) return null;
  const told = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(told);
    if (!isFile(value)) return value;
    const file_id = uploads[value.url];
    return file_id === undefined ? value.url : JSON.stringify({ file_id });
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, told(value)]));
}

/** What is new in a conversation that Coze keeps; all of it in one that it does not know. */
function messagesOf(input: ChatInput, files: Json[]): Json[] {
  const { messages, upstreamConversation } = input;
  const answered = messages.findLastIndex(({ role }) => role === "assistant");
  const sent = upstreamConversation === undefined ? messages : messages.slice(answered + 1);
  const said = sent.flatMap(messageOf);
  if (files.length > 0) {
    const last = said.at(-1);
    const text = last?.role === "user" ? [{ type: "text", text: last.content }] : [];
    const content = JSON.stringify([...text, ...files]);
    if (text.length > 0) said.pop();
    said.push({ role: "user", type: "question", content_type: "object_string", content });
  }
  return said.slice(-MESSAGES_MAX);
}

/** There are no system messages: instructions come as the person's. */
function messageOf({ role, content }: ChatMessage): Json[] {
  const text = textOfParts(content);
  if (text.trim() === "") return [];
  const shared = { content_type: "text" };
  if (role === "assistant") return [{ role, type: "answer", content: text, ...shared }];
  const told = role === "system" ? `[Instructions]\n${text}` : text;
  return [{ role: "user", type: "question", content: told, ...shared }];
}

/** As uploaded, or as an address that Coze can reach. */
function filesOf(input: ChatInput): Result<Json[], UpstreamError> {
  const files: Json[] = [];
  for (const part of newFiles(input)) {
    const file = fileOf(part, input.uploads ?? {});
    if (!file) {
      const detail = "This agent takes pictures and files, uploaded or as https addresses.";
      return fail(upstreamError("rejected", detail));
    }
    files.push(file);
  }
  return ok(files);
}

function fileOf(part: FilePart, uploads: Readonly<Record<string, string>>): Json | null {
  if (part.type === "audio") return null;
  const file_id = uploads[part.url];
  if (file_id !== undefined) return { type: part.type, file_id };
  return part.url.startsWith("https://") ? { type: part.type, file_url: part.url } : null;
}
