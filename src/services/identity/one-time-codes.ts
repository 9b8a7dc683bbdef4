/**
 * Codes sent by mail: six digits, ten minutes, five tries, used once.
 *
 * 1. Who asks for a code is answered before anybody looks whether there is an account: neither the
 *    answer nor its time tells.
 * 2. A row is made whether a code is sent or not, so that guessing costs the same either way.
 * 3. Tries and use are counted in the store by compare-and-set: guesses in parallel share five.
 * 4. At rest a code is an HMAC bound to its row: six digits would else be guessed from a copy of
 *    the store in a moment.
 */
import { waitUntil } from "cloudflare:workers";
import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import { loggable, refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import * as codes from "../../store/codes.ts";
import { newId } from "../../store/ids.ts";
import type { CodePurpose } from "../../store/schema-identity.ts";
import * as users from "../../store/users.ts";
import { LETTERS, type Letter } from "../mail/letter.ts";
import { sendMail } from "../mail/send.ts";
import type { Services } from "../services.ts";

const TTL_MS = 10 * 60_000;
const MAX_TRIES = 5;
/** By then the answer has left: on one thread the work would else hold it up, and be seen to. */
const ANSWER_MS = 150;
const PER_EMAIL = { max: 5, windowMs: 15 * 60_000 };
const PER_ADDRESS = { max: 30, windowMs: 15 * 60_000 };

/** Asks for a code; the answer is the same for everybody. */
export async function requestCode(
  services: Services,
  site: SiteSnapshot,
  wanted: { purpose: Exclude<CodePurpose, "change_email">; email: string },
  address: string | null,
): Promise<void> {
  await countRequest(services, site, wanted.email, address);
  waitUntil(
    scheduler
      .wait(ANSWER_MS)
      .then(() => issue(services, site, wanted))
      .catch((error) => console.error("no code", loggable(error))),
  );
}

/** A code for an address that a signed-in user wants to be known by. */
export async function requestEmailCode(
  services: Services,
  site: SiteSnapshot,
  { userId, email }: { userId: string; email: string },
  address: string | null,
): Promise<void> {
  await countRequest(services, site, email, address);
  const holder = await users.findByEmail(services.db, site.id, email);
  const letters = LETTERS[site.locale];
  const code = await makeCode(services, site, { purpose: "change_email", email, userId });
  await sendMail(services, site, {
    to: email,
    letter: holder ? letters.hasAccount() : letters.change_email(code),
  });
}

async function countRequest(
  services: Services,
  site: SiteSnapshot,
  email: string,
  address: string | null,
): Promise<void> {
  const waits = await Promise.all([
    throttleOf(services.env, `codes:${site.id}:email:${email}`).attempt(PER_EMAIL),
    address === null
      ? { retryAfterMs: 0 }
      : throttleOf(services.env, `codes:${site.id}:address:${address}`).attempt(PER_ADDRESS),
  ]);
  const retryAfterMs = Math.max(...waits.map((wait) => wait.retryAfterMs));
  if (retryAfterMs > 0) {
    refuse("rate_limit_login", "Too many codes were asked for; please wait.", { retryAfterMs });
  }
}

async function issue(
  services: Services,
  site: SiteSnapshot,
  { purpose, email }: { purpose: Exclude<CodePurpose, "change_email">; email: string },
): Promise<void> {
  const user = await users.findByEmail(services.db, site.id, email);
  const code = await makeCode(services, site, { purpose, email, userId: user?.id ?? null });
  const letter = letterFor(site, purpose, code, user);
  if (letter) await sendMail(services, site, { to: email, letter });
}

/** Null: nobody is written to. */
function letterFor(
  site: SiteSnapshot,
  purpose: Exclude<CodePurpose, "change_email">,
  code: string,
  user: users.UserRow | null,
): Letter | null {
  const letters = LETTERS[user?.locale ?? site.locale];
  if (purpose === "register") return user ? letters.hasAccount() : letters.register(code);
  return user?.enabled ? letters[purpose](code) : null;
}

async function makeCode(
  services: Services,
  site: SiteSnapshot,
  row: { purpose: CodePurpose; email: string; userId: string | null },
): Promise<string> {
  const id = newId("code");
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const hash = hashOf(services, site.id, id, code).toString("hex");
  await codes.issueCode(services.db, site.id, { ...row, id, hash, expiresAt: Date.now() + TTL_MS });
  return code;
}

const hashOf = ({ keys }: Services, siteId: string, id: string, code: string): Buffer =>
  createHmac("sha256", keys.oneTimeCode).update(`${siteId}/${id}/${code}`).digest();

/** Codes that nobody can use any more are forgotten; for the cron. */
export const sweepCodes = ({ db }: Services): Promise<void> => codes.forgetCodes(db, Date.now());

/** Uses the code up; refuses one that is wrong, old, used, or tried too often, all in one sentence. */
export async function redeemCode(
  services: Services,
  site: SiteSnapshot,
  wanted: { purpose: CodePurpose; email: string; code: string },
): Promise<codes.CodeRow> {
  const row = await codes.takeAttempt(services.db, site.id, wanted, MAX_TRIES);
  const given = hashOf(services, site.id, row?.id ?? "", wanted.code);
  const right = row !== null && timingSafeEqual(given, Buffer.from(row.hash, "hex"));
  if (!right || !(await codes.useCode(services.db, site.id, row.id))) {
    return refuse("invalid_value", "The code is wrong or no longer valid.", { param: "code" });
  }
  return row;
}
