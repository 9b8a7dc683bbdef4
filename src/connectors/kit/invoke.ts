/**
 * The only way out: every call to an upstream passes here. Invariants:
 *
 * 1. No failure is thrown; each is an `UpstreamError`.
 * 2. An address is called only after the guard allowed it, redirects included.
 * 3. No value of `secrets` leaves in an answer or an error; of bodies see body-reader.ts.
 */
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type {
  Account,
  Connector,
  Exchange,
  Transport,
  UpstreamAnswer,
  UpstreamRequest,
  Walk,
} from "../connector.ts";
import { BodyReader, type FrameReader, largePieces } from "./body-reader.ts";
import { encodeForm, streamOf } from "./form.ts";
import { frameCutter, framingOf } from "./frames.ts";
import { guardUrl } from "./guard.ts";
import { errorOfStatus, isPage, PAGE_DETAIL, retryAfterMs, upstreamError } from "./http-errors.ts";
import { safeDetail, secretForms, withoutSecrets } from "./redact.ts";
import { Watch } from "./watch.ts";

export interface InvokeOptions {
  limits: Connector["limits"];
  /** Whether http, loopback and private addresses are allowed. */
  allowPrivate: boolean;
  /** Values that must never leave again. */
  secrets: readonly string[];
  signal?: AbortSignal;
  /** Milliseconds left for the whole call, where less than the connector's own limit. */
  deadlineMs?: number;
  transport?: Transport;
}

export interface UpstreamStream {
  status: number;
  headers: Record<string, string>;
  frames: FrameReader;
}

/** `answer` is there when the upstream answered with a status that is not 2xx. */
export type InvokeError = UpstreamError & { answer?: UpstreamAnswer };

const FAILED_BODY_BYTES_MAX = 65_536;
const REDIRECTS_MAX = 3;
/** Of one list. */
const PAGES_MAX = 50;
const WALK_CALLS_MAX = 400;

/** Sends one request. Resolves when the head of the answer is there. */
export async function invoke(
  request: UpstreamRequest,
  options: InvokeOptions,
): Promise<Result<UpstreamStream, InvokeError>> {
  const { limits, signal } = options;
  const totalMs = Math.min(limits.timeoutMs, options.deadlineMs ?? limits.timeoutMs);
  // A whole JSON answer is silent until it is complete: only the deadline bounds it.
  const idleMs = request.framing === "json" ? totalMs : limits.idleTimeoutMs;
  const watch = new Watch({ totalMs, idleMs, signal });
  const forms = secretForms(options.secrets);
  const sent = await send(request, options, watch);
  watch.arrived();
  if (!sent.ok) {
    watch.stop();
    return fail({ ...sent.error, detail: safeDetail(sent.error.detail, forms) });
  }
  const response = sent.value;
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) headers[name] = value;
  if (!response.ok) {
    const body = withoutSecrets(await readHead(response, watch), forms);
    watch.stop();
    const answer = { status: response.status, headers, body };
    return fail({ ...errorOfStatus(answer), answer });
  }
  if (isPage(headers)) {
    watch.cancel();
    return fail(upstreamError("protocol_violation", PAGE_DETAIL, { status: response.status }));
  }
  const framing = framingOf(headers["content-type"] ?? "", request.framing);
  const { body } = response;
  // What is built in streams from our own code, which cannot be read in large pieces.
  const isLarge = framing === "json" && !options.transport;
  const pieces = body && (isLarge ? largePieces(body) : body.getReader());
  const frames = new BodyReader(pieces, {
    cutter: frameCutter(framing),
    watch,
    forms,
    bytesMax: limits.responseBytesMax,
  });
  return ok({ status: response.status, headers, frames });
}

/** `invoke`, with a failed answer explained by the connector. */
export async function openStream<S, K>(
  connector: Connector<S, K>,
  request: UpstreamRequest,
  options: InvokeOptions,
): Promise<Result<UpstreamStream, UpstreamError>> {
  const { transport } = connector;
  const opened = await invoke(request, transport ? { ...options, transport } : options);
  if (opened.ok) return opened;
  const { answer, ...error } = opened.error;
  if (!answer) return fail(error);
  const explained = isPage(answer.headers) ? error : connector.explain(answer);
  return fail({
    ...explained,
    detail: safeDetail(explained.detail, secretForms(options.secrets)),
    retryAfterMs: explained.retryAfterMs ?? retryAfterMs(answer.headers, Date.now()),
  });
}

/** A one-shot call, and the second one that completes its value where there is one. */
export async function exchange<S, K, Input, Value>(
  connector: Connector<S, K>,
  call: Exchange<S, K, Input, Value>,
  account: Account<S, K>,
  input: Input,
  options: InvokeOptions,
): Promise<Result<Value, UpstreamError>> {
  const value = await askPages(connector, call, account, input, options);
  if (!value.ok || !call.refine) return value;
  const more = await askWhole(connector, call.refine.prepare(account, value.value), options);
  const refined = more.ok ? call.refine.read(more.value, value.value) : more;
  return refined.ok ? refined : value;
}

