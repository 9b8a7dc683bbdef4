import { describe, expect, it } from "vitest";
import { type AuditEntry, auditEntrySchema } from "../../../src/contract/audit.ts";
import type {
  AuditBegun,
  AuditEnded,
  AuditFilter,
  MeterRpc,
} from "../../../src/durable/meter/protocol.ts";
import {
  advance,
  count,
  DAY,
  evict,
  inStorage,
  isolate,
  meter,
  NOW,
  ringOut,
  stopClock,
} from "./support.ts";

isolate();
stopClock();

const begun = (id: string, at = NOW, change: Partial<AuditBegun> = {}): AuditBegun => ({
  id,
  at: new Date(at).toISOString(),
  action: "users.change",
  actor: { kind: "user", id: "usr_boss", name: "Boss@acme.example" },
  target: { kind: "users", id: "usr_ann", name: "Ann@acme.example" },
  address: "192.0.2.7",
  agent: "Chrome 141 · macOS",
  requestId: `req_${id}`,
  asked: { enabled: false },
  ...change,
});
const ended = (id: string, change: Partial<AuditEnded> = {}): AuditEnded => ({
  id,
  outcome: "done",
  code: null,
  changes: [{ field: "enabled", before: true, after: false }],
  ...change,
});

type Filter = Partial<AuditFilter>;
const own = (): MeterRpc => meter();
const entries = async (filter: Filter = {}): Promise<AuditEntry[]> =>
  (await own().auditEntries({ limit: 100, ...filter })).data;
const ids = async (filter: Filter = {}) => (await entries(filter)).map((one) => one.id);

describe("an entry", () => {
  it("is kept with its outcome as both were sent, and the contract takes it", async () => {
    await meter().audit({ begun: [begun("a")], ended: [] });
    await meter().audit({ begun: [], ended: [ended("a")] });
    await evict(meter());
    const [entry] = await entries();
    expect(entry).toEqual({ ...begun("a"), ...ended("a") });
    expect(auditEntrySchema.parse(entry)).toEqual(entry);
  });

  it("is unfinished while nothing is known of its end", async () => {
    await meter().audit({ begun: [begun("a")], ended: [] });
    expect(await entries()).toEqual([
      { ...begun("a"), outcome: "unfinished", code: null, changes: [] },
    ]);
  });

  it("and its outcome count once, whichever came first and however often", async () => {
    await meter().audit({ begun: [], ended: [ended("a")] });
    expect(await entries()).toEqual([]);
    await meter().audit({ begun: [begun("a")], ended: [] });
    await meter().audit({
      begun: [begun("a", NOW + 5, { action: "sites.delete" })],
      ended: [ended("a", { outcome: "refused", code: "conflict", changes: [] })],
    });
    expect(await entries()).toEqual([{ ...begun("a"), ...ended("a") }]);
  });

  it("takes the target that its outcome knows, of what was made by it", async () => {
    await meter().audit({ begun: [begun("a", NOW, { target: null })], ended: [] });
    const target = { kind: "users", id: "usr_new", name: "new@acme.example" };
    await meter().audit({ begun: [], ended: [ended("a", { target })] });
    expect((await entries())[0]?.target).toEqual(target);
    expect(await ids({ target: "usr_new" })).toEqual(["a"]);
    expect(await ids({ target: "NEW@" })).toEqual(["a"]);
  });
});

describe("the audit", () => {
  it("cannot be rewritten or shortened, by whatever statement", async () => {
    await meter().audit({ begun: [begun("a")], ended: [ended("a")] });
    for (const statement of [
      "UPDATE audit_entries SET actor_id = 'usr_somebody'",
      "UPDATE audit_outcomes SET outcome = 'refused'",
      "DELETE FROM audit_entries",
      "DELETE FROM audit_outcomes",
    ]) {
      const refused = await inStorage(meter(), ({ sql }) => {
        try {
          sql.exec(statement);
          return "done";
        } catch (error) {
          return (error as Error).message;
        }
      });
      expect(refused, statement).toContain("append-only");
    }
    expect(await entries()).toEqual([{ ...begun("a"), ...ended("a") }]);
  });

  it("goes after 13 months, outcomes with their entries, and what is younger stays", async () => {
    await meter().audit({
      begun: [begun("old", NOW - 402 * DAY), begun("young", NOW - DAY)],
      ended: [ended("old"), ended("young")],
    });
    await ringOut(meter());
    expect(await ids()).toEqual(["young", "old"]);
    advance(2 * DAY);
    await ringOut(meter());
    expect(await ids()).toEqual(["young"]);
    expect(await count(meter(), "audit_outcomes")).toBe(1);
  });
});

