/** The admin of the site: grants and corrects, each deed sent twice, and looks into the Meter. */
import type { UsageBucket, UsageRecord } from "../../src/contract/usage.ts";
import { eventually } from "../server/support.ts";
import { type Visitor, visitor } from "../server/visitor.ts";
import { BOSS, type Lots, type Participant, SITE_HOST } from "./plan.ts";
import { type Observations, pause } from "./traffic.ts";

/** A change of a balance by hand. */
export interface Deed {
  kind: "grants" | "corrections";
  user: string;
  operationId: string;
  amountMicro: number;
  /** ISO 8601; null: no grant, or one that stays. */
  expiresAt: string | null;
  /** `unsure`: refused in the end, after an attempt of which nobody knows. */
  outcome: "open" | "taken" | "refused" | "unsure";
  /** An attempt ended without an answer. */
  interrupted: boolean;
}

const RETRY_MS = 60_000;

export class Console {
  readonly #page: Visitor;
  #userIds = new Map<string, string>();

  constructor(port: number) {
    this.#page = visitor(`http://127.0.0.1:${port}`, `${SITE_HOST}:${port}`);
  }

  async logIn(): Promise<void> {
    await this.#page.logIn(BOSS.email, BOSS.password);
    const users = await this.#page.json<{ data: { email: string; id: string }[] }>(
      "GET",
      "/api/admin/users?limit=200",
    );
    this.#userIds = new Map(users.data.map(({ email, id }) => [email, id]));
  }

  /** Deeds until the end, and then until of each it is known what became of it. */
  async work(
    people: readonly Participant[],
    lots: Lots,
    into: Observations,
    ended: () => boolean,
  ): Promise<Deed[]> {
    const deeds: Deed[] = [];
    while (!ended()) {
      const person = people[lots.between(0, people.length)];
      if (person) deeds.push(drawDeed(person, deeds.length, lots));
      for (const deed of deeds) if (deed.outcome === "open") await this.#try(deed);
      if (lots.chance(0.5)) await this.#lookAround(into);
      await pause(lots.between(100, 500));
    }
    for (const deed of deeds) {
      await eventually(async () => {
        if (deed.outcome === "open") await this.#try(deed);
        if (deed.outcome === "open") throw new Error(`${deed.operationId} gets no answer`);
      }, RETRY_MS);
    }
    return deeds;
  }

  async #try(deed: Deed): Promise<void> {
    const path = `/api/admin/users/${this.#userIds.get(deed.user)}/${deed.kind}`;
    const body = {
      operationId: deed.operationId,
      credits: deed.amountMicro / 1_000_000,
      reason: "chaos",
      ...(deed.kind === "grants" ? { expiresAt: deed.expiresAt } : {}),
    };
    const twice = await Promise.allSettled([
      this.#page.call("POST", path, body),
      this.#page.call("POST", path, body),
    ]);
    const statuses = twice.flatMap((one) => (one.status === "fulfilled" ? [one.value.status] : []));
    if (statuses.includes(200)) deed.outcome = "taken";
    else if (statuses.length < 2 || statuses.some((status) => status >= 500)) {
      deed.interrupted = true;
    } else deed.outcome = deed.interrupted ? "unsure" : "refused";
  }

  /** Eight readers at once: the Meter must bear it, and what it says must be sound at any time. */
  async #lookAround(into: Observations): Promise<void> {
    const path = "/api/admin/requests?limit=200";
    const read = () => this.#page.json<{ data: UsageRecord[] }>("GET", path);
    const pages = await Promise.allSettled(Array.from({ length: 8 }, read));
    for (const page of pages) {
      if (page.status === "rejected") continue;
      const ids = page.value.data.map((record) => record.request_id);
      if (new Set(ids).size !== ids.length) into.impossible.push("a page of the Meter repeats");
    }
  }

  /** Everything the Meter knows, newest first. */
  async records(): Promise<UsageRecord[]> {
    const all: UsageRecord[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const query: string = after ? `&after=${encodeURIComponent(after)}` : "";
      const page: { data: UsageRecord[]; has_more: boolean; next: string | null } =
        await this.#page.json("GET", `/api/admin/requests?limit=200${query}`);
      all.push(...page.data);
      after = page.has_more ? page.next : null;
    }
    return all;
  }

  /** What the chart of the last two days adds up to. */
  async rolledUp(): Promise<{ calls: number; chargedMicro: number }> {
    const [from, to] = [-DAY_MS, DAY_MS].map((ms) => new Date(Date.now() + ms).toISOString());
    const { data } = await this.#page.json<{ data: UsageBucket[] }>(
      "GET",
      `/api/admin/usage?from=${from}&to=${to}&step=hour`,
    );
    return {
      calls: data.reduce((sum, bucket) => sum + bucket.calls, 0),
      chargedMicro: data.reduce((sum, bucket) => sum + bucket.charged_micro, 0),
    };
  }
}

const DAY_MS = 86_400_000;

/** Some give, some give for a few seconds only, some take; those who have little get most. */
function drawDeed(person: Participant, number: number, lots: Lots): Deed {
  const kind = lots.pick(["grants", "corrections"] as const);
  const takes = kind === "corrections" && lots.chance(0.4);
  const passing = kind === "grants" && lots.chance(0.6);
  return {
    kind,
    user: person.email,
    operationId: `deed-${String(number).padStart(6, "0")}`,
    amountMicro: (takes ? -1 : 1) * lots.between(1, 500_000),
    expiresAt: passing ? new Date(Date.now() + lots.between(1_500, 6_000)).toISOString() : null,
    outcome: "open",
    interrupted: false,
  };
}
