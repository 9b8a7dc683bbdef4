/** How a platform is connected: what the console draws for each connector. */
import * as z from "zod";
import { inputFormSchema } from "./input-form.ts";

const localText = z.object({ "zh-CN": z.string(), en: z.string() });

export const guideFieldSchema = z.object({
  /** Key in `settings` or `secret`. */
  name: z.string(),
  in: z.enum(["settings", "secret"]),
  kind: z.enum(["text", "url", "password", "select"]),
  label: localText,
  help: localText.optional(),
  placeholder: z.string().optional(),
  /** Filled in when the admin leaves it empty. */
  default: z.string().optional(),
  required: z.boolean(),
  /** Regular expression that the trimmed value must match, with what to say when it does not. */
  pattern: z.object({ source: z.string(), message: localText }).optional(),
  options: z.array(z.object({ value: z.string(), label: localText })).optional(),
});
export type GuideField = z.infer<typeof guideFieldSchema>;

export const guideSchema = z.object({
  /** Numbered steps; `**bold**` marks the platform's own button names. */
  steps: z.array(z.object({ text: localText, link: z.string().optional() })),
  fields: z.array(guideFieldSchema),
});
export type Guide = z.infer<typeof guideSchema>;

export const connectorInfoSchema = z.object({
  id: z.string(),
  label: localText,
  family: z.enum(["agents", "models", "builtin"]),
  /** What it offers. */
  offers: z.object({ chat: z.boolean(), agents: z.boolean(), models: z.boolean() }),
  guide: guideSchema,
  /** Where accounts consent at the platform: the path that it sends people back to; else null. */
  callbackPath: z.string().nullable(),
});
export type ConnectorInfo = z.infer<typeof connectorInfoSchema>;

/** The steps of a connection test, in order; the first failed one ends it. */
export const PROBE_STEPS = [
  "settings",
  "address",
  "reachable",
  "authorised",
  "lists",
  "answers",
] as const;
export const probeStepSchema = z.object({
  step: z.enum(PROBE_STEPS),
  state: z.enum(["ok", "failed", "skipped"]),
  /** For a person: what was seen, and if it failed what to do. */
  message: localText,
  ms: z.number(),
});
export type ProbeStep = z.infer<typeof probeStepSchema>;
export const probeResultSchema = z.object({
  ok: z.boolean(),
  steps: z.array(probeStepSchema),
  /** Account or app name where the platform tells it. */
  account: z.string().nullable(),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/** What a connection offers to publish. */
export const offerSchema = z.object({
  kind: z.enum(["agent", "model"]),
  /** The platform's own id. */
  id: z.string(),
  name: z.string(),
  description: z.string(),
  icon: z.string(),
  openingMessage: z.string(),
  suggestedQuestions: z.array(z.string()),
  /** For models: a guess from the name. */
  modelKind: z.enum(["chat", "embedding", "image", "speech", "transcription", "video"]).nullable(),
  /** Of what asks for a form. */
  inputs: inputFormSchema.optional(),
});
export type Offer = z.infer<typeof offerSchema>;
