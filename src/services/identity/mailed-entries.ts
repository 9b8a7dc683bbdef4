/** What a code by mail is good for: log-in, a new password, another e-mail. */
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { setVerifiedEmail } from "../../store/user-email.ts";
import * as users from "../../store/users.ts";
import { LETTERS } from "../mail/letter.ts";
import { sendMail } from "../mail/send.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { endSessions, type Origin } from "./accounts.ts";
import { redeemCode, requestEmailCode } from "./one-time-codes.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { type SignInOutcome, signIn } from "./sign-in.ts";

export async function logInByCode(
  services: Services,
  site: SiteSnapshot,
  given: { email: string; code: string },
  origin: Origin,
): Promise<SignInOutcome> {
  if (site.signIn.emailCode === false) {
    refuse("access_denied", "This site does not let people in by codes.");
  }
  const user = await ownerOf(services, site, { ...given, purpose: "login" });
  return await signIn(services, site, user, { ...origin, method: "code" });
}

/** Sets the password and ends every session; who has a second factor is asked for it all the same. */
export async function resetPassword(
  services: Services,
  site: SiteSnapshot,
  { password, ...given }: { email: string; code: string; password: string },
  origin: Origin,
): Promise<SignInOutcome> {
  const { id } = await ownerOf(services, site, { ...given, purpose: "reset" });
  await users.setPassword(services.db, site.id, id, await hashPassword(password));
  const user = await endSessions(services, site, id);
  await sendMail(services, site, {
    to: user.email,
    letter: LETTERS[user.locale ?? site.locale].passwordChanged(),
  });
  return await signIn(services, site, user, { ...origin, method: "reset" });
}

/** The code shows that its user reads mail of the address. */
async function ownerOf(
  services: Services,
  site: SiteSnapshot,
  given: { purpose: "login" | "reset"; email: string; code: string },
): Promise<users.UserRow> {
  const { userId } = await redeemCode(services, site, given);
  const user = userId === null ? null : await users.findById(services.db, site.id, userId);
  if (!user?.enabled || user.email !== given.email) {
    return refuse("invalid_value", "The code is wrong or no longer valid.", { param: "code" });
  }
  if (user.emailVerifiedAt === null) {
    await setVerifiedEmail(services.db, site.id, user.id, user.email);
  }
  return user;
}

/** The password is asked for where there is one: an open laptop is not enough. */
export async function askForEmail(
  services: Services,
  site: SiteSnapshot,
  wanted: { userId: string; email: string; password: string },
  address: string | null,
): Promise<void> {
  const user = await users.findById(services.db, site.id, wanted.userId);
  if (!user) return refuse("expired_session", "Please log in.");
  if (user.passwordHash && !(await verifyPassword(wanted.password, user.passwordHash))) {
    refuse("invalid_value", "The password is wrong.", { param: "password" });
  }
  await requestEmailCode(services, site, wanted, address);
}

/** From now on the new address is the user's; the old one is told. */
export async function changeEmail(
  services: Services,
  site: SiteSnapshot,
  { userId, email, code }: { userId: string; email: string; code: string },
): Promise<void> {
  const redeemed = await redeemCode(services, site, { purpose: "change_email", email, code });
  const user = await users.findById(services.db, site.id, userId);
  const changed =
    redeemed.userId === userId &&
    user !== null &&
    (await setVerifiedEmail(services.db, site.id, userId, email));
  if (!changed) {
    return refuse("invalid_value", "The code is wrong or no longer valid.", { param: "code" });
  }
  await deliverProfiles(services, site.id);
  await sendMail(services, site, {
    to: user.email,
    letter: LETTERS[user.locale ?? site.locale].emailChanged(email),
  });
}
