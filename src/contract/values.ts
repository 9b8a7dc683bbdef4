/** Small values that many messages share. */
import * as z from "zod";
import { secret } from "./secret.ts";

export const LOCALES = ["zh-CN", "en"] as const;
export const localeSchema = z.enum(LOCALES);
export type Locale = z.infer<typeof localeSchema>;

/** A text in every language of the interface. */
export interface LocalText {
  "zh-CN": string;
  en: string;
}

/** A DNS label: the slug of a site is also its subdomain. */
export const slugSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, "lower-case letters, digits and inner hyphens");

/** A host name without port, lower case; `localhost` and IP literals are not hosts of a site. */
export const hostSchema = z
  .string()
  .max(253)
  .regex(
    /^(?=.{1,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "a lower-case host name such as ai.example.com",
  );

/** A public model name: `openai/gpt-4o-mini`. `agent/…` is kept for agents. */
export const modelNameSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/, "letters, digits and . _ : @ / -")
  .refine((name) => !name.startsWith("agent/"), "names starting with agent/ are kept for agents");

export const emailSchema = z
  .string()
  .max(254)
  .trim()
  .toLowerCase()
  .pipe(z.email({ error: "a valid e-mail address" }));

export const passwordSchema = secret(z.string().min(8).max(256));

export const idSchema = z.string().min(1).max(64);

/** A page of a list: `after` of the next request is `next` of this answer. */
export interface Page<Item> {
  data: Item[];
  has_more: boolean;
  next: string | null;
}

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
});

/** Answers with all of a list, or with one page of it. */
export const list = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item) });
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), has_more: z.boolean(), next: z.string().nullable() });

/** Micro-credits: 1 credit = 1 000 000 µ. Always a safe integer. */
export const MICRO_PER_CREDIT = 1_000_000;
