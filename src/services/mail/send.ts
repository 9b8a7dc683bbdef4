/**
 * Mail on its way. The table is an outbox: a mail is a row before anybody tries to send it.
 *
 * 1. A row is sent by whoever claims it, by compare-and-set: two isolates never send one mail. One
 *    that died between sending and saying so is tried again under the same id, by which mail
 *    services and mailboxes know it.
 * 2. It is tried at most five times, with growing pauses, and then kept with its problem.
 * 3. What has been sent or given up loses its text: codes stand in it. Rows are forgotten in a week.
 * 4. Where no way is configured the row stays with its text, and the console of a development
 *    machine shows it.
 */
import { waitUntil } from "cloudflare:workers";
import { loggable } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { newId } from "../../store/ids.ts";
import * as mails from "../../store/mails.ts";
import type { Services } from "../services.ts";
import { type Letter, render } from "./letter.ts";
import { oneLine, requireAddress } from "./mime.ts";
import { MailError } from "./problem.ts";
import { mailWay, sendByWay } from "./transport.ts";

const PAUSES_MS = [60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000];
const CLAIM_MS = 60_000;
const KEPT_MS = 7 * 24 * 3_600_000;
const AT_ONCE = 20;
const IN_PARALLEL = 4;

/** Puts the letter on its way, behind the answer of the request. Throws for an impossible recipient. */
export async function sendMail(
  services: Services,
  site: Pick<SiteSnapshot, "id" | "name">,
  { to, letter }: { to: string; letter: Letter },
): Promise<void> {
  const { subject, text, html } = render(site, letter);
  const row = {
    siteId: site.id,
    id: newId("mail"),
    recipient: requireAddress(to, "recipient"),
    subject: oneLine(subject),
    text,
    html,
    nextAt: Date.now(),
  };
  await mails.insertMail(services.db, row);
  waitUntil(
    deliver(services, { ...row, attempts: 0 }).catch((error) =>
      console.error("mail waits", site.id, loggable(error)),
    ),
  );
}

/** What waits and is due, of all sites; for the cron. */
export async function deliverMails(services: Services): Promise<void> {
  const due = await mails.dueMails(services.db, Date.now(), AT_ONCE);
  for (let at = 0; at < due.length; at += IN_PARALLEL) {
    const ended = await Promise.allSettled(
      due.slice(at, at + IN_PARALLEL).map((mail) => deliver(services, mail)),
    );
    for (const one of ended) {
      if (one.status === "rejected") console.error("mail waits", loggable(one.reason));
    }
  }
  await mails.forgetMails(services.db, Date.now() - KEPT_MS);
}

async function deliver(
  services: Services,
  waiting: Pick<mails.MailRow, "siteId" | "id" | "attempts">,
): Promise<void> {
  const mail = await mails.claimMail(services.db, waiting, Date.now() + CLAIM_MS);
  if (!mail) return;
  const { siteId, id } = mail;
  try {
    const way = await mailWay(services, siteId);
    if (way.transport === "outbox") return await mails.keepMail(services.db, siteId, id);
    const site = await services.sites.snapshot(siteId, waitUntil);
    const from = { address: way.sender, name: site?.name ?? "" };
    const { recipient: to, subject, text, html } = mail;
    await sendByWay(services, way, { id, from, to, subject, text, html });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    const pause = PAUSES_MS[mail.attempts - 1];
    const nextAt = pause === undefined ? null : Date.now() + pause;
    await mails.noteProblem(services.db, siteId, id, { problem: error.message, nextAt });
    return;
  }
  await mails.noteSent(services.db, siteId, id);
}

/** Whether a code that is mailed arrives somewhere: in a mailbox, or in development the console. */
export async function canMail(services: Services, siteId: string): Promise<boolean> {
  if (isDevelopment(services)) return true;
  const way = await mailWay(services, siteId).catch(() => null);
  return way !== null && way.transport !== "outbox";
}

/** Only on one's own machine does the console show what stands in mails. */
export const isDevelopment = ({ environment }: Pick<Services, "environment">): boolean =>
  environment.baseDomain === "localhost" || environment.baseDomain.endsWith(".localhost");
