/** Makes a connector from the declaration of a platform that speaks OpenAI's chat protocol. */
import * as z from "zod";
import type { Guide, GuideField } from "../../../contract/guide.ts";
import type { LocalText } from "../../../contract/values.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../../core/run.ts";
import type {
  Account,
  Connector,
  UpstreamAnswer,
  UpstreamRequest,
  UpstreamTarget,
} from "../../connector.ts";
import {
  apiKeyField,
  baseUrlField,
  baseUrlSchema,
  keySchema,
  optionalText,
  USUAL_BASE_URL,
} from "../guide.ts";
import { upstreamError } from "../http-errors.ts";
import { joinUrl } from "../urls.ts";
import { type DecoderHabits, OpenAiDecoder, PLAIN_HABITS } from "./decoder.ts";
import { explainAnswer } from "./errors.ts";
import { readModels } from "./models.ts";
import { asksForStream, type BodyHabits, bodyWarnings, chatBody } from "./request.ts";
import { type Capabilities, tasksOf } from "./tasks.ts";

/** What differs between look-alikes; everything else is shared. */
export interface Preset {
  id: string;
  label: LocalText;
  /** Null: the admin must type one. */
  baseUrl: string | null;
  baseUrlHelp?: LocalText;
  baseUrlPlaceholder?: string;
  /** Makes the base of what admins paste, where that is more than an endpoint too much. */
  tidyUrl?: (url: string) => string;
  key: {
    placeholder: string;
    help: LocalText;
    /** False where an upstream without a key is usual. */
    required?: boolean;
    pattern?: NonNullable<GuideField["pattern"]>;
    /** The header that carries it as it is, in place of a bearer. */
    header?: string;
  };
  /** Settings beside the base URL. */
  extras?: readonly Extra[];
  /** The one of them that is asked where nothing else is named. */
  targetSetting?: string;
  steps: Guide["steps"];
  body: BodyHabits;
  answers?: Partial<DecoderHabits>;
  /** What it does beside chat. */
  capabilities?: Capabilities;
  /** Headers beside the usual ones. */
  headers?: Record<string, string>;
  /** What is asked elsewhere, or otherwise: the first that fits. */
  detours?: readonly Detour[];
  /** What `GET` proves the key, where the list of models is public. */
  probePath?: string;
  /** False where what is listed is not what can be called. */
  lists?: boolean;
  /** On a 429, the header that says how many seconds to wait, in place of `retry-after`. */
  waitHeader?: string;
  /** Says a failure in words that an admin can act on, where the common ones do not do. */
  advice?: Connector["advise"];
}

/** A setting that may stay empty. */
export interface Extra {
  name: string;
  label: LocalText;
  help: LocalText;
  placeholder: string;
  pattern?: NonNullable<GuideField["pattern"]>;
  /** The header that carries it. */
  header?: string;
}

export interface Detour {
  /** Targets that take it. */
  target?: RegExp;
  /** The setting that must be filled in. */
  setting?: string;
  /** In place of `/chat/completions`; `{target}` and `{<setting>}` are put in. */
  path: string;
  /** In place of the preset's. */
  limitField?: BodyHabits["limitField"];
}

type OpenAiSettings = { baseUrl: string } & Record<string, string | undefined>;
interface OpenAiSecret {
  apiKey?: string | undefined;
}
type OpenAiAccount = Account<OpenAiSettings, OpenAiSecret>;

const LIMITS = { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 };

export function declareOpenAiLike(preset: Preset): Connector<OpenAiSettings, OpenAiSecret> {
  const habits: DecoderHabits = { ...PLAIN_HABITS, ...preset.answers };
  const key = keySchema(preset.key.pattern);
  const get = (account: OpenAiAccount, path: string): UpstreamRequest => ({
    method: "GET",
    url: joinUrl(account.settings.baseUrl, path),
    headers: headersOf(preset, account, "application/json"),
    framing: "json",
  });
  const list = {
    prepare: (account: OpenAiAccount) => get(account, "/models"),
    read: (answer: UpstreamAnswer) => readModels(answer, habits.codes),
  };
  return {
    id: preset.id,
    label: preset.label,
    family: "models",
    guide: { steps: preset.steps, fields: fieldsOf(preset) },
    settings: settingsOf(preset),
    secret: z.strictObject({ apiKey: preset.key.required === false ? key.optional() : key }),
    limits: LIMITS,
    disconnect: "cancel",
    address: (settings) => settings.baseUrl,
    probe: {
      prepare: (account) => get(account, preset.probePath ?? "/models"),
      read: (answer) => (preset.probePath ? ok({ account: null }) : listed(list.read(answer))),
    },
    ...(preset.lists === false ? {} : { offers: list }),
    ...(preset.targetSetting ? { agentSetting: preset.targetSetting } : {}),
    chat: {
      wire: "openai-chat",
      prepare: (account, target, input) => prepareChat(preset, account, target, input),
      decoder: () => new OpenAiDecoder(habits),
    },
    ...tasksOf(preset.capabilities ?? {}, {
      codes: habits.codes,
      url: ({ settings }: OpenAiAccount, model, path) =>
        joinUrl(settings.baseUrl, pathOf(detourOf(preset, settings, model), settings, model, path)),
      headers: (account, accept) => headersOf(preset, account, accept),
    }),
    explain: (answer) => ({
      ...explainAnswer(answer, habits.codes),
      ...waitOf(preset.waitHeader, answer),
    }),
    ...(preset.advice ? { advise: preset.advice } : {}),
  };
}

