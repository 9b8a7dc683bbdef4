/**
 * Looks at one claim: its proof, then its certificate. Safe to run twice at once: every finding is
 * written only into the claim that was looked at (store/hosts.ts), and one site gets a host.
 */
import { atomically } from "../../store/database.ts";
import * as store from "../../store/hosts.ts";
import type { Services } from "../services.ts";
import type { CertificateMaker } from "./certificates.ts";
import { CloudflareHostnames } from "./cloudflare.ts";
import { askTexts, judge, type Proof, resolverAt, type Texts } from "./dns.ts";
import { tellSite } from "./tell.ts";
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
    return await missed(services, row, proof, now);
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
  await tellSite(services, holder, { kind: "host_lost", why: "taken_over" }, now);
  return true;
}

/** A host that is proven, and whose proof was not seen. Null: it was lost by that. */
async function missed(
  services: Services,
  row: Row,
  proof: Proof,
  now: number,
): Promise<store.HostChange | null> {
  const { lost, change } = proofGone(row, proof, now);
  if (lost) {
    await store.loseHost(services.db, row, change, now);
    await tellSite(services, row, { kind: "host_lost", why: "proof_gone" }, now);
    return null;
  }
  const isNew = row.missingSince === null && typeof change.missingSince === "number";
  if (isNew) await tellSite(services, row, { kind: "host_proof_gone" }, now);
  return change;
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
