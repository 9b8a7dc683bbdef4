/**
 * Codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds).
 *
 * 1. A step is used once, by compare-and-set: a code that was seen over a shoulder is worth nothing.
 * 2. One step before and after the present one counts, for clocks that go wrong.
 */
import { Secret, TOTP } from "otpauth";
import { newId } from "../../store/ids.ts";
import * as factors from "../../store/second-factors.ts";
import type { Services } from "../services.ts";

const STEP_SECONDS = 30;
const sealedAs = (id: string) => `totp:${id}`;

export interface TotpOffer {
  id: string;
  /** Base32, to type in. */
  secret: string;
  /** `otpauth://totp/…`, for the picture. */
  url: string;
}

/** A secret that protects nothing until its first code was answered. */
export async function offerTotp(
  services: Services,
  site: { id: string; name: string },
  user: { id: string; email: string },
): Promise<TotpOffer> {
  const secret = new Secret({ size: 20 });
  const id = newId("factor");
  await factors.removeUnconfirmed(services.db, site.id, user.id);
  await factors.insertFactor(services.db, {
    siteId: site.id,
    userId: user.id,
    id,
    kind: "totp",
    sealed: await services.vault.sealFor(site.id, sealedAs(id), secret.base32),
    createdAt: Date.now(),
  });
  const issuer = site.name.replaceAll(":", " ");
  const url = new TOTP({ issuer, label: user.email, secret }).toString();
  return { id, secret: secret.base32, url };
}

/** Whether the code is right and was not used; then it is used. */
export async function useTotp(
  services: Services,
  factor: factors.SecondFactorRow,
  code: string,
): Promise<boolean> {
  const { siteId, id, sealed } = factor;
  const secret = sealed && (await services.vault.openFor(siteId, sealedAs(id), sealed));
  if (!secret) return false;
  const now = Date.now();
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code.replace(/\s/g, ""), timestamp: now, window: 1 });
  if (delta === null) return false;
  const step = Math.floor(now / 1000 / STEP_SECONDS) + delta;
  return await factors.advanceCounter(services.db, { siteId, id }, step);
}