function fieldsOf(preset: Preset): GuideField[] {
  const baseUrl = baseUrlField(preset.baseUrlHelp ?? USUAL_BASE_URL, preset.baseUrl ?? undefined);
  const placeholder = preset.baseUrlPlaceholder;
  const extras = (preset.extras ?? []).map(
    ({ header: _header, ...extra }): GuideField => ({
      ...extra,
      in: "settings",
      kind: "text",
      required: false,
    }),
  );
  return [
    placeholder === undefined ? baseUrl : { ...baseUrl, placeholder },
    apiKeyField(preset.key),
    ...extras,
  ];
}

function settingsOf({ baseUrl, tidyUrl, extras = [] }: Preset): z.ZodType<OpenAiSettings> {
  const url = baseUrlSchema(baseUrl ?? undefined);
  const more = extras.map(({ name, pattern }) => [name, optionalText(pattern)] as const);
  return z.strictObject({
    baseUrl: tidyUrl ? url.transform(tidyUrl) : url,
    ...Object.fromEntries(more),
  }) as z.ZodType<OpenAiSettings>;
}

function listed(models: Result<unknown, UpstreamError>): Result<{ account: null }, UpstreamError> {
  return models.ok ? ok({ account: null }) : models;
}

function waitOf(name: string | undefined, answer: UpstreamAnswer): { retryAfterMs?: number } {
  const seconds = Number.parseFloat((name && answer.headers[name]) || "");
  return answer.status === 429 && seconds >= 0 ? { retryAfterMs: Math.ceil(seconds * 1000) } : {};
}

function prepareChat(
  preset: Preset,
  account: OpenAiAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const id = target.id ?? account.settings[preset.targetSetting ?? ""] ?? null;
  if (id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const named = { ...target, id };
  const detour = detourOf(preset, account.settings, id);
  const habits = {
    ...preset.body,
    ...(detour?.limitField ? { limitField: detour.limitField } : {}),
  };
  const path = pathOf(detour, account.settings, id, CHAT_PATH);
  const stream = asksForStream(input, named, habits);
  const accept = stream ? "text/event-stream" : "application/json";
  return ok({
    request: {
      method: "POST",
      url: joinUrl(account.settings.baseUrl, path),
      headers: { ...headersOf(preset, account, accept), "content-type": "application/json" },
      body: JSON.stringify(chatBody(input, named, habits)),
      framing: stream ? "sse" : "json",
    },
    warnings: bodyWarnings(input, named, habits, preset.label.en),
  });
}

const CHAT_PATH = "/chat/completions";

function detourOf(preset: Preset, settings: OpenAiSettings, id: string): Detour | undefined {
  return preset.detours?.find(
    ({ target, setting }) =>
      (target?.test(id) ?? true) && (setting === undefined || settings[setting] !== undefined),
  );
}

/** Of any endpoint: a detour of the chat is one of all that the target does. */
function pathOf(
  detour: Detour | undefined,
  settings: OpenAiSettings,
  target: string,
  endpoint: string,
): string {
  if (!detour) return endpoint;
  return filled(detour.path.replace(CHAT_PATH, endpoint), { ...settings, target });
}

function filled(path: string, values: Record<string, string | undefined>): string {
  return path.replace(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(values[name] ?? ""));
}

function headersOf(
  preset: Preset,
  { settings, secret }: OpenAiAccount,
  accept: string,
): Record<string, string> {
  const headers: Record<string, string> = { accept, ...preset.headers };
  for (const { name, header } of preset.extras ?? []) {
    const value = settings[name];
    if (header !== undefined && value !== undefined) headers[header] = value;
  }
  const { header = settings.keyHeader } = preset.key;
  if (secret.apiKey === undefined) return headers;
  return header === undefined
    ? { ...headers, authorization: `Bearer ${secret.apiKey}` }
    : { ...headers, [header.toLowerCase()]: secret.apiKey };
}
