/** The minute's work on own domains: claims that are due, and hostnames that are to be forgotten. */
import { loggable } from "../../core/failure.ts";
import { atomically } from "../../store/database.ts";
import * as store from "../../store/hosts.ts";
import type { Services } from "../services.ts";
import { checkHost, makerOf } from "./check.ts";
import { DAY_MS, pauseMs } from "./verdict.ts";

/** In one run: a day has room for some 170 000. */
const MAX_CHECKS = 120;
const MAX_REMOVALS = 20;
/** A request has six connections open at most, and a check asks two resolvers. */
const AT_ONCE = 3;
/** Longer than a check can take: another run leaves the claim alone meanwhile. */
const LEASE_MS = 5 * 60_000;

export async function tendHosts(services: Services, now = Date.now()): Promise<void> {
  const due = await store.dueHosts(services.db, now, MAX_CHECKS);
  for (let at = 0; at < due.length; at += AT_ONCE) {
    await Promise.all(due.slice(at, at + AT_ONCE).map((row) => checkDue(services, row, now)));
  }
  await forgetHostnames(services, now);
}

async function checkDue(services: Services, row: store.HostRow, now: number): Promise<void> {
  try {
    const isMine = await store.leaseCheck(services.db, row, now + LEASE_MS);
    if (isMine) await checkHost(services, row, now);
  } catch (error) {
    // One claim that cannot be looked at keeps no other waiting; the lease brings it back.
    console.error("checking a host failed", row.host, loggable(error));
  }
}

async function forgetHostnames(services: Services, now: number): Promise<void> {
  for (const removal of await store.dueRemovals(services.db, now, MAX_REMOVALS)) {
    const waitMs = await forgetHostname(services, removal);
    const { db } = services;
    const done = store.dropRemoval(db, removal.id);
    const again = store.delayRemoval(db, removal, now + (waitMs ?? 0));
    await atomically(db, [waitMs === null ? done : again]);
  }
}

/** How long to wait before it is tried again; null: that is not needed. */
async function forgetHostname(services: Services, removal: store.Removal): Promise<number | null> {
  const { id, host, attempts } = removal;
  if (await store.isHostnameUsed(services.db, host, id)) return null;
  const maker = makerOf(services);
  if (maker === null) return DAY_MS;
  const removed = await maker.remove(id);
  if (removed.ok) return null;
  console.warn("a custom hostname could not be removed", host, removed.error.detail);
  return Math.max(pauseMs(attempts), removed.error.retryAfterMs ?? 0);
}

/** Right after a host was given up; what fails is tried again by the minute's work. */
export async function forgetNow(services: Services): Promise<void> {
  await forgetHostnames(services, Date.now());
}
