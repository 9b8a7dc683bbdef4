/**
 * Host → site → snapshot, from isolate memory. Invariants:
 *
 * 1. A host leads to at most one site; an unknown host leads nowhere.
 * 2. In normal operation a snapshot is at most MAX_STALE_MS old: younger than FRESH_MS it is used
 *    as it is; older it is used while the version is checked behind the answer; older than
 *    MAX_STALE_MS the check comes first.
 * 3. While the database is down the last snapshot serves on, for at most OUTAGE_MS; after that
 *    requests fail rather than run on rules that nobody can change.
 * 4. A warm request sends no query: one version check per site and FRESH_MS, whatever the load.
 */
import type { Environment } from "../core/environment.ts";
import { loggable } from "../core/failure.ts";
import type { SiteSnapshot } from "../core/site.ts";
import type { Database } from "../store/database.ts";
import { configVersion, findSiteByHost } from "../store/sites.ts";
import { loadSnapshot } from "../store/snapshot.ts";

export const FRESH_MS = 3_000;
export const MAX_STALE_MS = 9_000;
export const OUTAGE_MS = 3_600_000;
const MAX_SITES = 500;
const MAX_HOSTS = 5_000;
/** A host without a site is forgotten sooner, so that a new site is not kept waiting. */
const UNKNOWN_HOST_MS = 2_000;

export const PLATFORM_SITE_ID = "site_platform";

interface Cached<Value> {
  value: Value;
  checkedAt: number;
  refreshing: Promise<void> | null;
}

type Defer = (work: Promise<unknown>) => void;

export class SiteDirectory {
  readonly #db: Database;
  readonly #environment: Environment;
  readonly #now: () => number;
  #snapshots = new Map<string, Cached<SiteSnapshot>>();
  #hosts = new Map<string, Cached<string | null>>();

  constructor(db: Database, environment: Environment, now: () => number = Date.now) {
    this.#db = db;
    this.#environment = environment;
    this.#now = now;
  }

  /** Whether the host is the platform's own: the base domain, or loopback when that is localhost. */
  isPlatformHost(host: string): boolean {
    const base = this.#environment.baseDomain;
    if (host === base) return true;
    return base === "localhost" && (host === "127.0.0.1" || host === "[::1]");
  }

  /** The site id of a host; null when the host is unknown. */
  async siteIdOf(host: string, defer: Defer): Promise<string | null> {
    if (this.isPlatformHost(host)) return PLATFORM_SITE_ID;
    const cached = this.#hosts.get(host);
    const age = cached ? this.#now() - cached.checkedAt : Number.POSITIVE_INFINITY;
    const freshMs = cached?.value === null ? UNKNOWN_HOST_MS : FRESH_MS;
    if (cached && age < freshMs) return cached.value;
    if (cached && cached.value !== null && age < MAX_STALE_MS) {
      this.#refresh(cached, () => this.#loadHost(host), defer);
      return cached.value;
    }
    try {
      return await this.#loadHost(host);
    } catch (error) {
      if (cached && age < OUTAGE_MS) return cached.value;
      throw error;
    }
  }

  /** The snapshot of a site; null when there is no such site. */
  async snapshot(siteId: string, defer: Defer): Promise<SiteSnapshot | null> {
    const cached = this.#snapshots.get(siteId);
    if (!cached) return await this.#load(siteId);
    const age = this.#now() - cached.checkedAt;
    if (age < FRESH_MS) return cached.value;
    if (age < MAX_STALE_MS) {
      this.#refresh(cached, () => this.#revalidate(siteId), defer);
      return cached.value;
    }
    try {
      return await this.#revalidate(siteId);
    } catch (error) {
      if (age < OUTAGE_MS) return cached.value;
      throw error;
    }
  }

  /** Called after a change made here: this isolate shows it at once, others within MAX_STALE_MS. */
  forget(siteId: string): void {
    this.#snapshots.delete(siteId);
    for (const [host, cached] of this.#hosts) {
      if (cached.value === siteId || cached.value === null) this.#hosts.delete(host);
    }
  }

  #refresh(cached: Cached<unknown>, load: () => Promise<unknown>, defer: Defer): void {
    if (cached.refreshing) return;
    cached.refreshing = load()
      .then(() => undefined)
      .catch((error: unknown) => {
        // The stale value serves on; the next request past MAX_STALE_MS meets the failure itself.
        console.warn("site revalidation failed", loggable(error));
      })
      .finally(() => {
        cached.refreshing = null;
      });
    defer(cached.refreshing);
  }

  async #loadHost(host: string): Promise<string | null> {
    const siteId = await findSiteByHost(this.#db, host, this.#environment.baseDomain);
    if (this.#hosts.size >= MAX_HOSTS) this.#hosts.clear();
    this.#hosts.set(host, { value: siteId, checkedAt: this.#now(), refreshing: null });
    return siteId;
  }

  async #load(siteId: string): Promise<SiteSnapshot | null> {
    const loadedAt = this.#now();
    const snapshot = await loadSnapshot(this.#db, siteId);
    if (!snapshot) {
      this.#snapshots.delete(siteId);
      return null;
    }
    if (this.#snapshots.size >= MAX_SITES) this.#snapshots.clear();
    this.#snapshots.set(siteId, { value: snapshot, checkedAt: loadedAt, refreshing: null });
    return snapshot;
  }

  /** One small query; the whole snapshot only when the version has moved. */
  async #revalidate(siteId: string): Promise<SiteSnapshot | null> {
    const checkedAt = this.#now();
    const version = await configVersion(this.#db, siteId);
    const cached = this.#snapshots.get(siteId);
    if (cached && version === cached.value.version) {
      cached.checkedAt = checkedAt;
      return cached.value;
    }
    return await this.#load(siteId);
  }
}