async function askPages<S, K, Input, Value>(
  connector: Connector<S, K>,
  call: Exchange<S, K, Input, Value>,
  account: Account<S, K>,
  input: Input,
  options: InvokeOptions,
): Promise<Result<Value, UpstreamError>> {
  let answer = await askWhole(connector, call.prepare(account, input), options);
  if (!answer.ok) {
    const rescued = call.rescue?.(answer.error) ?? null;
    return rescued === null ? answer : ok(rescued);
  }
  if (call.walk) return await walked(connector, call.walk(account, answer.value), options);
  let value = call.read(answer.value);
  for (let page = 1; call.pages && value.ok && page < PAGES_MAX; page++) {
    const request = call.pages.next(account, answer.value);
    if (!request) break;
    answer = await askWhole(connector, request, options);
    // A list with a page missing would be taken for the whole.
    if (!answer.ok) return answer;
    const more = call.read(answer.value);
    value = more.ok ? ok(call.pages.join(value.value, more.value)) : more;
  }
  return value;
}

async function walked<S, K, Value>(
  connector: Connector<S, K>,
  walk: Walk<Value>,
  options: InvokeOptions,
): Promise<Result<Value, UpstreamError>> {
  let step = walk.next();
  for (let calls = 0; !step.done; calls++) {
    if (calls >= WALK_CALLS_MAX) {
      return fail(upstreamError("answer_too_large", "the platform's list has no end"));
    }
    step = walk.next(await askWhole(connector, step.value, options));
  }
  return step.value;
}

async function askWhole<S, K>(
  connector: Connector<S, K>,
  request: UpstreamRequest,
  options: InvokeOptions,
): Promise<Result<UpstreamAnswer, UpstreamError>> {
  const opened = await openStream(connector, request, options);
  if (!opened.ok) return opened;
  const { frames, status, headers } = opened.value;
  const parts: string[] = [];
  for (;;) {
    const piece = await frames.next();
    if (!piece.ok) return piece;
    if (piece.value === null) return ok({ status, headers, body: parts.join("\n") });
    for (const frame of piece.value) parts.push(frame.data);
  }
}

async function send(
  request: UpstreamRequest,
  options: InvokeOptions,
  watch: Watch,
): Promise<Result<Response, UpstreamError>> {
  let address = request.url;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const response = await sendOnce({ ...request, url: address }, options, watch);
    if (!response.ok) return response;
    const location = response.value.headers.get("location");
    if (response.value.status < 300 || response.value.status > 399 || location === null) {
      return response;
    }
    const status = response.value.status;
    await discard(response.value);
    const target = URL.parse(location, address);
    if (target?.origin !== new URL(address).origin) {
      const where = target ? target.origin : location;
      return fail(upstreamError("address_not_allowed", `redirects to ${where}`, { status }));
    }
    if (request.method === "POST" && status !== 307 && status !== 308) {
      const detail = `redirects to ${target.href} without the request: check the base URL`;
      return fail(upstreamError("protocol_violation", detail, { status }));
    }
    address = target.href;
  }
  return fail(upstreamError("protocol_violation", "too many redirects"));
}

async function sendOnce(
  request: UpstreamRequest,
  options: InvokeOptions,
  watch: Watch,
): Promise<Result<Response, UpstreamError>> {
  try {
    if (options.transport) return ok(await options.transport(request, watch.signal));
    const address = guardUrl(request.url, options);
    if (!address.ok) return fail(upstreamError("address_not_allowed", address.error));
    const form = request.form && encodeForm(request.form, `portico-${crypto.randomUUID()}`);
    const body = form ? streamOf(form) : request.body;
    const response = await fetch(address.value.href, {
      method: request.method,
      headers: {
        "user-agent": "Portico",
        ...request.headers,
        ...(form ? { "content-type": form.contentType } : {}),
        ...(await request.sign?.(request)),
      },
      redirect: "manual",
      signal: watch.signal,
      ...(body === undefined ? {} : { body }),
    });
    return ok(response);
  } catch (cause) {
    return fail(watch.failure ?? upstreamError("unreachable", messageOf(cause)));
  }
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

/** The body is of no interest, and an error while dropping it neither. */
async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** The beginning of a failed answer's body; what broke off is good enough to explain it. */
async function readHead(response: Response, watch: Watch): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    watch.waiting();
    for (;;) {
      const piece = await reader.read();
      if (piece.done) return text + decoder.decode();
      bytes += piece.value.byteLength;
      text += decoder.decode(piece.value, { stream: true });
      if (bytes >= FAILED_BODY_BYTES_MAX) {
        watch.cancel();
        return text.slice(0, FAILED_BODY_BYTES_MAX);
      }
    }
  } catch {
    // Reset or timed out in the middle: the status still says what happened.
    return text;
  }
}
