/** Somebody signed in at a site, as the browser calls. */
import { call } from "./support.ts";

export interface Person {
  /** `name=value` of the session. */
  cookie: string;
  fetch(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<Response>;
  /** The JSON of a 2xx answer; throws for any other. */
  json<Value>(method: string, path: string, body?: unknown): Promise<Value>;
}

export async function signIn(
  slug: string | null,
  email: string,
  password: string,
): Promise<Person> {
  const origin = slug === null ? "http://localhost" : `http://${slug}.localhost`;
  const send = (method: string, path: string, body: unknown, headers: Record<string, string>) =>
    call(slug, path, {
      method,
      headers: {
        origin,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const answer = await send("POST", "/api/auth/login", { email, password }, {});
  if (!answer.ok) throw new Error(await answer.text());
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const person: Person = {
    cookie,
    fetch: (method, path, body, headers = {}) =>
      send(method, path, body, { cookie, ...Object.fromEntries(new Headers(headers)) }),
    json: async (method, path, body) => {
      const response = await person.fetch(method, path, body);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text || "null");
    },
  };
  return person;
}
