/**
 * A request to a Portico on this machine under the name of one of its hosts. Node resolves no
 * `*.localhost` and its `fetch` cannot set Host, so this speaks `node:http`.
 */
import { request } from "node:http";

export interface LocalAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface LocalRequest {
  /** `http://127.0.0.1:8787` */
  origin: string;
  /** The Host header: `demo.localhost:8787`. */
  host: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON; URLSearchParams as a form. */
  body?: unknown;
}

export function localRequest(options: LocalRequest): Promise<LocalAnswer> {
  const { hostname, port } = new URL(options.origin);
  const isForm = options.body instanceof URLSearchParams;
  const json = () => (options.body === undefined ? undefined : JSON.stringify(options.body));
  const body = isForm ? String(options.body) : json();
  const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method: options.method,
        path: options.path,
        headers: {
          host: options.host,
          ...(body === undefined
            ? {}
            : { "content-type": type, "content-length": Buffer.byteLength(body) }),
          ...options.headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
