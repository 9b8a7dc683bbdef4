/**
 * The configuration file (`portico.yaml`) and, with it, the words in which the console and the
 * store speak of a site's parts. Credits here are decimal numbers as a person writes them;
 * everything inside counts in integer micro-credits.
 */
import * as z from "zod";
import { inputFormSchema } from "./input-form.ts";
import { keyScopeFields, siteAddressesSchema } from "./scopes.ts";
import {
  emailSchema,
  hostSchema,
  localeSchema,
  modelNameSchema,
  passwordSchema,
  slugSchema,
} from "./values.ts";

/** Whether a person could have written it with so many decimals: exact for large numbers too. */
const hasDecimals = (most: number) => (value: number) => Number(value.toFixed(most)) === value;

/** Credits per unit: at most nine decimals, so that prices are exact integers inside. */
export const priceNumberSchema = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine(hasDecimals(9), { error: "at most nine decimals" });

/** Credits: at most six decimals (whole micro-credits), not negative. */
export const creditsSchema = z
  .number()
  .min(0)
  .max(1_000_000_000)
  .refine(hasDecimals(6), { error: "at most six decimals" });

/** Credits to give or, where negative, to take. */
export const signedCreditsSchema = z
  .number()
  .min(-1_000_000_000)
  .max(1_000_000_000)
  .refine(hasDecimals(6), { error: "at most six decimals" })
  .refine((credits) => credits !== 0, { error: "more or less than nothing" });

/** What an image of a size and quality costs; a part that is left out fits every image. */
export const imagePriceSchema = z.strictObject({
  size: z.string().min(1).max(40).optional(),
  quality: z.string().min(1).max(40).optional(),
  credits: priceNumberSchema,
});
export type ImagePrice = z.infer<typeof imagePriceSchema>;

