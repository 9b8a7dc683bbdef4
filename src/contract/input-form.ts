/** The form that a workflow asks for: what it wants to know, field by field. */
import * as z from "zod";

export const INPUT_TYPES = [
  "text",
  "paragraph",
  "number",
  "select",
  "checkbox",
  /** As 2026-01-31. */
  "date",
  /** Several short texts. */
  "list",
  "file",
  "files",
] as const;

export const inputFieldSchema = z
  .strictObject({
    /** The platform's name of the value. */
    name: z.string().min(1).max(100),
    type: z.enum(INPUT_TYPES),
    label: z.string().min(1).max(200),
    help: z.string().max(500).optional(),
    required: z.boolean().default(false),
    /** Stands in the form, and where a caller says nothing. */
    default: z.union([z.string().max(10_000), z.number(), z.boolean()]).optional(),
    /** Of a `select`. */
    options: z.array(z.string().min(1).max(300)).min(1).max(200).optional(),
    /** Characters of a text. */
    maxLength: z.number().int().min(1).max(1_000_000).optional(),
    /** Entries of a list or files. */
    maxCount: z.number().int().min(1).max(50).optional(),
  })
  .refine(({ type, options }) => (type === "select") === (options !== undefined), {
    path: ["options"],
    error: "options belong to fields of the type select, which need them",
  });
export type InputField = z.infer<typeof inputFieldSchema>;

export const inputFormSchema = z.strictObject({
  /**
   * `run`: every run is asked by the form alone. `chat`: the form opens a conversation, in which
   * people then write.
   */
  mode: z.enum(["run", "chat"]),
  /** None: what a caller gives is passed on as it is. */
  fields: z
    .array(inputFieldSchema)
    .max(50)
    .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, {
      error: "a name stands twice",
    }),
});
export type InputForm = z.infer<typeof inputFormSchema>;

/** A file as a caller gives it: its address (https: or data:), with a name or without. */
export const inputFileSchema = z.union([
  z.string(),
  z.strictObject({ url: z.string(), name: z.string().max(300).optional() }),
]);

/** Values by the names of the fields. */
export const inputValuesSchema = z.record(z.string().max(100), z.unknown());
