/** Short forms for guides: what every platform's form has in common, and pasted values made clean. */
import * as z from "zod";
import type { Guide, GuideField } from "../../contract/guide.ts";
import type { LocalText } from "../../contract/values.ts";
import { tidyBaseUrl } from "./urls.ts";

export const say = (zh: string, en: string): LocalText => ({ "zh-CN": zh, en });

export function step(zh: string, en: string, link?: string): Guide["steps"][number] {
  return link === undefined ? { text: say(zh, en) } : { text: say(zh, en), link };
}

/** The last step of every guide. */
export const TEST_STEP = step(
  "粘贴到下面并点 **测试连接**；通过后选择要发布的内容，启用并设置谁可以使用。",
  "Paste it below and press **Test connection**; then choose what to publish, enable it and say who may use it.",
);

interface KeyField {
  placeholder: string;
  help: LocalText;
  required?: boolean;
  /** What a right key looks like (regular expression), and what to say about a wrong one. */
  pattern?: GuideField["pattern"];
}

export function apiKeyField({ placeholder, help, required = true, pattern }: KeyField): GuideField {
  return {
    name: "apiKey",
    in: "secret",
    kind: "password",
    label: say("API 密钥", "API key"),
    help,
    placeholder,
    required,
    ...(pattern ? { pattern } : {}),
  };
}

/** Help for a base URL that hardly anybody changes. */
export const USUAL_BASE_URL = say(
  "一般不用修改；使用代理或私有部署时填写它的地址。",
  "Usually left as it is; for a proxy or a private deployment its address.",
);

/** With a default the field may stay empty; without one it must be filled in. */
export function baseUrlField(help: LocalText, defaultUrl?: string): GuideField {
  return {
    name: "baseUrl",
    in: "settings",
    kind: "url",
    label: say("接口地址", "Base URL"),
    help,
    placeholder: defaultUrl ?? "https://api.example.com/v1",
    required: defaultUrl === undefined,
    ...(defaultUrl === undefined ? {} : { default: defaultUrl }),
  };
}

/** A pasted key without what people copy along: spaces, quotes, `Bearer `, full-width letters. */
export function tidyKey(text: string): string {
  return text
    .normalize("NFKC")
    .trim()
    .replace(/^["'`“”‘’]+|["'`“”‘’]+$/g, "")
    .replace(/^bearer\s+/i, "")
    .trim();
}

/**
 * A key as the connector's schema takes it. The pattern is the form's own; a header cannot carry
 * anything but printable ASCII.
 */
export function keySchema(pattern?: GuideField["pattern"]): z.ZodType<string> {
  const printable = z
    .string()
    .transform(tidyKey)
    .refine((key) => /^[\x21-\x7e]{1,4096}$/.test(key), "a key without spaces or line breaks");
  if (!pattern) return printable;
  const shape = new RegExp(pattern.source);
  return printable.refine((key) => shape.test(key), pattern.message.en);
}

/** A base URL, tidied; `defaultUrl` when it is left empty. */
export function baseUrlSchema(defaultUrl?: string): z.ZodType<string> {
  const url = z
    .string()
    .transform((text) => tidyBaseUrl(text) || (defaultUrl ?? ""))
    .refine((text) => URL.canParse(text) && /^https?:/.test(text), "a full URL: https://…");
  return defaultUrl === undefined ? url : url.default(defaultUrl);
}

/** What may go into a header or an address; left empty it is not there. */
export function optionalText(pattern?: GuideField["pattern"]): z.ZodType<string | undefined> {
  const shape = new RegExp(pattern?.source ?? "");
  return z
    .string()
    .trim()
    .refine((text) => text === "" || /^[\x21-\x7e]{1,512}$/.test(text), "no spaces or line breaks")
    .refine((text) => text === "" || shape.test(text), pattern?.message.en)
    .transform((text) => text || undefined)
    .optional();
}

type OwnField = Pick<GuideField, "label" | "help" | "placeholder" | "pattern">;

/** The address of a program of one's own, query and all. */
export function webhookUrlField(field: OwnField): GuideField {
  return { name: "baseUrl", in: "settings", kind: "url", required: true, ...field };
}

export function webhookUrlSchema(pattern?: GuideField["pattern"]): z.ZodType<string> {
  const shape = new RegExp(pattern?.source ?? "");
  return z
    .string()
    .trim()
    .refine((text) => URL.canParse(text) && /^https?:/.test(text), "a full URL: https://…")
    .refine((text) => shape.test(text), pattern?.message.en);
}

/** What a header of one's own choice carries, as it is: unlike a key it may hold spaces. */
export function headerValueField(field: OwnField): GuideField {
  return { name: "apiKey", in: "secret", kind: "password", required: false, ...field };
}

export function headerValue(): z.ZodType<string> {
  return z
    .string()
    .trim()
    .regex(/^[\x20-\x7e]{1,4096}$/, "one line of plain letters");
}