/** All kinds of price; a part without a price of its own (cached, reasoning, …) costs as the whole. */
export const modelPriceSchema = z.strictObject({
  inputPerMillion: priceNumberSchema.optional(),
  outputPerMillion: priceNumberSchema.optional(),
  cachedInputPerMillion: priceNumberSchema.optional(),
  cacheWritePerMillion: priceNumberSchema.optional(),
  reasoningPerMillion: priceNumberSchema.optional(),
  audioInputPerMillion: priceNumberSchema.optional(),
  audioOutputPerMillion: priceNumberSchema.optional(),
  /** By size and quality: the first row that fits counts. */
  images: z.array(imagePriceSchema).max(100).optional(),
  /** Of an image that no row fits; without it such an image costs as the dearest row. */
  perImage: priceNumberSchema.optional(),
  perSecond: priceNumberSchema.optional(),
  perMillionCharacters: priceNumberSchema.optional(),
  perRequest: priceNumberSchema.optional(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;

export const agentPriceSchema = z.union([
  z.strictObject({ free: z.literal(true) }),
  z.strictObject({ perMessage: priceNumberSchema }),
  z.strictObject({ byTokens: z.literal(true) }),
]);
export type AgentPrice = z.infer<typeof agentPriceSchema>;

/** What a version of a price keeps: of an agent that is paid by tokens, the price of its model. */
export const keptPriceSchema = z.union([agentPriceSchema, modelPriceSchema]);
export type KeptPrice = z.infer<typeof keptPriceSchema>;

/** Who may use an agent or model. No part set means nobody; `everyone` means every signed-in user. */
export const accessSchema = z.strictObject({
  levels: z.array(slugSchema).max(100).default([]),
  groups: z.array(slugSchema).max(1000).default([]),
  departments: z.array(slugSchema).max(1000).default([]),
  users: z.array(emailSchema).max(1000).default([]),
  everyone: z.boolean().default(false),
  guests: z.boolean().default(false),
});
export type Access = z.infer<typeof accessSchema>;

export const limitsSchema = z.strictObject({
  rpm: z.number().int().min(1).max(1_000_000).optional(),
  tpm: z.number().int().min(1).max(1_000_000_000).optional(),
  concurrency: z.number().int().min(1).max(10_000).optional(),
  creditsPerDay: creditsSchema.optional(),
  creditsPerMonth: creditsSchema.optional(),
});
export type Limits = z.infer<typeof limitsSchema>;

export const MODEL_KINDS = [
  "chat",
  "embedding",
  "image",
  "speech",
  "transcription",
  "video",
] as const;
export const SITE_KINDS = ["external", "internal", "both"] as const;
export const EDITIONS = ["free", "standard", "enterprise"] as const;
export const ROLES = ["owner", "admin", "finance", "editor", "auditor", "member"] as const;
export type Role = (typeof ROLES)[number];
/** Roles that may open the console. */
export const KEY_SCOPES = ["gateway", "wallet"] as const;

/** Secrets are named values (`apiKey`, `accessToken`, …); a connector says which it needs. */
export const secretValuesSchema = z.record(
  z.string().min(1).max(64),
  z.string().min(1).max(10_000),
);

export const connectionSecretSchema = z
  .object({
    name: z.string().min(1).max(100).optional(),
    weight: z.number().int().min(0).max(1000).default(1),
  })
  .catchall(z.string().min(1).max(10_000));

/** Settings of a connection; each connector's own schema says what it takes. */
export const settingsSchema = z.record(
  z.string().min(1).max(64),
  z.union([z.string().max(10_000), z.number(), z.boolean()]),
);
export type Settings = z.infer<typeof settingsSchema>;

export const connectionConfigSchema = z.strictObject({
  id: slugSchema,
  name: z.string().min(1).max(100).optional(),
  connector: z.string().min(1).max(64),
  enabled: z.boolean().default(true),
  settings: settingsSchema.default({}),
  secrets: z.array(connectionSecretSchema).max(50).default([]),
});

export const modelRouteSchema = z.strictObject({
  connection: slugSchema,
  model: z.string().min(1).max(300),
  weight: z.number().int().min(0).max(1000).default(1),
  priority: z.number().int().min(0).max(100).default(0),
});
export type ModelRoute = z.infer<typeof modelRouteSchema>;

export const modelLimitsSchema = z.strictObject({
  maxOutputTokens: z.number().int().min(1).max(10_000_000).optional(),
  contextTokens: z.number().int().min(1).max(100_000_000).optional(),
});

/** Answers of a model that are given again to whoever asks exactly the same. */
export const modelCacheSchema = z.strictObject({
  /** How long an answer may be given again. */
  ttlSeconds: z
    .number()
    .int()
    .min(1)
    .max(30 * 86_400),
  /** What such an answer costs: nothing, or a share of what it would cost anew. */
  price: z
    .union([
      z.literal("free"),
      z.number().min(0).max(1).refine(hasDecimals(4), { error: "at most four decimals" }),
    ])
    .default("free"),
  /** Whether also where the request has tools, whose calls may do something. */
  tools: z.boolean().default(false),
  /** Whether also for agents that run on the model. */
  agents: z.boolean().default(false),
});
export type ModelCache = z.infer<typeof modelCacheSchema>;

export const modelConfigSchema = z.strictObject({
  name: modelNameSchema,
  kind: z.enum(MODEL_KINDS).default("chat"),
  enabled: z.boolean().default(true),
  /** Whether the model reads images. */
  vision: z.boolean().default(false),
  routes: z.array(modelRouteSchema).min(1).max(50),
  /** What users pay. */
  price: modelPriceSchema.default({}),
  /** What the site pays the provider, in credits; no user sees it. */
  cost: modelPriceSchema.optional(),
  limits: modelLimitsSchema.default({}),
  /** Absent: every request is answered anew. Of models for chats and embeddings. */
  cache: modelCacheSchema.optional(),
  /** Absent: every signed-in user of the site. */
  access: accessSchema.optional(),
});

export const modelParametersSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxOutputTokens: z.number().int().min(1).max(10_000_000).optional(),
});

export const agentTargetSchema = z.union([
  z.strictObject({ connection: slugSchema, agent: z.string().min(1).max(300).optional() }),
  z.strictObject({
    model: modelNameSchema,
    prompt: z.string().max(100_000).default(""),
    parameters: modelParametersSchema.optional(),
  }),
]);
export type AgentTarget = z.infer<typeof agentTargetSchema>;

export const agentConfigSchema = z.strictObject({
  slug: slugSchema,
  name: z.string().min(1).max(100),
  group: z.string().max(100).default(""),
  description: z.string().max(2000).default(""),
  /** An emoji, or an https or data: address of an image. */
  icon: z.string().max(100_000).default(""),
  order: z.number().int().min(0).max(1_000_000).default(0),
  enabled: z.boolean().default(true),
  openingMessage: z.string().max(10_000).default(""),
  suggestedQuestions: z.array(z.string().min(1).max(500)).max(20).default([]),
  vision: z.boolean().default(false),
  files: z.boolean().default(false),
  target: agentTargetSchema,
  /** What it asks for before it begins. Absent: nothing but messages. */
  inputs: inputFormSchema.optional(),
  price: agentPriceSchema.default({ byTokens: true }),
  access: accessSchema.default({
    levels: [],
    groups: [],
    departments: [],
    users: [],
    everyone: true,
    guests: false,
  }),
});

export const levelPriceSchema = z.strictObject({
  month: z.number().int().min(0).optional(),
  year: z.number().int().min(0).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "a currency code such as CNY")
    .default("CNY"),
});

