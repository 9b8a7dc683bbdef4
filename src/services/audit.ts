/**
 * Keeping the audit: every entry reaches the site's meter, at once or by the store's outbox.
 *
 * 1. `beginAudit` comes before the deed, and throws where the entry can be kept nowhere: what
 *    cannot be told of is not done. A deed whose end nobody could note stands as unfinished.
 * 2. A meter that cannot be reached delays an entry: it waits in the store, and the cron brings it.
 * 3. An entry carries its id from here, so that bringing it twice changes nothing.
 * 4. An entry is small enough to be kept, whatever was sent.
 */
import type { AuditActor, AuditChange, AuditTarget } from "../contract/audit.ts";
import { LEFT_OUT } from "../contract/secret.ts";
import { FailureError, loggable } from "../core/failure.ts";
import { shortAgent } from "../core/user-agent.ts";
import { meterOf } from "../durable/meter/client.ts";
import type { AuditEnded, AuditNotes } from "../durable/meter/protocol.ts";
import { forgetNotes, keepNotes, pendingNotes } from "../store/audit-outbox.ts";
import { newId } from "../store/ids.ts";
import type { Services } from "./services.ts";

/** From where somebody acts. */
export interface AuditOrigin {
  address: string | null;
  /** The `user-agent` header as it came. */
  agent: string | null | undefined;
  requestId: string | null;
}

export interface AuditDeed extends AuditOrigin {
  /** `sign_in`, `users.change`: nouns and a verb, the widest first. */
  action: string;
  actor: AuditActor;
  target?: AuditTarget | null;
  /** What was asked for, without secrets. */
  asked?: unknown;
}

export interface AuditEnd {
  /** An error's code where it was refused. */
  code?: string | null;
  outcome?: AuditEnded["outcome"];
  changes?: AuditChange[];
  target?: AuditTarget;
}

/** Keeps what has happened already: a log-in, a key that was revoked. Throws where it cannot. */
export async function recordAudit(
  services: Services,
  siteId: string,
  { code, outcome, changes, ...deed }: AuditDeed & Omit<AuditEnd, "target">,
): Promise<void> {
  const begun = begunOf(deed);
  const ended = endedOf(begun.id, { code, outcome, changes });
  await bring(services, siteId, { begun: [begun], ended: [ended] });
}

/** Answers the id for `endAudit`; null where the entry is one of too many by strangers. */
export async function beginAudit(
  services: Services,
  siteId: string,
  deed: AuditDeed,
): Promise<string | null> {
  const begun = begunOf(deed);
  const leftOut = await bring(services, siteId, { begun: [begun], ended: [] });
  return leftOut.includes(begun.id) ? null : begun.id;
}

export async function endAudit(
  services: Services,
  siteId: string,
  id: string | null,
  end: AuditEnd,
): Promise<void> {
  if (id !== null) await bring(services, siteId, { begun: [], ended: [endedOf(id, end)] });
}

/** How it ended, by what was thrown. */
export function endOfError(error: unknown): AuditEnd {
  return error instanceof FailureError
    ? { outcome: "refused", code: error.failure.code }
    : { outcome: "failed" };
}

const PENDING_AT_ONCE = 100;

/** Brings what waits; what cannot be brought now waits on, and holds up nothing behind it. */
export async function deliverAudit(services: Services): Promise<void> {
  let after = 0;
  for (;;) {
    const pending = await pendingNotes(services.db, PENDING_AT_ONCE, after);
    for (const { id, siteId, notes } of pending) {
      try {
        await meterOf(services.env, siteId).audit(notes as AuditNotes);
        await forgetNotes(services.db, siteId, id);
      } catch (error) {
        console.error("audit waits", siteId, loggable(error));
      }
    }
    if (pending.length < PENDING_AT_ONCE) return;
    after = pending.at(-1)?.id ?? after;
  }
}

/** Answers the ids of what the meter did not keep. */
async function bring(services: Services, siteId: string, notes: AuditNotes): Promise<string[]> {
  try {
    return await meterOf(services.env, siteId).audit(notes);
  } catch (error) {
    console.error("audit goes by the store", siteId, loggable(error));
    await keepNotes(services.db, siteId, notes);
    return [];
  }
}

function begunOf({ agent, target, asked, ...deed }: AuditDeed): AuditNotes["begun"][number] {
  return {
    id: newId("audit"),
    at: new Date().toISOString(),
    ...deed,
    target: target ?? null,
    agent: shortAgent(agent),
    asked: isKeepable(asked) ? (asked ?? null) : LEFT_OUT,
  };
}

/** Characters as JSON, of what was sent and of each change: a row is at most 2 MB. */
const ASKED_MAX = 64_000;
const CHANGE_MAX = 4_000;

const isKeepable = (value: unknown, max = ASKED_MAX): boolean =>
  (JSON.stringify(value)?.length ?? 0) <= max;

function keepable({ field, ...values }: AuditChange): AuditChange {
  const kept = Object.entries(values).map(([name, value]) => [
    name,
    isKeepable(value, CHANGE_MAX) ? value : LEFT_OUT,
  ]);
  return { field, ...Object.fromEntries(kept) };
}

function endedOf(id: string, { code, outcome, changes, target }: OptionalEnd): AuditEnded {
  return {
    id,
    outcome: outcome ?? (code ? "refused" : "done"),
    code: code ?? null,
    changes: (changes ?? []).map(keepable),
    ...(target === undefined ? {} : { target }),
  };
}

type OptionalEnd = { [Key in keyof AuditEnd]: AuditEnd[Key] | undefined };
