/** How many tokens a request would be billed for: the platform's word where it gives one, else ours. */
import { exchange } from "../../connectors/kit/invoke.ts";
import { connectorById } from "../../connectors/registry.ts";
import { allows } from "../../core/access.ts";
import type { Failure } from "../../core/failure.ts";
import { keyOf, mayUse } from "../../core/key-scope.ts";
import { FAILURE_POLICY } from "../../core/policy.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import type { Caller } from "../identity/callers.ts";
import type { Services } from "../services.ts";
import { estimateInput } from "./estimate.ts";
import type { Candidate } from "./health.ts";
import { broken, openRoute } from "./open-route.ts";
import { chanceOf, inOrder, stickyOf } from "./order.ts";
import { upstreamFailure } from "./start.ts";
import { resolveTarget, targetNotFound } from "./target.ts";
import { authoriseKey, subjectOf } from "./visible.ts";

export interface CountOrder {
  site: SiteSnapshot;
  caller: Caller;
  targetName: string;
  input: ChatInput;
  /** Milliseconds since 1970, of the request's arrival. */
  startedAt: number;
}

export interface Counted {
  tokens: number;
  source: "upstream" | "estimated";
}

/** Costs nothing, and asks for no more than that the caller may use the target. */
export async function countTokens(
  services: Services,
  order: CountOrder,
): Promise<Result<Counted, Failure>> {
  const { site, caller, targetName } = order;
  const profile = await authoriseKey(services, site, caller);
  const resolved = resolveTarget(site, targetName);
  if (!resolved.ok) return resolved;
  const target = resolved.value;
  const isTheirs = mayUse(keyOf(profile, caller.credential), target.name);
  if (!isTheirs || !allows(target.access, subjectOf(profile))) {
    return fail(targetNotFound(targetName));
  }
  const input = target.adapt(order.input);
  const counts = ({ route }: Candidate) =>
    connectorById(route.connection.connector)?.chat?.count !== undefined;
  const { health } = services;
  const chance = chanceOf(stickyOf(input, caller.userId, "gateway"));
  const candidate = health.take(inOrder(target.routes, chance).filter(counts), Date.now());
  if (candidate) {
    const counted = await askUpstream(services, order, candidate, input);
    // Whether it counts says nothing of whether it answers.
    health.left(candidate);
    if (counted.ok) return ok({ tokens: counted.value, source: "upstream" });
    // Where the request itself is at fault, an estimate would hide it.
    const failure = upstreamFailure(counted.error);
    if (FAILURE_POLICY[counted.error.reason].code === "upstream_rejected") return fail(failure);
  }
  return ok({ tokens: estimateInput(input), source: "estimated" });
}

async function askUpstream(
  services: Services,
  { site, startedAt }: CountOrder,
  candidate: Candidate,
  input: ChatInput,
): Promise<Result<number, UpstreamError>> {
  const { signal } = new AbortController();
  const route = await openRoute(services, { site, candidate, signal, startedAt });
  if (!route.ok) return route;
  const { connector, account, options } = route.value;
  const count = connector.chat?.count;
  if (!count) return broken(`the connector ${connector.id} does not count`);
  const target = { id: candidate.route.upstreamId, maxOutputTokens: null };
  const request = count.prepare(account, target, input);
  if (!request.ok) return request;
  const call = { prepare: () => request.value, read: count.read };
  return exchange(connector, call, account, undefined, options());
}
