/**
 * Every call that costs something: it outlives its client, and with an `Idempotency-Key` it is
 * done once. Such a call goes on to its end when its client leaves, for somebody will ask again.
 */
import { type AppContext, deferOf } from "../http/app.ts";
import { MAX_BODY_BYTES, peekBytes } from "../http/body.ts";
import { MAX_UPLOAD_BYTES } from "../http/multipart.ts";
import { copyWhole } from "../services/idempotency/answer-copy.ts";
import { type ClaimEnd, claimKey, fingerprintOf } from "../services/idempotency/claims.ts";
import { requireKey } from "./gateway-caller.ts";

/** `answer` serves the request, and says in `c.var.call` how it went. */
export function paid(c: AppContext, answer: () => Promise<Response>): Promise<Response> {
  const key = c.req.raw.headers.get("idempotency-key");
  const work = key === null ? answer() : once(c, key, answer);
  // A client that leaves must not take the settlement with it.
  c.executionCtx.waitUntil(work.catch(() => undefined));
  return work;
}

async function once(
  c: AppContext,
  key: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { services, requestId } = c.var;
  const { caller, site } = await requireKey(c);
  const claimed = await claimKey(services, {
    site,
    caller,
    requestId,
    key,
    fingerprint: await fingerprint(c.req.raw),
  });
  if ("answer" in claimed) {
    const { status, headers, body } = claimed.answer;
    return new Response(body, { status, headers: { ...headers, "idempotent-replayed": "true" } });
  }
  const end = claimed.first;
  try {
    const response = await answer();
    response.headers.set("x-request-id", requestId);
    return recorded(c, response, end);
  } catch (error) {
    await (c.var.call?.settlement?.spent ? end.lose() : end.free());
    throw error;
  }
}

async function fingerprint(request: Request): Promise<string> {
  const contentType = request.headers.get("content-type") ?? "";
  const isForm = /^multipart\//i.test(contentType);
  const body = await peekBytes(request, isForm ? MAX_UPLOAD_BYTES : MAX_BODY_BYTES);
  const { pathname, search } = new URL(request.url);
  return fingerprintOf({ method: request.method, path: pathname + search, contentType, body });
}

/** The answer, which is kept on its way out: whoever has read its end can have it again. */
function recorded(c: AppContext, response: Response, end: ClaimEnd): Response {
  const { status, headers } = response;
  const close = async (body: Uint8Array | null) => {
    const settlement = c.var.call?.settlement;
    const wasPaid = settlement ? settlement.spent : status < 400;
    if (!wasPaid) await end.free();
    else if (!body) await end.lose();
    else await end.keep({ status, headers: lasting(headers), body });
  };
  const { body, copied } = copyWhole(response.body ?? new Blob([]).stream(), close);
  deferOf(c)(copied);
  return new Response(body, response);
}

/** The headers that say something of the answer, and not of the moment. */
function lasting(headers: Headers): Record<string, string> {
  const momentary = /^(server-timing|content-length|retry-after|.*ratelimit-.*)$/;
  return Object.fromEntries([...headers].filter(([name]) => !momentary.test(name)));
}
