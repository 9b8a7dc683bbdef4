/** The portal's own API: what a signed-in user of a site sees and does. */
import * as z from "zod";
import { KEY_SCOPES, keptPriceSchema, limitsSchema } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { inputFormSchema } from "./input-form.ts";
import { keyListFields, keyScopeFields } from "./scopes.ts";
import { secret } from "./secret.ts";
import { usageRecordSchema } from "./usage.ts";
import { pageQuerySchema } from "./values.ts";
import {
  entryQuerySchema,
  statementQuerySchema,
  walletEntryPageSchema,
  walletSchema,
} from "./wallet.ts";

/** How a use is priced, in credits, as the portal shows it before sending. */
export const shownPriceSchema = z.union([
  z.object({ kind: z.literal("free") }),
  z.object({ kind: z.literal("perMessage"), credits: z.string() }),
  z.object({
    kind: z.literal("byTokens"),
    inputPerMillion: z.string(),
    outputPerMillion: z.string(),
    /** Absent where it is nothing. */
    perRequest: z.string().optional(),
    /** Of the cheapest and of the dearest size and quality. */
    perImage: z.object({ from: z.string(), to: z.string() }).optional(),
  }),
]);
export type ShownPrice = z.infer<typeof shownPriceSchema>;

/** What a version of a price was, to explain a charge. */
export const explainedPriceSchema = z.object({
  target: z.string(),
  version: z.number().int(),
  price: keptPriceSchema,
  /** Since when it was the price. */
  at: z.string(),
});
export type ExplainedPrice = z.infer<typeof explainedPriceSchema>;

/** An agent, or a chat model offered bare. `target` is what `send` takes. */
export const portalAgentSchema = z.object({
  /** `agent/<slug>`, or the public model name. */
  target: z.string(),
  kind: z.enum(["agent", "model"]),
  name: z.string(),
  group: z.string(),
  description: z.string(),
  icon: z.string(),
  openingMessage: z.string(),
  suggestedQuestions: z.array(z.string()),
  vision: z.boolean(),
  files: z.boolean(),
  /** Of an agent that asks for a form. */
  inputs: inputFormSchema.optional(),
  price: shownPriceSchema,
});
export type PortalAgent = z.infer<typeof portalAgentSchema>;

export const conversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Target of the last message. */
  target: z.string(),
  pinned: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Set while an answer is being written. */
  runningRunId: z.string().nullable(),
});
export type Conversation = z.infer<typeof conversationSchema>;

export const imagePartSchema = z.strictObject({
  type: z.literal("image"),
  /** `data:image/…;base64,…`, at most 10 MB. */
  url: z
    .string()
    .max(14_000_000)
    .regex(/^data:image\/(png|jpeg|webp|gif);base64,/, "a PNG, JPEG, WebP or GIF data: address"),
});

export const citationSchema = z.object({
  index: z.number().int(),
  title: z.string(),
  url: z.string().nullable(),
  snippet: z.string().nullable(),
});

export const messageSchema = z.object({
  id: z.string(),
  /** Messages form a tree; null for the first. */
  parentId: z.string().nullable(),
  role: z.enum(["user", "assistant"]),
  text: z.string(),
  images: z.array(z.string()),
  reasoning: z.string(),
  citations: z.array(citationSchema),
  suggestions: z.array(z.string()),
  status: z.enum(["running", "done", "stopped", "failed"]),
  error: z
    .object({ code: z.string(), message: z.string(), link: z.string().optional() })
    .nullable(),
  target: z.string(),
  createdAt: z.string(),
  runId: z.string().nullable(),
  requestId: z.string().nullable(),
  /** Known once the answer has been settled. */
  credits: z.string().nullable(),
  outputTokens: z.number().int().nullable(),
  /** Milliseconds from sending to the first token, and to the end. */
  firstTokenMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  feedback: z.enum(["up", "down"]).nullable(),
});
export type Message = z.infer<typeof messageSchema>;

/**
 * Events of a run, sent as server-sent events: `id:` is the sequence number from which a reader
 * can resume, `data:` one of these. The last one is `end`.
 */
export type PortalRunEvent =
  | { type: "start"; conversation: Conversation; user: Message | null; assistant: Message }
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "replace"; text: string }
  | { type: "status"; label: string }
  | { type: "citation"; citation: z.infer<typeof citationSchema> }
  | { type: "suggestion"; text: string }
  /** The finished message as stored; nothing follows. */
  | { type: "end"; message: Message; conversation: Conversation };

export const sendSchema = z.strictObject({
  /** Absent: a new conversation. */
  conversationId: z.string().max(64).optional(),
  target: z.string().min(1).max(300),
  /** The message this one answers; null or absent: start of the conversation. */
  parentId: z.string().max(64).nullable().default(null),
  text: z.string().max(200_000),
  images: z.array(imagePartSchema).max(8).default([]),
  /** Chosen by the client: sending twice starts one run. */
  clientId: z.string().min(8).max(64),
});

