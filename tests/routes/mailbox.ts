/** What was mailed in development: the outbox keeps it, and tests read it there. */
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";

interface Kept {
  recipient: string;
  subject: string;
  text: string;
}

/** Mail to an address, the newest first. */
export async function mailsTo(recipient: string): Promise<Kept[]> {
  const query = "SELECT * FROM mails WHERE recipient = ? ORDER BY created_at DESC, rowid DESC";
  return (await env.DB.prepare(query).bind(recipient).all<Kept>()).results;
}

/** The code of the `count`th mail that bears one; mail goes behind the answer, so it is waited for. */
export async function codeFor(recipient: string, count = 1): Promise<string> {
  return await vi.waitFor(async () => {
    const codes = (await mailsTo(recipient)).flatMap(({ text }) => /\b\d{6}\b/.exec(text) ?? []);
    expect(codes.length).toBeGreaterThanOrEqual(count);
    return codes[0] ?? "";
  });
}

/** When nothing is on its way to the store any more: as many rows of codes as were asked for. */
export async function codesIssued(email: string, count: number): Promise<void> {
  await vi.waitFor(async () => {
    const query = "SELECT count(*) AS count FROM codes WHERE email = ?";
    const row = await env.DB.prepare(query).bind(email).first<{ count: number }>();
    expect(row?.count).toBe(count);
  });
}
