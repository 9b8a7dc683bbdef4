/** Coming in by a signed link: each token once, counted by an object that lets one through. */

import { createHash } from "node:crypto";
import { nextPath } from "../../../core/next-path.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { SiteSnapshot } from "../../../core/site.ts";
import { throttleOf } from "../../../durable/throttle/client.ts";
import type { Services } from "../../services.ts";
import type { Person, TokenKind } from "./kind.ts";
import { type LiveProvider, liveProvider } from "./stored.ts";
import type { Failed } from "./way.ts";

export interface Entering {
  slug: string;
  token: string;
  next: string | undefined;
  origin: string;
}

export async function enterByLink(
  services: Services,
  site: SiteSnapshot,
  { slug, token, next: asked, origin }: Entering,
): Promise<Result<{ provider: LiveProvider<TokenKind>; person: Person; next: string }, Failed>> {
  const next = nextPath(asked, origin);
  const found = await liveProvider(services, site.id, slug, "enter");
  if (!found.ok) return fail({ problem: found.error, detail: "no such provider", next });
  const provider = found.value;
  const { host } = new URL(origin);
  const person = await provider.kind.person(provider.open, { token, host }, provider.ask);
  if (!person.ok) return fail({ ...person.error, next });
  const { once, ...who } = person.value;
  const id = createHash("sha256").update(once.id).digest("hex");
  const uses = throttleOf(services.env, `sign-in-link:${site.id}:${provider.row.id}:${id}`);
  const { retryAfterMs } = await uses.attempt({ max: 1, windowMs: once.windowMs });
  if (retryAfterMs > 0) return fail({ problem: "expired", detail: "the link was used", next });
  return ok({ provider, person: who, next });
}
