/**
 * Which keys of which connections are to be left alone for a while. Isolate memory only: a new
 * isolate learns again, which costs one failed attempt and no storage round on the hot path.
 */

import type { SealedSecret } from "../../core/site.ts";
import type { Route } from "./target.ts";

const BASE_COOL_DOWN_MS = 5_000;
const MAX_COOL_DOWN_MS = 300_000;
/** A key that was refused outright is tried again after this long, should nobody have mended it. */
const REFUSED_COOL_DOWN_MS = 300_000;
const MAX_REMEMBERED = 10_000;

export interface Candidate {
  route: Route;
  /** Null for connections that need no secret. */
  secret: SealedSecret | null;
}

interface Ailment {
  untilMs: number;
  failures: number;
}

export class RouteHealth {
  #ailing = new Map<string, Ailment>();

  /**
   * The order in which to try: by priority, within one by weighted chance; what is cooling down
   * comes last, and only serves when nothing else is there.
   */
  order(routes: readonly Route[], nowMs: number, random: () => number): Candidate[] {
    const drawn = routes.flatMap((route) =>
      secretsOf(route).map((secret) => ({
        candidate: { route, secret },
        ailing: (this.#ailing.get(keyOf(route, secret))?.untilMs ?? 0) > nowMs ? 1 : 0,
        // Weighted sampling without replacement: the largest u^(1/w) goes first.
        draw: Math.log(Math.max(random(), 1e-12)) / Math.max(weightOf(route, secret), 1e-6),
      })),
    );
    drawn.sort(
      (a, b) =>
        a.ailing - b.ailing ||
        a.candidate.route.priority - b.candidate.route.priority ||
        b.draw - a.draw,
    );
    return drawn.map((one) => one.candidate);
  }

  failed(
    candidate: Candidate,
    kind: "cool-down" | "disable-key",
    retryAfterMs: number | null,
    nowMs: number,
  ): void {
    const key = keyOf(candidate.route, candidate.secret);
    const failures = (this.#ailing.get(key)?.failures ?? 0) + 1;
    const waitMs =
      kind === "disable-key"
        ? REFUSED_COOL_DOWN_MS
        : (retryAfterMs ?? Math.min(BASE_COOL_DOWN_MS * 2 ** (failures - 1), MAX_COOL_DOWN_MS));
    if (this.#ailing.size >= MAX_REMEMBERED) this.#ailing.clear();
    this.#ailing.set(key, { untilMs: nowMs + waitMs, failures });
  }

  worked(candidate: Candidate): void {
    if (this.#ailing.size > 0) this.#ailing.delete(keyOf(candidate.route, candidate.secret));
  }
}

function secretsOf(route: Route): (SealedSecret | null)[] {
  const usable = route.connection.secrets.filter((secret) => secret.disabledReason === null);
  return usable.length > 0 ? usable : route.connection.secrets.length > 0 ? [] : [null];
}

function weightOf(route: Route, secret: SealedSecret | null): number {
  return route.weight * (secret?.weight ?? 1);
}

function keyOf(route: Route, secret: SealedSecret | null): string {
  return `${route.connection.id}:${secret?.id ?? ""}:${route.upstreamId ?? ""}`;
}