describe("strangers", () => {
  const stranger = (id: string, at = NOW) =>
    begun(id, at, {
      action: "sign_in",
      actor: { kind: "nobody", id: "", name: `${id}@example.com` },
      target: null,
    });

  it("fill no more than their part of an hour, and that there were more is said once", async () => {
    for (let at = 0; at < 310; at++) {
      const kept = await own().audit({ begun: [stranger(`s${at}`)], ended: [ended(`s${at}`)] });
      expect(kept, `s${at}`).toEqual(at < 300 ? [] : [`s${at}`]);
    }
    expect(await count(meter(), "audit_entries")).toBe(301);
    expect(await count(meter(), "audit_outcomes")).toBe(301);
    expect(await entries({ action: "audit" })).toMatchObject([
      { action: "audit.left_out", outcome: "done", asked: { kept: 300 } },
    ]);
  });

  it("keep out nobody who has logged in, and no later hour", async () => {
    for (let at = 0; at < 301; at++) await own().audit({ begun: [stranger(`s${at}`)], ended: [] });
    const next = stranger("next", NOW + 3_600_000);
    expect(await own().audit({ begun: [begun("boss"), next], ended: [] })).toEqual([]);
    expect(await ids({ actor: "usr_boss" })).toEqual(["boss"]);
    expect(await ids({ from: NOW + 3_600_000 })).toEqual(["next"]);
  });
});

describe("a page", () => {
  it("is newest first, and pages have no gaps and no repeats", async () => {
    const times = [3, 1, 2, 2, 5];
    await meter().audit({
      begun: times.map((time, at) => begun(`a${at}`, NOW + time)),
      ended: [],
    });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await own().auditEntries({ limit: 2, ...(after ? { after } : {}) });
      seen.push(...page.data.map((one) => one.id));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toEqual(["a4", "a0", "a3", "a2", "a1"]);
    expect(await ids({ after: "not ours" })).toEqual([]);
  });

  it("shows what its filter asks for, and takes what a person types for text", async () => {
    const nobody = { kind: "nobody", id: "", name: "100%@acme.example" } as const;
    await meter().audit({
      begun: [
        begun("user"),
        begun("grant", NOW + 1, { action: "users.grants.create", address: null }),
        begun("other", NOW + 2, { action: "users_of_old.change", target: null }),
        begun("login", NOW + 3, { action: "sign_in", actor: nobody, target: null }),
      ],
      ended: [
        ended("user"),
        ended("grant", { outcome: "failed" }),
        ended("login", { outcome: "refused", code: "invalid_login", changes: [] }),
      ],
    });
    const found: [Filter, string[]][] = [
      [{ id: "grant" }, ["grant"]],
      [{ id: "gran" }, []],
      [{ action: "users" }, ["grant", "user"]],
      [{ action: "users.grants.create" }, ["grant"]],
      [{ actor: "usr_boss" }, ["other", "grant", "user"]],
      [{ actor: "boss@ACME" }, ["other", "grant", "user"]],
      [{ actor: "%" }, ["login"]],
      [{ target: "usr_ann" }, ["grant", "user"]],
      [{ address: "192.0.2.7" }, ["login", "other", "user"]],
      [{ outcome: "done" }, ["user"]],
      [{ outcome: "refused" }, ["login"]],
      [{ outcome: "unfinished" }, ["other"]],
      [{ from: NOW + 1, to: NOW + 3 }, ["other", "grant"]],
      [{ action: "users", outcome: "failed", actor: "boss" }, ["grant"]],
    ];
    for (const [filter, expected] of found) {
      expect(await ids(filter), JSON.stringify(filter)).toEqual(expected);
    }
  });
});
