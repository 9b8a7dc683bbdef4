/** A person at one of the hosts of a Portico: a cookie jar that sends Origin as browsers do. */
import { type LocalAnswer, localRequest } from "../../scripts/local-request.ts";

export interface Visitor {
  /** `portico=…`, as the browser would send it; empty before log-in. */
  readonly cookie: string;
  call(method: string, path: string, body?: unknown): Promise<LocalAnswer>;
  /** The JSON of a 2xx answer; throws for any other. */
  json<Value>(method: string, path: string, body?: unknown): Promise<Value>;
  logIn(email: string, password: string): Promise<void>;
}

/** `host` is a Host header: `acme.localhost:8787`. */
export function visitor(origin: string, host: string, firstCookie = ""): Visitor {
  let cookie = firstCookie;
  const call: Visitor["call"] = async (method, path, body) => {
    const headers = { origin: `http://${host}`, ...(cookie ? { cookie } : {}) };
    const answer = await localRequest({
      origin,
      host,
      method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const set = answer.headers["set-cookie"];
    if (set) cookie = String(set).split(";")[0] ?? "";
    return answer;
  };
  const json: Visitor["json"] = async (method, path, body) => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text === "" ? undefined : JSON.parse(answer.text);
  };
  return {
    get cookie() {
      return cookie;
    },
    call,
    json,
    logIn: async (email, password) => {
      await json("POST", "/api/auth/login", { email, password });
    },
  };
}

/** The host of a site (or of the platform: null) of a Portico on this machine. */
export const hostOf = (portico: { port: number }, slug: string | null): string =>
  `${slug === null ? "" : `${slug}.`}localhost:${portico.port}`;

/** The stable code of an error answer; empty when it is none. */
export function codeOf(answer: LocalAnswer): string {
  try {
    return (JSON.parse(answer.text) as { error?: { code?: string } }).error?.code ?? "";
  } catch {
    return "";
  }
}
