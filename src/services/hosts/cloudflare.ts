/**
 * Custom hostnames of a Cloudflare zone ("Cloudflare for SaaS"): certificates for domains of others.
 * What Cloudflare validates is its own matter: that a host is a site's is proven before it is asked.
 */
import { retryAfterMs } from "../../connectors/kit/http-errors.ts";
import type { InvokeError } from "../../connectors/kit/invoke.ts";
import {
  asArray,
  asObject,
  asText,
  entryOf,
  type Json,
  parseJson,
} from "../../connectors/kit/json.ts";
import type { HostsEnvironment } from "../../core/environment.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { asker } from "../identity/providers/ask.ts";
import type { Ask, Question } from "../identity/providers/kind.ts";
import type {
  CertificateMaker,
  CertificateState,
  CustomHostname,
  MakerFailure,
} from "./certificates.ts";

type Account = NonNullable<HostsEnvironment["cloudflare"]>;

const DUPLICATE = 1406;
const NOT_FOUND = 1436;
/** The domain answers the validation through its CNAME: nothing else is to be set up for it. */
const SSL = { method: "http", type: "dv", settings: { min_tls_version: "1.2" } };

export class CloudflareHostnames implements CertificateMaker {
  readonly #account: Account;
  readonly #ask: Ask;

  constructor(account: Account) {
    this.#account = account;
    // The address is the operator's own.
    this.#ask = asker({ allowPrivate: true, secrets: [account.token] });
  }

  async ensure(host: string): Promise<Result<CustomHostname, MakerFailure>> {
    const made = await this.#call("POST", "", { hostname: host, ssl: SSL });
    if (made.ok) return readHostname(made.value);
    if (made.error.code !== DUPLICATE) return fail(made.error.failure);
    const found = await this.#call("GET", `?hostname=${encodeURIComponent(host)}`);
    if (!found.ok) return fail(found.error.failure);
    const one = asArray(found.value.result).find((each) => asObject(each)?.hostname === host);
    return one === undefined ? fail(made.error.failure) : readHostname({ result: one });
  }

  async read(id: string): Promise<Result<CustomHostname | null, MakerFailure>> {
    const found = await this.#call("GET", `/${encodeURIComponent(id)}`);
    if (!found.ok) return isGone(found.error) ? ok(null) : fail(found.error.failure);
    return readHostname(found.value);
  }

  async refresh(id: string): Promise<Result<CustomHostname, MakerFailure>> {
    const begun = await this.#call("PATCH", `/${encodeURIComponent(id)}`, { ssl: SSL });
    return begun.ok ? readHostname(begun.value) : fail(begun.error.failure);
  }

  async remove(id: string): Promise<Result<null, MakerFailure>> {
    const removed = await this.#call("DELETE", `/${encodeURIComponent(id)}`);
    return removed.ok || isGone(removed.error) ? ok(null) : fail(removed.error.failure);
  }

  async #call(
    method: Question["method"],
    path: string,
    json?: Json,
  ): Promise<Result<Json, CallError>> {
    const { api, zoneId, token } = this.#account;
    const answer = await this.#ask({
      ...(method ? { method } : {}),
      url: `${api}/zones/${encodeURIComponent(zoneId)}/custom_hostnames${path}`,
      headers: { authorization: `Bearer ${token}` },
      ...(json ? { json } : {}),
    });
    return answer.ok ? answer : fail(explain(answer.error));
  }
}

interface CallError {
  status: number | null;
  /** Cloudflare's own; null where it gave none. */
  code: number | null;
  failure: MakerFailure;
}

const isGone = ({ status, code }: CallError): boolean => code === NOT_FOUND || status === 404;

/** Codes that say more than their HTTP status. */
const PROBLEMS: Record<string, MakerFailure["problem"]> = {
  1404: "provider_quota",
  1405: "provider_quota",
  9109: "provider_credentials",
  10000: "provider_credentials",
};

function explain(error: InvokeError): CallError {
  const { answer, detail } = error;
  const [first] = asArray(asObject(parseJson(answer?.body ?? ""))?.errors);
  const told = asObject(first);
  const code = typeof told?.code === "number" ? told.code : null;
  const message = asText(told?.message);
  const status = answer?.status ?? null;
  const failure: MakerFailure = {
    problem: entryOf(PROBLEMS, String(code)) ?? problemOfStatus(status),
    detail: message === null ? detail : code === null ? message : `${message} (${code})`,
    retryAfterMs: answer ? retryAfterMs(answer.headers, Date.now()) : null,
  };
  return { status, code, failure };
}

function problemOfStatus(status: number | null): MakerFailure["problem"] {
  if (status === 401 || status === 403) return "provider_credentials";
  const isBusy = status === null || status === 429 || status >= 500;
  return isBusy ? "provider_busy" : "hostname_refused";
}

function readHostname(answer: Json): Result<CustomHostname, MakerFailure> {
  const result = asObject(answer.result);
  const [id, host] = [asText(result?.id), asText(result?.hostname)];
  if (id === null || host === null) {
    const detail = "Cloudflare's answer holds no hostname";
    return fail({ problem: "provider_busy", detail, retryAfterMs: null });
  }
  const ssl = asObject(result?.ssl);
  const [status, sslStatus] = [asText(result?.status) ?? "", asText(ssl?.status) ?? ""];
  return ok({
    id,
    host,
    state: stateOf(status, sslStatus),
    detail: [`${status} / ${sslStatus}`, ...complaints(result, ssl)].join(" · "),
  });
}

/** What stands in the way, as Cloudflare says it. */
function complaints(result: Json | null, ssl: Json | null): string[] {
  const errors = asArray(ssl?.validation_errors).map((one) => asText(asObject(one)?.message));
  return [...asArray(result?.verification_errors).map(asText), ...errors].filter(
    (text) => text !== null,
  );
}

/** While a certificate is replaced, the old one serves on. */
const CERTIFIED = new Set([
  "active",
  "backup_issued",
  "holding_deployment",
  "pending_expiration",
  "deactivating",
]);
const NO_CERTIFICATE = /_timed_out$|^(expired|deleted|inactive|pending_deletion|pending_cleanup)$/;

/** A status that nobody knew of when this was written is waited for: it says itself in the detail. */
export function stateOf(status: string, ssl: string): CertificateState {
  if (status === "blocked" || status === "pending_blocked") return "blocked";
  if (["moved", "deleted", "pending_deletion"].includes(status)) return "moved";
  if (NO_CERTIFICATE.test(ssl)) return "failed";
  if (status !== "active" && status !== "active_redeploying") return "waiting";
  return CERTIFIED.has(ssl) ? "live" : "issuing";
}
