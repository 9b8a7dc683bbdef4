/** Mail on its way, and how a site sends it. A claim is a compare-and-set: two never send one mail. */
import { and, asc, desc, eq, isNotNull, lt, lte, or } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export type MailRow = typeof t.mails.$inferSelect;
export type MailSettingsRow = typeof t.mailSettings.$inferSelect;

const the = (siteId: string, id: string) => and(eq(t.mails.siteId, siteId), eq(t.mails.id, id));

export async function insertMail(
  db: Database,
  mail: Pick<MailRow, "siteId" | "id" | "recipient" | "subject" | "text" | "html" | "nextAt">,
): Promise<void> {
  await db.insert(t.mails).values({ ...mail, createdAt: Date.now() });
}

/** What is due, of all sites, the longest waiting first. */
export async function dueMails(db: Database, now: number, limit: number): Promise<MailRow[]> {
  return await db
    .select()
    .from(t.mails)
    .where(and(isNotNull(t.mails.nextAt), lte(t.mails.nextAt, now)))
    .orderBy(asc(t.mails.nextAt))
    .limit(limit);
}

/** The mail for whoever asked first; null for everybody else. Until `until` nobody else gets it. */
export async function claimMail(
  db: Database,
  mail: Pick<MailRow, "siteId" | "id" | "attempts">,
  until: number,
): Promise<MailRow | null> {
  const [row] = await db
    .update(t.mails)
    .set({ nextAt: until, attempts: mail.attempts + 1 })
    .where(
      and(
        the(mail.siteId, mail.id),
        eq(t.mails.attempts, mail.attempts),
        isNotNull(t.mails.nextAt),
      ),
    )
    .returning();
  return row ?? null;
}

/** Sent: its text is forgotten, for codes stand in it. */
export async function noteSent(db: Database, siteId: string, id: string): Promise<void> {
  await db
    .update(t.mails)
    .set({ sentAt: Date.now(), nextAt: null, problem: null, text: "", html: "" })
    .where(the(siteId, id));
}

/** Not sent; `nextAt` null: it is given up, and its text forgotten. */
export async function noteProblem(
  db: Database,
  siteId: string,
  id: string,
  { problem, nextAt }: { problem: string; nextAt: number | null },
): Promise<void> {
  const gone = nextAt === null ? { text: "", html: "" } : {};
  await db
    .update(t.mails)
    .set({ problem, nextAt, ...gone })
    .where(the(siteId, id));
}

export async function forgetMails(db: Database, before: number): Promise<void> {
  await db.delete(t.mails).where(lt(t.mails.createdAt, before));
}

/** Newest first; the cursor is `createdAt:id`. */
export async function pageMails(
  db: Database,
  siteId: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<{ data: MailRow[]; has_more: boolean; next: string | null }> {
  const [at, id] = after?.split(":") ?? [];
  const rows = await db
    .select()
    .from(t.mails)
    .where(
      and(
        eq(t.mails.siteId, siteId),
        at && id
          ? or(
              lt(t.mails.createdAt, Number(at)),
              and(eq(t.mails.createdAt, Number(at)), lt(t.mails.id, id)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(t.mails.createdAt), desc(t.mails.id))
    .limit(limit + 1);
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const more = rows.length > limit;
  return { data, has_more: more, next: more && last ? `${last.createdAt}:${last.id}` : null };
}

export async function mailSettingsOf(
  db: Database,
  siteId: string,
): Promise<MailSettingsRow | null> {
  const [row] = await db.select().from(t.mailSettings).where(eq(t.mailSettings.siteId, siteId));
  return row ?? null;
}

export async function saveMailSettings(db: Database, row: MailSettingsRow): Promise<void> {
  const { siteId: _, ...values } = row;
  await db
    .insert(t.mailSettings)
    .values(row)
    .onConflictDoUpdate({ target: t.mailSettings.siteId, set: values });
}

export async function deleteMailSettings(db: Database, siteId: string): Promise<void> {
  await db.delete(t.mailSettings).where(eq(t.mailSettings.siteId, siteId));
}

/** Nowhere to send it: it stays with its text. */
export async function keepMail(db: Database, siteId: string, id: string): Promise<void> {
  await db.update(t.mails).set({ nextAt: null, problem: null }).where(the(siteId, id));
}
