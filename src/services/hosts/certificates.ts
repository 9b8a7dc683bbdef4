/** Who makes certificates for own domains, and leads their traffic here. */
import type { HostProblemCode } from "../../contract/hosts.ts";
import type { Result } from "../../core/result.ts";

/**
 * `live` has a certificate and leads here · `waiting` for the domain to point here · `issuing` its
 * certificate · `moved` points elsewhere now · `failed` there is no certificate · `blocked` by the
 * maker.
 */
export type CertificateState = "live" | "waiting" | "issuing" | "moved" | "failed" | "blocked";

export interface CustomHostname {
  id: string;
  host: string;
  state: CertificateState;
  /** What the maker says of it; may be empty. */
  detail: string;
}

export interface MakerFailure {
  problem: Extract<
    HostProblemCode,
    "hostname_refused" | "provider_quota" | "provider_credentials" | "provider_busy"
  >;
  detail: string;
  retryAfterMs: number | null;
}

export interface CertificateMaker {
  /** Makes the hostname, or finds the one that is there. */
  ensure(host: string): Promise<Result<CustomHostname, MakerFailure>>;
  /** Null: it is no more. */
  read(id: string): Promise<Result<CustomHostname | null, MakerFailure>>;
  /** Begins anew with one that has moved or failed. */
  refresh(id: string): Promise<Result<CustomHostname, MakerFailure>>;
  /** One that is no more is removed. */
  remove(id: string): Promise<Result<null, MakerFailure>>;
}
