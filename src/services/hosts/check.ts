/**
 * Looks at one claim: its proof, then its certificate. Safe to run twice at once: every finding is
 * written only into the claim that was looked at (store/hosts.ts), and one site gets a host.
 */
import type { SiteNotice } from "../../contract/notices.ts";
import { meterOf } from "../../durable/meter/client.ts";
import { atomically } from "../../store/database.ts";
import * as store from "../../store/hosts.ts";
import { recordAudit } from "../audit.ts";
import type { Services } from "../services.ts";
import type { CertificateMaker } from "./certificates.ts";
import { CloudflareHostnames } from "./cloudflare.ts";
import { askTexts, judge, resolverAt, type Texts } from "./dns.ts";
import { live, proofGone, uncertified, unmade, unproven } from "./verdict.ts";

type Row = store.HostRow;

/** Null: certificates are the matter of whatever stands in front. */
export function makerOf({ environment }: Services): CertificateMaker | null {
  const { cloudflare } = environment.hosts;
  return cloudflare && new CloudflareHostnames(cloudflare);
}

/** Whether the operator's file names it. */
export const isApproved = ({ token, verifiedAt }: Row): boolean =>
  token === "" && verifiedAt !== null;

export async function checkHost(services: Services, row: Row, now: number): Promise<void> {
  const found = await lookAt(services, row, now);
  if (found !== null) await store.noteCheck(services.db, row, found);
  services.sites.forget(row.siteId);
}

/** What is to be written into the claim; null where that has been done. */
async function lookAt(services: Services, row: Row, now: number): Promise<store.HostChange | null> {
  if (isApproved(row)) return await certified(services, row, now);
  const texts = await askTexts(
    services.environment.hosts.resolvers.map((at) => resolverAt(at)),
    row.host,
  );
  const proof = judge(texts, row.token);
  if (proof.kind !== "found") {
    if (row.verifiedAt === null) return unproven(row, proof, now);
    const gone = proofGone(row, proof, now);
    if (gone.lost) await lose(services, row, gone.change, now);
    else if (row.missingSince === null && gone.change.missingSince) await warn(services, row, now);
    return gone.lost ? null : gone.change;
  }
  if (row.verifiedAt !== null) return await certified(services, row, now);
  if (!(await prove(services, row, texts, now))) return unproven(row, proof, now);
  const proven = await store.findClaim(services.db, row.siteId, row.host);
  return proven && (await certified(services, { ...proven, attempts: 0 }, now));
}

/**
 * The claim gets the host: where nobody has it, or where the proof of whoever has it is gone. False
 * where another site keeps it.
 */
async function prove(services: Services, row: Row, texts: Texts, now: number): Promise<boolean> {
  const { db } = services;
  if (await store.verifyClaim(db, row, now)) return true;
  const [holder] = await store.findHolders(db, [row.host]);
  if (!holder || isApproved(holder)) return false;
  // The same answer of the same moment: both see what the domain's owner says now.
  const { kind } = judge(texts, holder.token);
  if (kind !== "wrong" && kind !== "missing") return false;
  if (!(await store.moveHost(db, holder, row, now))) return false;
  services.sites.forget(holder.siteId);
  await tellLost(services, holder, "taken_over", now);
  return true;
}

async function lose(services: Services, row: Row, change: store.HostChange, now: number) {
  await store.loseHost(services.db, row, change, now);
  await tellLost(services, row, "proof_gone", now);
}

async function certified(services: Services, row: Row, now: number): Promise<store.HostChange> {
  const maker = makerOf(services);
  if (maker === null) return live(now, isApproved(row));
  const known = row.customHostnameId === null ? null : await maker.read(row.customHostnameId);
  if (known && !known.ok) return unmade(row, known.error, now);
  const made = known?.value
    ? { ok: true as const, value: known.value }
    : await maker.ensure(row.host);
  if (!made.ok) return unmade(row, made.error, now);
  const { id, state, detail } = made.value;
  if (id !== row.customHostnameId) await keepHostname(services, row, id, now);
  if (state === "live") return live(now, false);
  if (state === "moved" || state === "failed") {
    // Cloudflare has given up looking; from now on it looks again.
    const begun = await maker.refresh(id);
    if (!begun.ok) return unmade(row, begun.error, now);
  }
  return uncertified(row, state, detail, now);
}

/** The id is in the claim, or, where that is no more, among what is to be forgotten. */
async function keepHostname(services: Services, row: Row, id: string, now: number): Promise<void> {
  const { db } = services;
  await atomically(db, [store.dropRemoval(db, id)]);
  if (await store.noteCheck(db, row, { customHostnameId: id })) return;
  await atomically(db, [store.addRemoval(db, id, row.host, now)]);
}

async function warn(services: Services, row: Row, now: number): Promise<void> {
  const notice = { id: `host_proof_gone:${row.host}:${now}`, kind: "host_proof_gone" as const };
  await tell(services, row, { ...notice, at: new Date(now).toISOString(), host: row.host });
}

async function tellLost(
  services: Services,
  row: Row,
  why: "proof_gone" | "taken_over",
  now: number,
): Promise<void> {
  await recordAudit(services, row.siteId, {
    action: "hosts.lost",
    actor: { kind: "system", id: "", name: "" },
    target: { kind: "hosts", id: row.host, name: row.host },
    asked: { why },
    address: null,
    agent: null,
    requestId: null,
  });
  const notice = { id: `host_lost:${row.host}:${now}`, kind: "host_lost" as const, why };
  await tell(services, row, { ...notice, at: new Date(now).toISOString(), host: row.host });
}

async function tell(services: Services, row: Row, notice: SiteNotice): Promise<void> {
  await meterOf(services.env, row.siteId).notice([notice]);
}
