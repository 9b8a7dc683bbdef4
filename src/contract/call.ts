/**
 * The typed caller of our own JSON API, for both UIs and the CLI. Imports types only, so it
 * adds no schema code to a page.
 *
 * `const call = createCaller<PortalEndpoints>(); await call("GET /api/portal/agents")`
 */
import type { BodyOf, Endpoint, PathParams, QueryOf, ResponseOf } from "./endpoint.ts";
import type { ErrorCode, ErrorEnvelope } from "./errors.ts";

/** An answer that is not 2xx, or no answer at all (`status` 0, code `unavailable`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly param: string | null;
  readonly requestId: string;
  readonly link: string | undefined;
  constructor(status: number, error: ErrorEnvelope["error"]) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.param = error.param;
    this.requestId = error.request_id;
    this.link = error.link;
  }
}

type Options<Key extends string, E extends Endpoint> = { signal?: AbortSignal } & ([
  PathParams<Key>,
] extends [never]
  ? { params?: undefined }
  : { params: Record<PathParams<Key>, string> }) &
  (undefined extends QueryOf<E> ? { query?: undefined } : { query?: QueryOf<E> }) &
  (undefined extends BodyOf<E> ? { body?: undefined } : { body: BodyOf<E> });

type Arguments<Key extends string, E extends Endpoint> = [undefined] extends [BodyOf<E>]
  ? [PathParams<Key>] extends [never]
    ? [options?: Options<Key, E>]
    : [options: Options<Key, E>]
  : [options: Options<Key, E>];

export interface CallerSettings {
  /** Empty in a page: same origin. */
  baseUrl?: string;
  headers?: Record<string, string>;
  fetch?: typeof fetch;
}

export interface Caller<Table extends { [K in keyof Table]: Endpoint }> {
  /** Calls an endpoint and answers its JSON; throws `ApiError`. */
  <Key extends keyof Table & string>(
    key: Key,
    ...args: Arguments<Key, Table[Key]>
  ): Promise<ResponseOf<Table[Key]>>;
  /** Calls an endpoint and hands over the response (streams, files); throws `ApiError` if not 2xx. */
  raw<Key extends keyof Table & string>(
    key: Key,
    ...args: Arguments<Key, Table[Key]>
  ): Promise<Response>;
}

interface LooseOptions {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
}

async function readError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  try {
    const parsed = JSON.parse(text) as ErrorEnvelope;
    if (typeof parsed.error?.message === "string")
      return new ApiError(response.status, parsed.error);
  } catch {
    // Not ours: a proxy's page, or an empty body. Said below in one form.
  }
  return new ApiError(response.status, {
    message: `HTTP ${response.status}`,
    type: "server_error",
    code: "unavailable",
    param: null,
    request_id: response.headers.get("x-request-id") ?? "",
  });
}

export function createCaller<Table extends { [K in keyof Table]: Endpoint }>(
  settings: CallerSettings = {},
): Caller<Table> {
  const raw = async (key: string, options: LooseOptions = {}): Promise<Response> => {
    const [method = "GET", template = "/"] = key.split(" ");
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(options.params?.[name] ?? ""),
    );
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
    }
    const search = query.size > 0 ? `?${query}` : "";
    const init: RequestInit = {
      method,
      headers: { accept: "application/json", ...settings.headers },
    };
    if (options.signal) init.signal = options.signal;
    if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
      init.headers = { ...init.headers, "content-type": "application/json" };
    }
    let response: Response;
    try {
      response = await (settings.fetch ?? fetch)(`${settings.baseUrl ?? ""}${path}${search}`, init);
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      throw new ApiError(0, {
        message: cause instanceof Error ? cause.message : "no answer",
        type: "server_error",
        code: "unavailable",
        param: null,
        request_id: "",
      });
    }
    if (!response.ok) throw await readError(response);
    return response;
  };
  const call = async (key: string, options?: LooseOptions): Promise<unknown> => {
    const response = await raw(key, options);
    return response.status === 204 ? undefined : await response.json();
  };
  return Object.assign(call, { raw }) as unknown as Caller<Table>;
}
