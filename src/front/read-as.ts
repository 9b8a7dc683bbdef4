/** What a client sent, as a schema gives it, or a failure that names what is wrong. */
import type { z } from "zod";
import type { Failure } from "../core/failure.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** The first problem, with its path: one clear sentence beats a list. */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): Result<z.output<Schema>, Failure> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? []).join(".");
  if (!path) return fail({ code: "invalid_value", message: "The body must be a JSON object." });
  return fail(wrong(path, issue?.message ?? "is not valid"));
}

export const wrong = (param: string, message: string): Failure => ({
  code: "invalid_value",
  message: `${param}: ${message}`,
  param,
});
