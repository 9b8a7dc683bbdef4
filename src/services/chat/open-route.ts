/** Making one route ready to be called: its connector, the account with its key, and the limits. */
import type { Account, AnyConnector } from "../../connectors/connector.ts";
import { upstreamError } from "../../connectors/kit/http-errors.ts";
import type { InvokeOptions } from "../../connectors/kit/invoke.ts";
import { connectorById, openAccount } from "../../connectors/registry.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import type { Services } from "../services.ts";
import type { Candidate } from "./health.ts";

export interface OpenRoute {
  connector: AnyConnector;
  account: Account<unknown, unknown>;
  /** Of a call that begins now. */
  options(): InvokeOptions & { deadlineMs: number; signal: AbortSignal };
}

export interface RouteOrder {
  site: SiteSnapshot;
  candidate: Candidate;
  signal: AbortSignal;
  /** Milliseconds since 1970, of the request's arrival. */
  startedAt: number;
}

export async function openRoute(
  services: Services,
  { site, candidate, signal, startedAt }: RouteOrder,
): Promise<Result<OpenRoute, UpstreamError>> {
  const { connection } = candidate.route;
  const connector = connectorById(connection.connector);
  if (!connector) return broken(`there is no connector ${connection.connector}`);
  const place = { siteId: site.id, connection };
  const opened = candidate.secret
    ? await services.accessTokens.open(place, candidate.secret, candidate)
    : ok({});
  if (!opened.ok) return opened;
  const values = opened.value;
  const account = openAccount(connector, connection.settings, values);
  if (!account.ok) return broken(`settings of the connection: ${account.error.message}`);
  const { allowPrivateUpstreams, requestTimeoutMs } = services.environment;
  return ok({
    connector,
    account: account.value,
    options: () => ({
      limits: connector.limits,
      allowPrivate: allowPrivateUpstreams,
      secrets: Object.values(values),
      signal,
      deadlineMs: requestTimeoutMs - (Date.now() - startedAt),
    }),
  });
}

/** The connection cannot serve this at all: nothing was sent. */
export const broken = (detail: string): Result<never, UpstreamError> =>
  fail(upstreamError("unavailable", detail));
