/**
 * The way to a provider and back. Invariants:
 *
 * 1. A way is begun and ended in one browser, at one host, for one provider: a sealed cookie of
 *    that host remembers it, and what comes back in the address must match.
 * 2. It is walked once, within ten minutes; its `state` is counted by an object that lets one
 *    through, so that a cookie that was kept is worth nothing either.
 * 3. The code that came back is only ever sent to the provider that the way was begun for.
 * 4. Where it ends was checked when it began (core/next-path.ts), and is sealed with the rest.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { SignInProblem } from "../../../contract/providers.ts";
import { nextPath } from "../../../core/next-path.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { SiteSnapshot } from "../../../core/site.ts";
import { throttleOf } from "../../../durable/throttle/client.ts";
import type { Services } from "../../services.ts";
import type { CodeKind, Person } from "./kind.ts";
import { type LiveProvider, liveProvider } from "./stored.ts";

export const WAY_TTL_MS = 600_000;
const PURPOSE = "sign-in-way";

interface Way {
  host: string;
  providerId: string;
  state: string;
  nonce: string;
  verifier: string;
  next: string;
  /** The session of whoever links his account; null: somebody logs in. */
  linkFor: { userId: string; sessionId: string } | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Why it ended; `detail` is for the site's admins. */
export interface Failed {
  problem: SignInProblem;
  detail: string;
  next: string;
}

export const callbackOf = (origin: string, slug: string): string =>
  `${origin}/api/auth/providers/${slug}/callback`;

const random = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
const s256 = (text: string) => createHash("sha256").update(text).digest("base64url");
const hostOf = (origin: string) => new URL(origin).host;

export interface Beginning {
  slug: string;
  /** Of the host that the person is at. */
  origin: string;
  next: string | undefined;
  agent: string;
  linkFor?: Way["linkFor"];
}

/** The page to go to, and the cookie that remembers the way. */
export async function beginWay(
  services: Services,
  site: SiteSnapshot,
  { slug, origin, next, agent, linkFor = null }: Beginning,
): Promise<Result<{ url: string; cookie: string }, Failed>> {
  const after = nextPath(next, origin);
  const found = await liveProvider(services, site.id, slug, "callback");
  if (!found.ok) return fail({ problem: found.error, detail: "no such provider", next: after });
  const { row, kind, open, ask } = found.value;
  const way: Way = {
    host: hostOf(origin),
    providerId: row.id,
    state: random(),
    nonce: random(),
    verifier: random(),
    next: after,
    linkFor,
    expiresAt: Date.now() + WAY_TTL_MS,
  };
  const out = {
    redirectUri: callbackOf(origin, slug),
    state: way.state,
    nonce: way.nonce,
    challenge: s256(way.verifier),
    agent,
  };
  const url = await kind.authorizeUrl(open, out, ask);
  if (!url.ok) return fail({ ...url.error, next: after });
  const cookie = await services.vault.sealFor(site.id, PURPOSE, JSON.stringify(way));
  return ok({ url: url.value, cookie });
}

export interface ComingBack {
  slug: string;
  origin: string;
  /** Null: the browser has none. */
  cookie: string | null;
  state: string | undefined;
  code: string | undefined;
  /** What the platform says in place of a code. */
  error: string | undefined;
  issuer: string | undefined;
}

export interface Walked {
  provider: LiveProvider<CodeKind>;
  person: Person;
  next: string;
  linkFor: Way["linkFor"];
}

/** Who came back, as the provider proves it. */
export async function endWay(
  services: Services,
  site: SiteSnapshot,
  back: ComingBack,
): Promise<Result<Walked, Failed>> {
  const way = await wayOf(services, site.id, back);
  if (!way) return fail({ problem: "expired", detail: "no such way was begun here", next: "/" });
  const { next, linkFor, nonce, verifier } = way;
  const found = await liveProvider(services, site.id, back.slug, "callback");
  if (!found.ok) return fail({ problem: found.error, detail: "it was switched off", next });
  const provider = found.value;
  if (provider.row.id !== way.providerId) {
    return fail({ problem: "expired", detail: "the way was begun for another provider", next });
  }
  const uses = throttleOf(services.env, `sign-in-way:${site.id}:${way.state}`);
  const { retryAfterMs } = await uses.attempt({ max: 1, windowMs: WAY_TTL_MS });
  if (retryAfterMs > 0) return fail({ problem: "expired", detail: "walked already", next });
  const { code, error, issuer, origin, slug } = back;
  if (!code || error) return fail({ problem: "denied", detail: error ?? "no code", next });
  const redirectUri = callbackOf(origin, slug);
  const person = await provider.kind.person(
    provider.open,
    { code, redirectUri, nonce, verifier, issuer },
    provider.ask,
  );
  return person.ok
    ? ok({ provider, person: person.value, next, linkFor })
    : fail({ ...person.error, next });
}

/** Null for what was not begun here, in this browser, or is too old. */
async function wayOf(
  { vault }: Services,
  siteId: string,
  { cookie, state, origin }: ComingBack,
): Promise<Way | null> {
  if (!cookie || !state) return null;
  const text = await vault.openFor(siteId, PURPOSE, cookie);
  if (text === null) return null;
  const way = JSON.parse(text) as Way;
  const isMine = way.host === hostOf(origin) && isSame(way.state, state);
  return isMine && Date.now() < way.expiresAt ? way : null;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(s256(one)), Buffer.from(s256(other))];
  return timingSafeEqual(a, b);
}