export const levelConfigSchema = z.strictObject({
  slug: slugSchema,
  name: z.string().min(1).max(100),
  icon: z.string().max(100_000).default(""),
  default: z.boolean().default(false),
  price: levelPriceSchema.optional(),
  monthlyCredits: creditsSchema.default(0),
  limits: limitsSchema.default({}),
});

export const apiKeyConfigSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** A key brought along from elsewhere. */
  key: z
    .string()
    .min(24)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, "visible ASCII without spaces"),
  scopes: z.array(z.enum(KEY_SCOPES)).min(1).default(["gateway"]),
  limits: limitsSchema.default({}),
  ...keyScopeFields,
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

export const userConfigSchema = z.strictObject({
  email: emailSchema,
  name: z.string().max(100).default(""),
  password: passwordSchema.optional(),
  level: slugSchema.optional(),
  role: z.enum(ROLES).default("member"),
  enabled: z.boolean().default(true),
  groups: z.array(slugSchema).max(100).default([]),
  department: slugSchema.optional(),
  /** The user's own, beside the level's: the tighter counts. */
  limits: limitsSchema.default({}),
  /** Credits granted once, by this file, to this user. */
  credits: creditsSchema.default(0),
  apiKeys: z.array(apiKeyConfigSchema).max(100).default([]),
});

export const namedSchema = z.strictObject({ slug: slugSchema, name: z.string().min(1).max(100) });

export const brandingSchema = z.strictObject({
  slogan: z.string().max(200).default(""),
  intro: z.string().max(5000).default(""),
  logo: z.string().max(200_000).default(""),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, "a colour such as #3451b2")
    .default("#3451b2"),
  footer: z.string().max(2000).default(""),
});
export type Branding = z.infer<typeof brandingSchema>;

/** Credits; who has less than one of them is told so. None: nobody is told. */
export const lowBalanceSchema = z
  .array(creditsSchema.refine((credits) => credits > 0, { error: "more than nothing" }))
  .max(5);
export const DEFAULT_LOW_BALANCE = [10, 1];

/** Plain text, for a person: whom to ask for credits, or for help. */
export const contactSchema = z.string().trim().max(500);

export const siteConfigSchema = z.strictObject({
  slug: slugSchema,
  name: z.string().min(1).max(100),
  kind: z.enum(SITE_KINDS).default("external"),
  locale: localeSchema.default("zh-CN"),
  edition: z.enum(EDITIONS).default("free"),
  /** Credits every new user gets at first log-in. */
  signupCredits: creditsSchema.optional(),
  /** Below each of these, in credits, a user is told that they run low. Absent: 10 and 1. */
  lowBalance: lowBalanceSchema.optional(),
  /** Whether people may register by themselves. */
  registration: z.boolean().optional(),
  /** Whom users may ask for credits, as the portal shows it. */
  contact: contactSchema.optional(),
  branding: brandingSchema.optional(),
  /** From where gateway, portal and console may be used. Absent: from everywhere. */
  addresses: siteAddressesSchema.optional(),
  hosts: z.array(hostSchema).max(100).default([]),
  groups: z.array(namedSchema).max(1000).default([]),
  departments: z
    .array(namedSchema.extend({ parent: slugSchema.optional() }))
    .max(5000)
    .default([]),
  connections: z.array(connectionConfigSchema).max(200).default([]),
  models: z.array(modelConfigSchema).max(2000).default([]),
  agents: z.array(agentConfigSchema).max(5000).default([]),
  levels: z.array(levelConfigSchema).max(100).default([]),
  users: z.array(userConfigSchema).max(10_000).default([]),
});
export type SiteConfig = z.infer<typeof siteConfigSchema>;

export const configFileSchema = z.strictObject({
  /** Remove what the file does not name (within the named sites). */
  prune: z.boolean().default(false),
  sites: z.array(siteConfigSchema).max(1000),
});
export type ConfigFile = z.infer<typeof configFileSchema>;
export type ConnectionConfig = z.infer<typeof connectionConfigSchema>;
export type ModelConfig = z.infer<typeof modelConfigSchema>;
export type AgentConfig = z.infer<typeof agentConfigSchema>;
export type LevelConfig = z.infer<typeof levelConfigSchema>;
export type UserConfig = z.infer<typeof userConfigSchema>;
