/**
 * One request for one idempotency key of an API key: whoever asks again gets the first's answer.
 * What is kept, and until when: `durable/idempotency`; why there: docs/decisions/0010.
 */
import { createHash } from "node:crypto";
import { loggable, refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { idempotencyOf } from "../../durable/idempotency/client.ts";
import type { Holder, KeptAnswer } from "../../durable/idempotency/protocol.ts";
import { authoriseKey } from "../chat/visible.ts";
import type { Caller } from "../identity/callers.ts";
import type { Services } from "../services.ts";

/** How a claim ends. A failure of it is told to the log alone: the request's own answer stands. */
export interface ClaimEnd {
  keep(answer: KeptAnswer): Promise<void>;
  /** Where something may have been paid for, and there is no answer to show for it. */
  lose(): Promise<void>;
  /** Where nothing was paid for. */
  free(): Promise<void>;
}

export type Claimed = { first: ClaimEnd } | { answer: KeptAnswer };

interface Order {
  site: SiteSnapshot;
  caller: Caller;
  requestId: string;
  /** As the client wrote it. */
  key: string;
  fingerprint: string;
}

/** How long after its deadline a request may still be ending. */
const MARGIN_MS = 60_000;
/** Answers that are being written come soon. */
const RETRY_MS = 1_000;
const HEADER = "Idempotency-Key";

/** The key for this request, or the answer of the one that has it. Throws the failure otherwise. */
export async function claimKey(services: Services, order: Order): Promise<Claimed> {
  const { site, caller, requestId, key, fingerprint } = order;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    refuse("invalid_value", `${HEADER}: 1 to 255 printable characters without spaces`, {
      param: HEADER,
    });
  }
  const { siteId, userId, credential } = caller;
  if (credential.kind !== "key") throw new Error("only API keys have idempotency keys");
  const open = () => idempotencyOf(services.env, { siteId, userId, keyId: credential.keyId });
  const ttlMs = services.environment.requestTimeoutMs + MARGIN_MS;
  const claim = await open().claim({ key, fingerprint, requestId, ttlMs });
  if (claim.state === "yours") return { first: endOf(open, { key, requestId }) };
  // A key that was revoked since must learn nothing of what it did before.
  await authoriseKey(services, site, caller);
  switch (claim.state) {
    case "answered":
      return { answer: claim.answer };
    case "different":
      return refuse("invalid_value", `${HEADER}: this key was used for another request`, {
        param: HEADER,
        status: 422,
      });
    case "running":
      return refuse(
        "conflict",
        `The request with this ${HEADER}, ${claim.requestId}, still runs.`,
        {
          retryAfterMs: RETRY_MS,
        },
      );
    case "lost":
      return refuse(
        "conflict",
        `The request with this ${HEADER}, ${claim.requestId}, has ended and its answer is not kept: ` +
          `see /v1/usage/${claim.requestId} for what it cost, and ask again with another key.`,
      );
  }
}

function endOf(open: () => ReturnType<typeof idempotencyOf>, holder: Holder): ClaimEnd {
  const told = (end: Promise<void>) =>
    end.catch((error) => console.error("idempotency", holder.requestId, loggable(error)));
  return {
    keep: (answer) => told(open().keep(holder, answer)),
    lose: () => told(open().lose(holder)),
    free: () => told(open().free(holder)),
  };
}

/** What tells one request from another: where it goes, and what is in it. */
export function fingerprintOf(request: {
  method: string;
  path: string;
  contentType: string;
  body: Uint8Array;
}): string {
  const { method, path, contentType, body } = request;
  const hash = createHash("sha256").update(`${method} ${path}\n`);
  // The same form has other boundaries each time that it is sent.
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return hash.update(body).digest("hex");
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let at = 0;
  for (let next = bytes.indexOf(boundary); next >= 0; next = bytes.indexOf(boundary, at)) {
    hash.update(bytes.subarray(at, next)).update("\0");
    at = next + boundary.length;
  }
  return hash.update(bytes.subarray(at)).digest("hex");
}
