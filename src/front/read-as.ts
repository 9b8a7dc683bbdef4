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
  const { path, message } = issue ? innermost(issue) : { path: [], message: "" };
  const param = path.join(".");
  if (!param) return fail({ code: "invalid_value", message: "The body must be a JSON object." });
  return fail(wrong(param, message));
}

type Issue = z.core.$ZodIssue;
interface Problem {
  path: PropertyKey[];
  message: string;
}

/** Where one of several forms was meant, what is wrong with the one that fits best. */
function innermost(issue: Issue): Problem {
  // What a schema says in words of its own says it better.
  const generic = issue.code === "invalid_union" && issue.message === "Invalid input";
  if (!generic || issue.errors.length === 0) return issue;
  const firsts = issue.errors.flatMap(([first]) => (first ? [first] : []));
  const [best] = firsts.toSorted((one, other) => nearness(other) - nearness(one));
  if (!best) return issue;
  const expected = firsts.flatMap((one) => (one.code === "invalid_type" ? [one.expected] : []));
  // None of the forms begins like this.
  if (nearness(best) === 0)
    return { path: issue.path, message: `expected ${expected.join(" or ")}` };
  const { path, message } = innermost(best);
  return { path: [...issue.path, ...path], message };
}

/** The deeper the fault, the more of the form was right; a wrong type is not that form at all. */
function nearness({ path, code }: Issue): number {
  return path.length * 2 + (code === "invalid_type" ? 0 : 1);
}

export const wrong = (param: string, message: string): Failure => ({
  code: "invalid_value",
  message: `${param}: ${message}`,
  param,
});
