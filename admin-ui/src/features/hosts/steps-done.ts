/** How far an own domain is on its way to being live. */
import type { HostProblem, OwnHost } from "@contract";

/** Of a proven host: which of its problems are those of the certificate, with the address in order. */
const OF_CERTIFICATE: readonly HostProblem["code"][] = [
  "certificate_pending",
  "certificate_failed",
];

/** How many of the steps are done. */
export function stepsDone(host: Pick<OwnHost, "status" | "problem">, all: number): number {
  if (host.status === "live") return all;
  const code = host.problem?.code;
  const isProven = host.status === "proven" || (host.status === "failed" && code !== "claim_ended");
  if (!isProven) return 0;
  return code !== undefined && OF_CERTIFICATE.includes(code) ? 2 : 1;
}
