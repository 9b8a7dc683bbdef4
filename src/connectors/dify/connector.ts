/**
 * Dify: chatbots, agents, chatflows, workflows and text generation. One key is one app.
 * https://docs.dify.ai
 */
import * as z from "zod";
import type { Offer } from "../../contract/guide.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamAnswer, UpstreamRequest } from "../connector.ts";
import { bearerRequest } from "../kit/bearer.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { ignoredSettings, questionOf } from "../kit/question.ts";
import { joinUrl, withVersion } from "../kit/urls.ts";
import { DifyDecoder } from "./decoder.ts";
import { errorInPayload, explain } from "./errors.ts";
import { advise, CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";
import { fieldsOf, inputsOf, RUN_PATHS, runBody, runPathOf, stopPathOf } from "./workflow.ts";

interface DifySettings {
  baseUrl: string;
}
interface DifySecret {
  apiKey: string;
}
type DifyAccount = Account<DifySettings, DifySecret>;

/** Old servers do not tell the mode at all: then it is an app that holds a conversation. */
const MODES = new Set(["chat", "agent-chat", "advanced-chat", "agent", ...Object.keys(RUN_PATHS)]);

export const dify: Connector<DifySettings, DifySecret> = {
  id: "dify",
  label: say("Dify", "Dify"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform((url) => withVersion(url)),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  // A ping comes every ten seconds: a minute of silence is a dead connection.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 60_000, responseBytesMax: 64 * 1024 * 1024 },
  // The app works on when the reader leaves, bills it, and tells the usage only at the end.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => ask(account, "/info"),
    read: (answer) => {
      const info = readInfo(answer);
      return info.ok ? ok({ account: asText(info.value.name) }) : info;
    },
  },
  offers: {
    prepare: (account) => ask(account, "/info"),
    read: (answer) => {
      const info = readInfo(answer);
      return info.ok ? ok([offerOf(info.value)]) : info;
    },
    refine: {
      prepare: (account) => ask(account, "/parameters"),
      read: (answer, offers) => withParameters(offers, asObject(parseJson(answer.body))),
    },
  },
  chat: {
    upload: {
      prepare: (account, { file, endUser }) =>
        ask(account, "/files/upload", {
          // A file belongs to the person who will ask about it.
          form: [
            { name: "file", value: file },
            { name: "user", value: endUser },
          ],
        }),
      read: (answer) => {
        const id = asText(asObject(parseJson(answer.body))?.id);
        return id === null
          ? fail(upstreamError("protocol_violation", "the uploaded file has no id"))
          : ok(id);
      },
    },
    prepare: (account, target, input) => {
      const path = runPathOf(target.id);
      return path === null ? prepareChat(account, input) : prepareRun(account, path, input);
    },
    decoder: () => new DifyDecoder(),
    stop: {
      prepare: (account, { work, target, input }) =>
        ask(account, stopPathOf(target.id, work), { body: { user: input.endUser } }),
    },
  },
  explain,
  advise,
};

function ask(
  { settings, secret }: DifyAccount,
  path: string,
  sent?: Parameters<typeof bearerRequest>[2],
): UpstreamRequest {
  return bearerRequest(secret.apiKey, joinUrl(settings.baseUrl, path), sent);
}

function prepareChat(
  account: DifyAccount,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const query = questionOf(input);
  if (!query.ok) return query;
  const form = inputsOf(input);
  if (!form.ok) return form;
  const { inputs, files } = form.value;
  const body = {
    query: query.value,
    inputs,
    user: input.endUser,
    // Left out it would mean `blocking`, which agent apps refuse and the cloud cuts off.
    response_mode: "streaming",
    ...(input.upstreamConversation === undefined
      ? {}
      : { conversation_id: input.upstreamConversation }),
    ...(files.length === 0 ? {} : { files }),
    auto_generate_name: false,
  };
  return ok({
    request: ask(account, "/chat-messages", { body, framing: "sse" }),
    warnings: ignoredSettings(input, "Dify"),
  });
}

function prepareRun(
  account: DifyAccount,
  path: string,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const body = runBody(input);
  if (!body.ok) return body;
  return ok({
    request: ask(account, path, { body: body.value, framing: "sse" }),
    warnings: ignoredSettings(input, "Dify"),
  });
}

function readInfo(answer: UpstreamAnswer): Result<Json, UpstreamError> {
  const info = asObject(parseJson(answer.body));
  if (!info || asText(info.name) === null) {
    const error = info && errorInPayload(info, null);
    return fail(error ?? upstreamError("protocol_violation", "the answer of /info names no app"));
  }
  const mode = asText(info.mode);
  if (mode === null || MODES.has(mode)) return ok(info);
  return fail(
    upstreamError("target_not_found", `"${info.name}" is an app of the kind ${mode}`, {
      upstreamCode: "unknown_app_kind",
    }),
  );
}

function offerOf(info: Json): Offer {
  const mode = asText(info.mode);
  return {
    kind: "agent",
    // The key is the app; beside it only how it is asked has to be known.
    id: runPathOf(mode) === null ? "app" : (mode ?? "app"),
    name: asText(info.name) ?? "Dify",
    description: asText(info.description) ?? "",
    icon: "",
    openingMessage: "",
    suggestedQuestions: [],
    modelKind: null,
  };
}

function withParameters(offers: Offer[], parameters: Json | null): Result<Offer[], UpstreamError> {
  if (!parameters) return fail(upstreamError("protocol_violation", "no parameters"));
  const openingMessage = asText(parameters.opening_statement) ?? "";
  const suggestedQuestions = asArray(parameters.suggested_questions).filter(
    (question) => typeof question === "string" && question !== "",
  ) as string[];
  const fields = fieldsOf(parameters);
  return ok(
    offers.map((offer) => {
      const mode = runPathOf(offer.id) === null ? "chat" : "run";
      const inputs =
        mode === "run" || fields.length > 0 ? { inputs: { mode, fields } as const } : {};
      return { ...offer, openingMessage, suggestedQuestions, ...inputs };
    }),
  );
}
