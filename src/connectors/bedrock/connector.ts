/** Amazon Bedrock by Converse, which speaks alike for all its chat models. https://docs.aws.amazon.com/bedrock */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { joinUrl, tidyBaseUrl } from "../kit/urls.ts";
import { BedrockDecoder } from "./decoder.ts";
import { explain } from "./errors.ts";
import {
  ACCESS_KEY_PATTERN,
  API_KEY_PATTERN,
  advise,
  DEFAULT_REGION,
  guide,
  REGION_PATTERN,
} from "./guide.ts";
import { readModels, withProfiles } from "./models.ts";
import { converseBody } from "./request.ts";
import { signatureHeaders } from "./sigv4.ts";

interface BedrockSettings {
  region: string;
  /** Null: the region's own. */
  baseUrl: string | null;
}
interface BedrockSecret {
  apiKey?: string | undefined;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  sessionToken?: string | undefined;
}
type BedrockAccount = Account<BedrockSettings, BedrockSecret>;

export const bedrock: Connector<BedrockSettings, BedrockSecret> = {
  id: "bedrock",
  label: say("Amazon Bedrock", "Amazon Bedrock"),
  family: "models",
  guide,
  settings: z.strictObject({ region: regionSchema(), baseUrl: baseUrlSchema() }),
  secret: secretSchema(),
  // A model that thinks may be silent meanwhile.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  disconnect: "cancel",
  address: (settings) => runtimeUrl(settings),
  probe: {
    prepare: (account) => get(account, "/foundation-models"),
    read: (answer) => {
      const models = readModels(answer);
      return models.ok ? ok({ account: null }) : models;
    },
  },
  offers: {
    prepare: (account) => get(account, "/foundation-models"),
    read: readModels,
    refine: {
      prepare: (account) => get(account, "/inference-profiles?maxResults=1000"),
      read: withProfiles,
    },
  },
  chat: { needsInline: () => true, prepare: prepareChat, decoder: () => new BedrockDecoder() },
  explain,
  advise,
};

function regionSchema(): z.ZodType<string> {
  const shape = new RegExp(REGION_PATTERN.source);
  return z
    .string()
    .transform((text) => text.trim().toLowerCase() || DEFAULT_REGION)
    .refine((region) => shape.test(region), REGION_PATTERN.message.en)
    .default(DEFAULT_REGION);
}

function baseUrlSchema(): z.ZodType<string | null> {
  return z
    .string()
    .transform((text) => tidyBaseUrl(text) || null)
    .refine(
      (url) => url === null || (URL.canParse(url) && /^https?:/.test(url)),
      "a full URL: https://…",
    )
    .default(null);
}

/** One of the two ways; an empty field of the form is none. */
function secretSchema(): z.ZodType<BedrockSecret> {
  const optional = (key: z.ZodType<string>) =>
    z.preprocess((value) => (value === "" ? undefined : value), key.optional());
  return z
    .strictObject({
      apiKey: optional(keySchema(API_KEY_PATTERN)),
      accessKeyId: optional(keySchema(ACCESS_KEY_PATTERN)),
      secretAccessKey: optional(keySchema()),
      sessionToken: optional(keySchema()),
    })
    .superRefine((secret, context) => {
      const missing = missingIn(secret);
      if (missing) {
        context.addIssue({ code: "custom", path: [missing.field], message: missing.message });
      }
    });
}

function missingIn(secret: BedrockSecret): { field: keyof BedrockSecret; message: string } | null {
  const { apiKey, accessKeyId, secretAccessKey, sessionToken } = secret;
  if (apiKey !== undefined) return null;
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    return { field: "apiKey", message: "an API key, or an access key ID with its secret" };
  }
  if (accessKeyId === undefined) return { field: "accessKeyId", message: "the secret's own id" };
  if (secretAccessKey === undefined) {
    return { field: "secretAccessKey", message: "the secret of this access key ID" };
  }
  return accessKeyId.startsWith("ASIA") && sessionToken === undefined
    ? { field: "sessionToken", message: "a temporary key (ASIA…) needs its session token" }
    : null;
}

/** China and the European sovereign cloud have domains of their own. */
function domainOf(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  return region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}

function runtimeUrl({ region, baseUrl }: BedrockSettings): string {
  return baseUrl ?? `https://bedrock-runtime.${region}.${domainOf(region)}`;
}

/** Lists are asked of another host; a proxy serves both. */
function controlUrl(settings: BedrockSettings): string {
  return runtimeUrl(settings).replace(/^(https?:\/\/bedrock)-runtime(?=[.-])/, "$1");
}

/** A key of the API stands in a header; with a pair each request is signed as it leaves. */
function authorised(account: BedrockAccount, request: UpstreamRequest): UpstreamRequest {
  const { apiKey, accessKeyId = "", secretAccessKey = "", sessionToken } = account.secret;
  if (apiKey !== undefined) {
    return { ...request, headers: { ...request.headers, authorization: `Bearer ${apiKey}` } };
  }
  const key = { accessKeyId, secretAccessKey, sessionToken };
  const { region } = account.settings;
  return {
    ...request,
    sign: (made) => signatureHeaders(made, key, { region, service: "bedrock", at: new Date() }),
  };
}

function get(account: BedrockAccount, path: string): UpstreamRequest {
  return authorised(account, {
    method: "GET",
    url: joinUrl(controlUrl(account.settings), path),
    headers: { accept: "application/json" },
    framing: "json",
  });
}

function prepareChat(
  account: BedrockAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const made = converseBody(input, target);
  if (!made.ok) return made;
  const operation = input.stream ? "converse-stream" : "converse";
  const path = `/model/${encodeURIComponent(target.id)}/${operation}`;
  const request = authorised(account, {
    method: "POST",
    url: joinUrl(runtimeUrl(account.settings), path),
    headers: {
      accept: input.stream ? "application/vnd.amazon.eventstream" : "application/json",
      "content-type": "application/json",
    },
    body: JSON.stringify(made.value.body),
    framing: input.stream ? "eventstream" : "json",
  });
  return ok({ request, warnings: made.value.warnings });
}
