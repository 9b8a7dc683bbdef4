/** The console's mail page: settings, a test, the outbox. */
import type { MailInput, MailPage, SentMail } from "../../contract/mail.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { newId } from "../../store/ids.ts";
import * as mails from "../../store/mails.ts";
import { hintOf } from "../../store/seal.ts";
import { LETTERS, render } from "../mail/letter.ts";
import { MailError } from "../mail/problem.ts";
import { isDevelopment } from "../mail/send.ts";
import { deploymentWay, mailWay, SEAL_PURPOSE, sendByWay, wayOf } from "../mail/transport.ts";
import type { Services } from "../services.ts";

export async function readMail(services: Services, siteId: string): Promise<MailPage> {
  const row = await mails.mailSettingsOf(services.db, siteId);
  const way = deploymentWay(services);
  return {
    own: row && {
      transport: row.transport,
      sender: row.sender,
      settings: row.settings,
      secretHint: row.hint,
    },
    deployment: { transport: way.transport, sender: way.transport === "outbox" ? "" : way.sender },
    binding: services.env.EMAIL !== undefined,
    development: isDevelopment(services),
  };
}

const textsOf = ({ settings }: MailInput): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));

export async function saveMail(
  services: Services,
  siteId: string,
  input: MailInput,
): Promise<void> {
  const { transport, sender, secret } = input;
  const settings = textsOf(input);
  if (transport === "binding" && !services.env.EMAIL) {
    refuse("unsupported_value", "This deployment has no mail binding.", { param: "transport" });
  }
  const before = await mails.mailSettingsOf(services.db, siteId);
  const kept = keptSecret(before, { transport, settings });
  await mails.saveMailSettings(services.db, {
    siteId,
    transport,
    sender,
    settings,
    sealed: secret ? await services.vault.sealFor(siteId, SEAL_PURPOSE, secret) : kept.sealed,
    hint: secret ? hintOf({ secret }) : kept.hint,
    updatedAt: Date.now(),
  });
}

/** From now on mail goes as the deployment sends it. */
export const forgetMail = ({ db }: Services, siteId: string): Promise<void> =>
  mails.deleteMailSettings(db, siteId);

/** A secret stays only with the server it was given for: settings cannot send it elsewhere. */
function keptSecret(
  before: mails.MailSettingsRow | null,
  { transport, settings }: { transport: MailInput["transport"]; settings: Record<string, string> },
): { sealed: string | null; hint: string } {
  const same =
    before?.transport === transport &&
    (["host", "port", "url", "security"] as const).every(
      (name) => before.settings[name] === settings[name],
    );
  return same ? { sealed: before.sealed, hint: before.hint } : { sealed: null, hint: "" };
}

/** Sends at once, past the outbox, and says how it went. */
export async function testMail(
  services: Services,
  site: SiteSnapshot,
  { input, to }: { input: MailInput | null; to: string },
): Promise<{ ok: boolean; problem: string | null; detail: string }> {
  try {
    const way = input ? await tried(services, site.id, input) : await mailWay(services, site.id);
    if (way.transport === "outbox")
      throw new MailError("settings", "no way to send mail is set up");
    const from = { address: way.sender, name: site.name };
    const mail = render(site, LETTERS[site.locale].test());
    await sendByWay(services, way, { id: newId("mail"), from, to, ...mail });
    return { ok: true, problem: null, detail: to };
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    return { ok: false, problem: error.problem, detail: error.detail };
  }
}

async function tried(services: Services, siteId: string, input: MailInput) {
  const settings = textsOf(input);
  const before = await mails.mailSettingsOf(services.db, siteId);
  const { sealed } = keptSecret(before, { transport: input.transport, settings });
  const kept = sealed ? await services.vault.openFor(siteId, SEAL_PURPOSE, sealed) : "";
  return wayOf({ ...input, settings }, input.secret ?? kept ?? "");
}

export async function sentMails(
  services: Services,
  siteId: string,
  query: { limit: number; after?: string | undefined },
): Promise<{ data: SentMail[]; has_more: boolean; next: string | null }> {
  const page = await mails.pageMails(services.db, siteId, query);
  const shown = isDevelopment(services);
  return { ...page, data: page.data.map((row) => sentMail(row, shown)) };
}

function sentMail(row: mails.MailRow, withText: boolean): SentMail {
  const { id, recipient, subject, attempts, problem, createdAt, sentAt, nextAt, text } = row;
  return {
    id,
    recipient,
    // A subject may bear a code.
    subject: withText ? subject : subject.replace(/\d{6}/g, "••••••"),
    state: stateOf({ sentAt, nextAt, problem }),
    attempts,
    problem,
    createdAt: new Date(createdAt).toISOString(),
    sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
    text: withText && text !== "" ? text : null,
  };
}

function stateOf({
  sentAt,
  nextAt,
  problem,
}: Pick<mails.MailRow, "sentAt" | "nextAt" | "problem">): SentMail["state"] {
  if (sentAt !== null) return "sent";
  if (nextAt !== null) return "waiting";
  return problem === null ? "kept" : "failed";
}
