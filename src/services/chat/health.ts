/**
 * Which connections and keys are to be left alone for a while. Isolate memory only: a new isolate
 * learns again, which costs one failed attempt and no storage round on the hot path. Invariants:
 *
 * 1. What ails is tried only where nothing that is well is left; it is never lost.
 * 2. Once it has cooled down, one call at a time tries it (the probe) while others pass it by; the
 *    probe's end decides, and a probe of which nothing is heard gives way after PROBE_MS.
 * 3. What a platform refuses to a key that has just worked for something else, it refuses to the
 *    thing that was asked for: the key is not to blame.
 * 4. An outage is counted once: calls that began before its cool-down was over make it no longer,
 *    and a call that began before it does not end it.
 */

import { FAILURE_POLICY } from "../../core/policy.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { SealedSecret } from "../../core/site.ts";
import type { Route } from "./target.ts";

const BASE_COOL_DOWN_MS = 5_000;
const MAX_COOL_DOWN_MS = 300_000;
/** What an upstream may ask for: less is no wait, and for longer nobody should have to believe it. */
const ASKED_MS = { min: 1_000, max: 3_600_000 };
/** Until every isolate has read in the store that the key is disabled. */
const REFUSED_COOL_DOWN_MS = 30_000;
const PROBE_MS = 60_000;
/** How long a success speaks for a key. */
const PROVEN_MS = 600_000;
/** Success after success is news again after this long: by then every isolate has read the store. */
const NEWS_MS = 10_000;
const MAX_REMEMBERED = 10_000;

/** Made for one call: it also tells whose probe one is. */
export interface Candidate {
  route: Route;
  /** Null for connections that need no secret. */
  secret: SealedSecret | null;
}

interface Ailment {
  /** Of the last failure that counted. */
  sinceMs: number;
  untilMs: number;
  failures: number;
  /** The call that is trying whether it is over, and until when it may tell. */
  probe: { by: Candidate; untilMs: number } | null;
}

export class RouteHealth {
  #ailing = new Map<string, Ailment>();
  /** When a place last worked. */
  #workedAt = new Map<string, number>();

  /**
   * Takes the next to try out of `waiting`, which is in order of preference: the first that is
   * well or due for its probe, else the one that is due soonest.
   */
  take(waiting: Candidate[], nowMs: number): Candidate | undefined {
    const [first] = waiting;
    if (!first || this.#ailing.size === 0) return waiting.shift();
    let chosen = first;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const candidate of waiting) {
      const dueMs = Math.max(0, ...this.#ailmentsOf(candidate).map(dueAt));
      if (dueMs >= soonestMs) continue;
      chosen = candidate;
      soonestMs = dueMs;
      if (dueMs <= nowMs) break;
    }
    if (soonestMs <= nowMs) {
      const probe = { by: chosen, untilMs: nowMs + PROBE_MS };
      for (const ailment of this.#ailmentsOf(chosen)) ailment.probe = probe;
    }
    waiting.splice(waiting.indexOf(chosen), 1);
    return chosen;
  }

  /** Answers whether this is the first that is heard of its key being refused. */
  failed(candidate: Candidate, error: UpstreamError, startedAt: number, nowMs: number): boolean {
    this.left(candidate);
    const { health: blamed } = FAILURE_POLICY[error.reason];
    if (blamed === "none") return false;
    const health = blamed === "key" && this.#worksElsewhere(candidate, nowMs) ? "route" : blamed;
    const key = placesOf(candidate)[health];
    const known = this.#ailing.get(key);
    const isSameOutage = known !== undefined && startedAt < known.untilMs;
    const failures = isSameOutage ? known.failures : (known?.failures ?? 0) + 1;
    const asked = health === "key" ? REFUSED_COOL_DOWN_MS : waitAsked(error);
    const waitMs = asked ?? Math.min(BASE_COOL_DOWN_MS * 2 ** (failures - 1), MAX_COOL_DOWN_MS);
    if (isSameOutage) {
      if (asked !== null) known.untilMs = Math.max(known.untilMs, nowMs + asked);
      return false;
    }
    if (this.#ailing.size >= MAX_REMEMBERED) this.#ailing.clear();
    const untilMs = nowMs + waitMs;
    this.#ailing.set(key, { sinceMs: nowMs, untilMs, failures, probe: null });
    return health === "key";
  }

  /** Answers whether this is the first that is heard of its key working, which is disabled. */
  worked(candidate: Candidate, startedAt: number, nowMs: number): boolean {
    const places = placesOf(candidate);
    const isNews = nowMs - (this.#workedAt.get(places.key) ?? 0) >= NEWS_MS;
    if (this.#workedAt.size >= MAX_REMEMBERED) this.#workedAt.clear();
    for (const place of [places.key, places.route]) this.#workedAt.set(place, nowMs);
    for (const place of Object.values(places)) {
      const known = this.#ailing.get(place);
      if (known && known.sinceMs <= startedAt) this.#ailing.delete(place);
    }
    return isNews && candidate.secret !== null && candidate.secret.disabledReason !== null;
  }

  /** A call ended that says nothing of its route: if it was the probe, the next call is. */
  left(candidate: Candidate): void {
    for (const ailment of this.#ailmentsOf(candidate)) {
      if (ailment.probe?.by === candidate) ailment.probe = null;
    }
  }

  /** An admin has seen the connection work with this key. */
  mended(connectionId: string, secretId: string | null): void {
    const place = `${connectionId}:${secretId ?? ""}`;
    for (const key of this.#ailing.keys()) {
      if (key === connectionId || key === place || key.startsWith(`${place}:`)) {
        this.#ailing.delete(key);
      }
    }
  }

  #worksElsewhere(candidate: Candidate, nowMs: number): boolean {
    const { key, route } = placesOf(candidate);
    const isProven = (place: string) => nowMs - (this.#workedAt.get(place) ?? 0) < PROVEN_MS;
    return isProven(key) && !isProven(route);
  }

  #ailmentsOf(candidate: Candidate): Ailment[] {
    if (this.#ailing.size === 0) return [];
    return Object.values(placesOf(candidate)).flatMap((key) => this.#ailing.get(key) ?? []);
  }
}

const waitAsked = ({ retryAfterMs }: UpstreamError): number | null =>
  retryAfterMs === null ? null : Math.min(Math.max(retryAfterMs, ASKED_MS.min), ASKED_MS.max);

const dueAt = ({ untilMs, probe }: Ailment): number => Math.max(untilMs, probe?.untilMs ?? 0);

/** What may be wrong: the whole connection, its key, or one thing that is reached with the key. */
function placesOf({ route, secret }: Candidate) {
  const connection = route.connection.id;
  const key = `${connection}:${secret?.id ?? ""}`;
  return { connection, key, route: `${key}:${route.upstreamId ?? ""}` };
}
