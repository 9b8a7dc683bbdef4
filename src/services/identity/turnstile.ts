/**
 * Whether a person is in front of a form, where the site asks Turnstile. A site that has both keys
 * asks; whatever goes wrong then lets nobody through: an attacker would else only have to break it.
 */
import * as z from "zod";
import { parseJson } from "../../connectors/kit/json.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import type { Services } from "../services.ts";
import { asker } from "./providers/ask.ts";

const PURPOSE = "turnstile-secret";
/** What a site without trouble never meets. */
const FREE_LOGINS = { max: 3, windowMs: 15 * 60_000 };

const verdictSchema = z.object({ success: z.boolean(), hostname: z.string().optional() });

export interface Proof {
  /** What the widget gave. */
  token: string | undefined;
  /** Of the host that the person is at. */
  origin: string;
  address: string | null;
}

export const sealTurnstileSecret = ({ vault }: Services, siteId: string, secret: string) =>
  vault.sealFor(siteId, PURPOSE, secret);

/** The site key where people are asked; null where they are not. */
export const turnstileKey = (site: Pick<SiteSnapshot, "signIn" | "turnstileSealed">) =>
  site.turnstileSealed === null ? null : (site.signIn.turnstileSiteKey ?? null);

/** Refuses who has not proven to be a person. */
export async function requireHuman(
  services: Services,
  site: SiteSnapshot,
  { token, origin, address }: Proof,
): Promise<void> {
  if (turnstileKey(site) === null || site.turnstileSealed === null) return;
  const nobody = () => refuse("human_check_failed", "Please confirm that you are a person.");
  if (!token) return nobody();
  const secret = await services.vault.openFor(site.id, PURPOSE, site.turnstileSealed);
  if (secret === null) throw new Error("the secret of Turnstile cannot be opened");
  const ask = asker({
    allowPrivate: services.environment.allowPrivateUpstreams,
    secrets: [secret, token],
  });
  const form = { secret, response: token, ...(address === null ? {} : { remoteip: address }) };
  const answer = await ask({ url: services.environment.turnstileUrl, form });
  if (!answer.ok) {
    const told = verdictSchema.safeParse(parseJson(answer.error.answer?.body ?? ""));
    if (told.success) return nobody();
    return refuse("unavailable", "The check for people cannot be reached; please try again.");
  }
  const verdict = verdictSchema.safeParse(answer.value);
  if (!verdict.success || !verdict.data.success) return nobody();
  // A token that was earned at another host is not one of this.
  const { hostname } = verdict.data;
  if (hostname !== undefined && hostname !== new URL(origin).hostname) return nobody();
}

/** The same for log-in, for whoever's e-mail has been tried a few times already. */
export async function requireHumanAfterFailures(
  services: Services,
  site: SiteSnapshot,
  email: string,
  proof: Proof,
): Promise<void> {
  if (turnstileKey(site) === null) return;
  const tries = throttleOf(services.env, `login-free:${site.id}:email:${email}`);
  const { retryAfterMs } = await tries.attempt(FREE_LOGINS);
  if (retryAfterMs > 0) await requireHuman(services, site, proof);
}
