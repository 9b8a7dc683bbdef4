/** Makes a connector from the declaration of a platform that speaks OpenAI's chat protocol. */
import { z } from "zod";
import type { Guide, GuideField } from "../../../contract/guide.ts";
import type { LocalText } from "../../../contract/values.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../../connector.ts";
import { apiKeyField, baseUrlField, baseUrlSchema, keySchema, say } from "../guide.ts";
import { upstreamError } from "../http-errors.ts";
import { joinUrl } from "../urls.ts";
import { type DecoderHabits, OpenAiDecoder, PLAIN_HABITS } from "./decoder.ts";
import { explainAnswer } from "./errors.ts";
import { readModels } from "./models.ts";
import { type BodyHabits, chatBody } from "./request.ts";

/** What differs between look-alikes; everything else is shared. */
export interface Preset {
  id: string;
  label: LocalText;
  /** Null: the admin must type one. */
  baseUrl: string | null;
  baseUrlHelp?: LocalText;
  key: {
    placeholder: string;
    help: LocalText;
    /** False where an upstream without a key is usual. */
    required?: boolean;
    pattern?: NonNullable<GuideField["pattern"]>;
  };
  steps: Guide["steps"];
  body: BodyHabits;
  answers?: Partial<DecoderHabits>;
  /** Headers beside the usual ones. */
  headers?: Record<string, string>;
  /** What `GET` proves the key, where the list of models is public. */
  probePath?: string;
  /** Says a failure in words that an admin can act on, where the common ones do not do. */
  advice?: Connector["advise"];
}

interface OpenAiSettings {
  baseUrl: string;
}
interface OpenAiSecret {
  apiKey?: string | undefined;
}

const LIMITS = { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 };

export function declareOpenAiLike(preset: Preset): Connector<OpenAiSettings, OpenAiSecret> {
  const habits: DecoderHabits = { ...PLAIN_HABITS, ...preset.answers };
  const key = keySchema(preset.key.pattern);
  const defaultUrl = preset.baseUrl ?? undefined;
  const get = (account: Account<OpenAiSettings, OpenAiSecret>, path: string): UpstreamRequest => ({
    method: "GET",
    url: joinUrl(account.settings.baseUrl, path),
    headers: headersOf(preset, account.secret, "application/json"),
    framing: "json",
  });
  return {
    id: preset.id,
    label: preset.label,
    family: "models",
    guide: {
      steps: preset.steps,
      fields: [
        baseUrlField(preset.baseUrlHelp ?? USUAL_BASE_URL, defaultUrl),
        apiKeyField({ ...preset.key }),
      ],
    },
    settings: z.strictObject({ baseUrl: baseUrlSchema(defaultUrl) }),
    secret: z.strictObject({ apiKey: preset.key.required === false ? key.optional() : key }),
    limits: LIMITS,
    disconnect: "cancel",
    address: (settings) => settings.baseUrl,
    probe: {
      prepare: (account) => get(account, preset.probePath ?? "/models"),
      read: (answer) =>
        preset.probePath ? ok({ account: null }) : listed(readModels(answer, habits.codes)),
    },
    offers: {
      prepare: (account) => get(account, "/models"),
      read: (answer) => readModels(answer, habits.codes),
    },
    chat: {
      wire: "openai-chat",
      prepare: (account, target, input) => prepareChat(preset, account, target, input),
      decoder: () => new OpenAiDecoder(habits),
    },
    explain: (answer) => explainAnswer(answer, habits.codes),
    ...(preset.advice ? { advise: preset.advice } : {}),
  };
}

const USUAL_BASE_URL = say(
  "一般不用修改；使用代理或私有部署时填写它的地址。",
  "Usually left as it is; for a proxy or a private deployment its address.",
);

function listed(models: Result<unknown, UpstreamError>): Result<{ account: null }, UpstreamError> {
  return models.ok ? ok({ account: null }) : models;
}

function prepareChat(
  preset: Preset,
  account: Account<OpenAiSettings, OpenAiSecret>,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const accept = input.stream ? "text/event-stream" : "application/json";
  return ok({
    request: {
      method: "POST",
      url: joinUrl(account.settings.baseUrl, "/chat/completions"),
      headers: {
        ...headersOf(preset, account.secret, accept),
        "content-type": "application/json",
      },
      body: JSON.stringify(chatBody(input, target, preset.body)),
      framing: input.stream ? "sse" : "json",
    },
    warnings: [],
  });
}

function headersOf(preset: Preset, secret: OpenAiSecret, accept: string): Record<string, string> {
  return {
    accept,
    ...preset.headers,
    ...(secret.apiKey === undefined ? {} : { authorization: `Bearer ${secret.apiKey}` }),
  };
}
