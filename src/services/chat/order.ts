/**
 * In which order the ways to serve a target are preferred: by priority, and within one by weight.
 * A connection's weight is shared by its keys, in proportion to theirs.
 */
import type { UsageRecord } from "../../contract/usage.ts";
import type { ChatInput } from "../../core/run.ts";
import type { SealedSecret } from "../../core/site.ts";
import type { Candidate } from "./health.ts";
import type { Route } from "./target.ts";

/** A number in [0, 1) for each candidate. */
export type Chance = (candidate: Candidate) => number;

/**
 * Disabled keys are left out where anything else is there. Where all are disabled they are better
 * than nothing: one that works is used again.
 */
export function inOrder(routes: readonly Route[], chance: Chance): Candidate[] {
  const usable = drawn(routes, chance, ({ disabledReason }) => disabledReason === null);
  return usable.length > 0 ? usable : drawn(routes, chance, () => true);
}

function drawn(
  routes: readonly Route[],
  chance: Chance,
  isMeant: (secret: SealedSecret) => boolean,
): Candidate[] {
  const draws = routes.flatMap((route) => {
    const { secrets: stored } = route.connection;
    const secrets = stored.length === 0 ? [null] : stored.filter(isMeant);
    const all = secrets.reduce((sum, secret) => sum + weightOf(secret), 0);
    return secrets.map((secret) => {
      const candidate = { route, secret };
      const weight = route.weight * (all > 0 ? weightOf(secret) / all : 1);
      // Weighted sampling without replacement: the largest u^(1/w) goes first.
      const draw = Math.log(Math.max(chance(candidate), 1e-12)) / Math.max(weight, 1e-6);
      return { candidate, draw };
    });
  });
  draws.sort((a, b) => a.candidate.route.priority - b.candidate.route.priority || b.draw - a.draw);
  return draws.map(({ candidate }) => candidate);
}

/**
 * The same for the same `sticky`, so that a conversation meets the cache of its prompt; while its
 * first choice is away it goes to its second, and comes back. Null: a new draw each time.
 */
export function chanceOf(sticky: string | null): Chance {
  if (sticky === null) return Math.random;
  return ({ route, secret }) =>
    hashOf(`${sticky}\n${route.connection.id}\n${secret?.id ?? ""}\n${route.upstreamId ?? ""}`);
}

/** The beginning of a conversation tells it from others; more would not. */
const BEGINNING = 2_000;

/**
 * What a chat should stick to: the person or prompt that the client names, else the conversation,
 * once there is one. The owner of an API key is no such person: his whole load would go one way.
 */
export function stickyOf(
  { endUser, messages, raw, thread }: ChatInput,
  userId: string,
  surface: UsageRecord["surface"],
): string | null {
  if (surface === "portal") return userId;
  const named = raw?.body.prompt_cache_key;
  if (thread !== undefined) return `${userId}\n${thread}`;
  if (typeof named === "string" && named !== "") return `${userId}\n${named}`;
  if (endUser !== userId) return endUser;
  if (!messages.some(({ role }) => role === "assistant")) return null;
  const asked = messages.find(({ role }) => role === "user");
  const text = asked?.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  return `${userId}\n${text?.slice(0, BEGINNING) ?? ""}`;
}

const weightOf = (secret: SealedSecret | null): number => secret?.weight ?? 1;

/** Evenly spread over (0, 1): FNV-1a, then its bits mixed, for it mixes the last ones badly. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
