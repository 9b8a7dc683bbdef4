/**
 * RAGFlow: chat assistants (`chat:<id>`) and agents (`agent:<id>`), all that a key's owner has. The
 * paths are the old ones, which new servers keep. A chat's session is made before its first
 * message: until 0.25 a question without one is not answered. An agent makes its own.
 */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { bearerRequest } from "../kit/bearer.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import { joinUrl } from "../kit/urls.ts";
import { RagFlowDecoder } from "./decoder.ts";
import { advise, explain, readEnvelope } from "./errors.ts";
import { CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";
import { listPath, offersOf, readRows, walkLists } from "./lists.ts";

interface RagFlowSettings {
  baseUrl: string;
}
interface RagFlowSecret {
  apiKey: string;
}
type RagFlowAccount = Account<RagFlowSettings, RagFlowSecret>;

export const ragflow: Connector<RagFlowSettings, RagFlowSecret> = {
  id: "ragflow",
  label: say("RAGFlow", "RAGFlow"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform(
      (url) => `${url.replace(/(\/api)?(\/v1)?$/, "")}/api/v1`,
    ),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  // There is no ping, and retrieval takes its time.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // It stops when the reader leaves, and mostly reports no usage to wait for.
  disconnect: "cancel",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => call(account, listPath("chats", 1, 1)),
    read: (answer) => {
      const rows = readRows(answer);
      return rows.ok ? ok({ account: null }) : rows;
    },
  },
  offers: {
    prepare: (account) => call(account, listPath("chats", 1)),
    read: (answer) => {
      const rows = readRows(answer);
      return rows.ok ? ok(offersOf("chats", rows.value)) : rows;
    },
    walk: (account, answer) => walkLists(answer, (path) => call(account, path)),
  },
  chat: {
    // Agents are given addresses of the platform's own alone.
    needsInline: () => true,
    upload: {
      taken: (target) => kindOf(target.id).kind === "agents",
      prepare: ({ settings, secret }, { file }) =>
        bearerRequest(secret.apiKey, joinUrl(settings.baseUrl, "/documents/upload"), {
          form: [{ name: "file", value: file }],
        }),
      // A message repeats all that was told of the file.
      read: (answer) => {
        const data = readEnvelope(answer);
        if (!data.ok) return data;
        const file = Array.isArray(data.value) ? asObject(data.value[0]) : asObject(data.value);
        return file && asText(file.id) !== null
          ? ok(JSON.stringify(file))
          : fail(upstreamError("protocol_violation", "the uploaded file has no id"));
      },
    },
    begin: {
      needed: ({ id }) => kindOf(id).kind === "chats",
      prepare: (account, { target, input }) =>
        call(account, `/chats/${kindOf(target.id).id}/sessions`, {
          name: "Portico",
          user_id: input.endUser,
        }),
      read: (answer) => {
        const data = readEnvelope(answer);
        if (!data.ok) return data;
        const id = asText(asObject(data.value)?.id);
        return id === null
          ? fail(upstreamError("protocol_violation", "the new session has no id"))
          : ok(id);
      },
    },
    prepare: prepareChat,
    decoder: () => new RagFlowDecoder(),
  },
  explain,
  advise,
};

function call(
  { settings, secret }: RagFlowAccount,
  path: string,
  body?: Json,
  framing: "json" | "sse" = "json",
): UpstreamRequest {
  const sent = body ? { body, framing } : {};
  return bearerRequest(secret.apiKey, joinUrl(settings.baseUrl, path), sent);
}

/** A bare id is a chat assistant's. */
function kindOf(target: string | null): { kind: "chats" | "agents"; id: string } {
  const [, kind, id] = /^(chat|agent):(.*)$/.exec(target ?? "") ?? [];
  return {
    kind: kind === "agent" ? "agents" : "chats",
    id: encodeURIComponent(id ?? target ?? ""),
  };
}

function prepareChat(
  account: RagFlowAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const { kind, id } = kindOf(target.id);
  if (id === "") return fail(upstreamError("target_not_found", "no chat or agent is named"));
  const question = questionOf(input);
  if (!question.ok) return question;
  const warnings = ignoredSettings(input, "RAGFlow");
  const files = filesOf(input);
  if (!files || (kind === "chats" && files.length > 0)) {
    return fail(upstreamError("rejected", "This agent takes no such files."));
  }
  if (kind === "chats" && input.inputs) warnings.push("A chat assistant of RAGFlow has no form.");
  // Of an agent's new conversation the id is its own to make.
  const session =
    input.upstreamConversation ?? (kind === "chats" ? input.newConversation : undefined);
  const body = {
    question: question.value,
    // Old servers stream where nothing is said, new ones do not.
    stream: true,
    ...(session === undefined ? {} : { session_id: session }),
    user_id: input.endUser,
    ...(kind === "agents" && input.inputs ? { inputs: formOf(input.inputs) } : {}),
    ...(files.length > 0 ? { files } : {}),
  };
  return ok({ request: call(account, `/${kind}/${id}/completions`, body, "sse"), warnings });
}

/** Null where one of the files was not uploaded. */
function filesOf(input: ChatInput): Json[] | null {
  const files: Json[] = [];
  for (const part of newFiles(input)) {
    const told = part.type === "audio" ? undefined : input.uploads?.[part.url];
    const file = told === undefined ? null : asObject(parseJson(told));
    if (!file) return null;
    files.push(file);
  }
  return files;
}

/** Values of a form name their kind there. */
function formOf(inputs: Json): Json {
  const field = (value: unknown): Json => ({
    type: typeof value === "number" ? "integer" : typeof value === "boolean" ? "boolean" : "line",
    value,
  });
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, field(value)]));
}