export const regenerateSchema = z.strictObject({
  /** The user message to answer anew. */
  messageId: z.string().max(64),
  target: z.string().min(1).max(300),
  clientId: z.string().min(8).max(64),
});

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters, to recognise it by. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  limits: limitsSchema,
  ...keyScopeFields,
  /** The app that acts by it; absent: a key that its user has. */
  appId: z.string().optional(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

const keyAbilities = z.array(z.enum(KEY_SCOPES)).min(1).max(KEY_SCOPES.length);

export const createKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** `gateway` uses models and reads the wallet; `wallet` alone only reads. */
  scopes: keyAbilities.default(["gateway"]),
  limits: limitsSchema.default({}),
  ...keyScopeFields,
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

/** What is absent is left alone. */
export const keyPatchSchema = z
  .strictObject({
    name: createKeySchema.shape.name,
    scopes: keyAbilities,
    limits: limitsSchema,
    ...keyListFields,
    expiresAt: z.iso.datetime({ offset: true }).nullable(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, { error: "nothing to change" });
export type KeyPatch = z.infer<typeof keyPatchSchema>;

/** Of a usage record what concerns its user: not where it was sent, nor what that costs the site. */
export const ownRequestSchema = usageRecordSchema.pick({
  request_id: true,
  at: true,
  surface: true,
  status: true,
  error: true,
  model: true,
  tokens: true,
  usage_source: true,
  finish: true,
  timings: true,
});
export type OwnRequest = z.infer<typeof ownRequestSchema>;

const conversationPage = z.object({
  data: z.array(conversationSchema),
  has_more: z.boolean(),
  next: z.string().nullable(),
});

export const portalEndpoints = {
  "GET /api/portal/agents": {
    auth: "user",
    guests: true,
    summary: "The agents and models this user may use, in gallery order.",
    response: z.object({ data: z.array(portalAgentSchema) }),
  },
  "GET /api/portal/wallet": {
    auth: "user",
    summary: "Balance and live grants.",
    response: walletSchema,
  },
  "GET /api/portal/wallet/entries": {
    auth: "user",
    summary: "The statement, newest first.",
    query: entryQuerySchema,
    response: walletEntryPageSchema,
  },
  "GET /api/portal/wallet/statement.csv": {
    auth: "user",
    summary: "The statement as a file.",
    query: statementQuerySchema,
    raw: "text/csv",
  },
  "GET /api/portal/requests/{id}": {
    auth: "user",
    summary: "What one's own request used, by the request id of a line of the statement.",
    response: ownRequestSchema,
  },
  "GET /api/portal/prices/{target}/{version}": {
    auth: "user",
    summary: "The price behind a line of the statement, by the line's model and price version.",
    response: explainedPriceSchema,
  },
  "GET /api/portal/conversations": {
    auth: "user",
    guests: true,
    summary: "Conversations, pinned first, then newest first; `search` looks in titles and texts.",
    query: pageQuerySchema.extend({ search: z.string().max(200).optional() }),
    response: conversationPage,
  },
  "GET /api/portal/conversations/{id}": {
    auth: "user",
    guests: true,
    summary: "A conversation with all its messages (the whole tree).",
    response: z.object({ conversation: conversationSchema, messages: z.array(messageSchema) }),
  },
  "PATCH /api/portal/conversations/{id}": {
    auth: "user",
    guests: true,
    summary: "Rename or pin.",
    body: z.strictObject({
      title: z.string().trim().min(1).max(200).optional(),
      pinned: z.boolean().optional(),
    }),
    response: conversationSchema,
  },
  "DELETE /api/portal/conversations/{id}": {
    auth: "user",
    guests: true,
    summary: "Delete; can be restored for one day.",
  },
  "POST /api/portal/conversations/{id}/restore": {
    auth: "user",
    guests: true,
    summary: "Undo a deletion.",
    response: conversationSchema,
  },
  "POST /api/portal/runs": {
    auth: "user",
    guests: true,
    summary: "Send a message; answers with the events of the run (server-sent events).",
    body: sendSchema,
    raw: true,
  },
  "POST /api/portal/runs/regenerate": {
    auth: "user",
    guests: true,
    summary: "Answer a user message anew; answers with the events of the run.",
    body: regenerateSchema,
    raw: true,
  },
  "GET /api/portal/runs/{id}/events": {
    auth: "user",
    guests: true,
    summary:
      "The events of a run after a sequence number; a finished run answers with `end` alone.",
    query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
    raw: true,
  },
  "POST /api/portal/runs/{id}/stop": {
    auth: "user",
    guests: true,
    summary: "Stop a run; what was written is kept and charged.",
  },
  "PUT /api/portal/messages/{id}/feedback": {
    auth: "user",
    guests: true,
    summary: "Thumb up, down, or none.",
    body: z.strictObject({ feedback: z.enum(["up", "down"]).nullable() }),
  },
  "GET /api/portal/keys": {
    auth: "user",
    summary: "One's API keys.",
    response: z.object({ data: z.array(apiKeySchema) }),
  },
  "POST /api/portal/keys": {
    auth: "user",
    audited: true,
    personal: true,
    summary: "Make an API key; its text is shown this once.",
    body: createKeySchema,
    response: z.object({ key: apiKeySchema, text: secret(z.string()) }),
  },
  "PATCH /api/portal/keys/{id}": {
    auth: "user",
    audited: true,
    summary: "Change what a live key is called, may do and may cost, at once.",
    body: keyPatchSchema,
    response: apiKeySchema,
  },
  "DELETE /api/portal/keys/{id}": { auth: "user", audited: true, summary: "Revoke a key at once." },
} as const satisfies EndpointTable;
