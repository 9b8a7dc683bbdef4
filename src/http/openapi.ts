/** The OpenAPI 3.1 document of the endpoint tables: its schemas are plain JSON Schema. */
import * as z from "zod";
import type { Endpoint } from "../contract/endpoint.ts";
import { ERRORS } from "../contract/errors.ts";
import { VERSION } from "../core/version.ts";

export interface Operation {
  summary: string;
  tags: string[];
  /** Absent where anybody may call; of the console with the permission that is needed. */
  security?: Record<string, string[]>[];
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, object>;
}

export interface OpenApiDocument {
  openapi: "3.1.0";
  info: { title: string; version: string };
  /** By path and lower-case method. */
  paths: Record<string, Record<string, Operation>>;
}

const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: z.enum(Object.keys(ERRORS) as [string, ...string[]]),
    param: z.string().nullable(),
    request_id: z.string(),
    link: z.string().optional(),
  }),
});

/** `endpoints` by their keys, `METHOD /path/{param}`. */
export function openApiDocument(endpoints: Iterable<[string, Endpoint]>): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  for (const [key, endpoint] of endpoints) {
    const [method = "GET", path = "/"] = key.split(" ");
    const operations = paths[path] ?? {};
    paths[path] = operations;
    operations[method.toLowerCase()] = operationOf(path, endpoint);
  }
  return { openapi: "3.1.0", info: { title: "Portico", version: VERSION }, paths };
}

function operationOf(path: string, endpoint: Endpoint): Operation {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...(endpoint.query ? queryParameters(endpoint.query) : []),
  ];
  return {
    summary: endpoint.summary,
    tags: [path.split("/")[2] ?? "api"],
    ...(endpoint.auth === "public"
      ? {}
      : { security: [{ [endpoint.auth]: endpoint.permission ? [endpoint.permission] : [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(endpoint.body ? { requestBody: { required: true, ...json(endpoint.body) } } : {}),
    responses: {
      ...successOf(endpoint),
      default: { description: "An error.", ...json(errorSchema) },
    },
  };
}

function queryParameters(query: z.ZodObject): object[] {
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function successOf({ raw, response }: Endpoint): Record<string, object> {
  if (raw) {
    if (raw === "text/html") return { 303: { description: "Leads on to a page." } };
    const isStream = raw === true;
    const schema = { type: "string" };
    const content = { [isStream ? "text/event-stream" : raw]: { schema } };
    return {
      200: { description: isStream ? "A stream of server-sent events." : "A file.", content },
    };
  }
  return response
    ? { 200: { description: "OK", ...json(response) } }
    : { 204: { description: "Done." } };
}

const json = (schema: z.ZodType) => ({
  content: { "application/json": { schema: schemaOf(schema) } },
});

/** As it is on the wire: before defaults are filled in. */
function schemaOf(schema: z.ZodType) {
  const { $schema, ...described } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return described;
}
