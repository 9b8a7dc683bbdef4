/** Walking every endpoint of `/openapi.json`, or every door of the gateway, as one caller. */
import { localRequest } from "../../scripts/local-request.ts";
import type { EndpointAuth } from "../../src/contract/endpoint.ts";
import type { OpenApiDocument } from "../../src/http/openapi.ts";
import type { TestPortico } from "./support.ts";
import { codeOf } from "./visitor.ts";

export interface ServedEndpoint {
  /** `PATCH /api/admin/users/{id}` */
  key: string;
  auth: EndpointAuth;
  /** Of the console. */
  permission: string | null;
}

/** What the running server says it serves, and to whom. */
export async function servedEndpoints(portico: TestPortico): Promise<ServedEndpoint[]> {
  const answer = await localRequest({
    origin: portico.origin,
    host: `localhost:${portico.port}`,
    method: "GET",
    path: "/openapi.json",
  });
  const { paths } = JSON.parse(answer.text) as OpenApiDocument;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => {
      const [[auth, permissions] = ["public", []]] = Object.entries(security?.[0] ?? {});
      const key = `${method.toUpperCase()} ${path}`;
      return { key, auth: auth as EndpointAuth, permission: permissions?.[0] ?? null };
    }),
  );
}

export interface Caller {
  who: string;
  /** Host header. */
  host: string;
  headers: Record<string, string>;
}

export type Expected = number | readonly number[] | null;

/**
 * Calls each with an empty object: the policy comes before the body is looked at, so nobody who is
 * refused is told what it lacks. Answers a line for each that was not answered as expected.
 */
export async function wronglyAnswered<Door extends { key: string }>(
  portico: TestPortico,
  caller: Caller,
  doors: readonly Door[],
  expected: (door: Door) => Expected,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const door of doors) {
    const wanted = expected(door);
    if (wanted === null) continue;
    const [method = "", template = ""] = door.key.split(" ");
    const answer = await localRequest({
      origin: portico.origin,
      host: caller.host,
      method: method === "ALL" ? "POST" : method,
      path: template.replace(/\{\w+\}|:\w+(\{[^}]*\})?|\*/g, "any"),
      headers: caller.headers,
      ...(method === "GET" ? {} : { body: {} }),
    });
    const fits = [wanted].flat().includes(answer.status);
    const told = answer.status < 400 || codeOf(answer) !== "" || isAnthropic(answer.text);
    if (!fits || !told) {
      wrong.push(`${door.key} as ${caller.who}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  }
  return wrong;
}

const isAnthropic = (text: string) => text.includes('"type":"error"');

export const withCookie = (host: string, cookie: string): Record<string, string> => ({
  origin: `http://${host}`,
  ...(cookie ? { cookie } : {}),
});
