/**
 * Serves the endpoint tables of the contract: checks who calls, parses what came, answers what
 * the schema says, and notes each for the OpenAPI document. There is no other way to add an
 * endpoint of our own JSON API, so none can lack a policy.
 */
import { Hono } from "hono";
import type * as z from "zod";
import type { Endpoint, EndpointKey, PathParams } from "../contract/endpoint.ts";
import { type Failure, refuse } from "../core/failure.ts";
import { requireCaller, requireInPerson } from "./access.ts";
import type { AppContext, AppEnv } from "./app.ts";
import { type Served, tellerOf } from "./audit.ts";
import { readJson } from "./body.ts";
import { requireHumanFor } from "./human.ts";

export class App extends Hono<AppEnv> {
  /** What it serves of the tables, by `METHOD /path/{param}`. */
  readonly endpoints = new Map<string, Endpoint>();
}

interface Input<Key extends string, E extends Endpoint> {
  params: Record<PathParams<Key>, string>;
  query: E["query"] extends z.ZodType ? z.output<E["query"]> : undefined;
  body: E["body"] extends z.ZodType ? z.output<E["body"]> : undefined;
}
type Output<E extends Endpoint> = E extends { raw: true | string }
  ? Response
  : E["response"] extends z.ZodType
    ? z.input<E["response"]>
    : // biome-ignore lint/suspicious/noConfusingVoidType: what answers nothing returns nothing
      void;

export type Handlers<Table extends { [K in keyof Table]: Endpoint }> = {
  [Key in keyof Table & string]: (
    c: AppContext,
    input: Input<Key, Table[Key]>,
  ) => Promise<Output<Table[Key]>> | Output<Table[Key]>;
};

/** Every key of the table must have a handler: one that is missing does not compile. */
export function serve<Table extends { [K in keyof Table]: Endpoint }>(
  app: App,
  table: Table,
  handlers: Handlers<Table>,
): void {
  const served = (key: string): Served | undefined => {
    const endpoint = table[key as keyof Table];
    return (
      endpoint && { endpoint, handler: handlers[key as keyof Table & string] as Served["handler"] }
    );
  };
  for (const key of fixedPathsFirst(Object.keys(table)) as EndpointKey[]) {
    const { endpoint, handler } = served(key) ?? {};
    if (!endpoint || !handler) continue;
    const [method = "GET", path = "/"] = key.split(" ");
    const tell = tellerOf(key, endpoint, served);
    app.endpoints.set(key, endpoint);
    app.on(method, path.replace(/\{(\w+)\}/g, ":$1"), async (c) => {
      await requireCaller(c, endpoint);
      const input = {
        params: c.req.param(),
        query: endpoint.query ? parse(endpoint.query, c.req.query(), "query") : undefined,
        body: endpoint.body ? parse(endpoint.body, await readJson(c.req.raw), "body") : undefined,
      };
      requireInPerson(c, key, endpoint, input.body);
      if (endpoint.human) await requireHumanFor(c, endpoint.human, input.body);
      const deed = () => handler(c, input);
      const output = await (tell ? tell(c, input, deed) : deed());
      if (output instanceof Response) return output;
      c.header("cache-control", "no-store");
      return output === undefined ? c.body(null, 204) : c.json(output as object);
    });
  }
}

/** The router takes the first that matches: `/models/{id}` must not take `/models/prices`. */
function fixedPathsFirst(keys: string[]): string[] {
  return keys.toSorted((a, b) => Number(a.includes("{")) - Number(b.includes("{")));
}

/** The value as the schema gives it, or a refusal that names what is wrong. */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: "query" | "body",
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const failure = issueFailure(parsed.error, where);
  return refuse(failure.code, failure.message, failure);
}

/** The first problem, with its path: one clear sentence beats a list. */
export function issueFailure(error: z.ZodError, where: "query" | "body"): Failure {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map(String).join(".");
  return {
    code: "invalid_value",
    message: `${path || `the ${where}`}: ${issue?.message ?? "is not valid"}`,
    ...(path ? { param: path } : {}),
  };
}
