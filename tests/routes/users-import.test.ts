/** Users from a file: what is judged of each row, and what is written. */
import { describe, expect, it } from "vitest";
import type { User } from "../../src/contract/admin-people.ts";
import { IMPORT_BATCH } from "../../src/contract/import-fields.ts";
import type { ImportResult } from "../../src/contract/people-import.ts";
import type { Person } from "./person.ts";
import { signIn } from "./person.ts";
import { errorOf } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

const PASSWORD = "correct horse battery";
const PATH = "/api/admin/users/import";
const LEVELS = [
  { slug: "free", name: "Free", default: true },
  { slug: "pro", name: "Pro" },
];
type Cells = Record<string, string>;

const bodyOf = (rows: Cells[], more: object = {}) => ({
  rows: rows.map((row, index) => ({ line: index + 2, ...row })),
  existing: "update",
  dryRun: false,
  ...more,
});
async function judged(by: Person, rows: Cells[], more: object = {}): Promise<ImportResult[]> {
  const body = bodyOf(rows, more);
  return (await by.json<{ results: ImportResult[] }>("POST", PATH, body)).results;
}
async function usersOf(site: WalletSite): Promise<Map<string, User>> {
  const { data } = await site.owner.json<{ data: User[] }>("GET", "/api/admin/users?limit=200");
  return new Map(data.map((user) => [user.email, user]));
}

describe("an import", () => {
  it("adds who is new and changes who is known, and an empty cell takes nothing away", async () => {
    const site = await walletSite({ levels: LEVELS });
    const ann = `ann@${site.slug}.example`;
    await site.owner.json("PATCH", `/api/admin/users/${site.userId}`, { name: "Ann" });
    const results = await judged(site.owner, [
      { email: " Bob@New.Example ", name: "Bob", level: "pro", level_expires_at: "2050-01-31" },
      { email: ann, name: "", level: "pro", enabled: "no", note: "=1+1" },
    ]);
    expect(results.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, "create"],
      [3, "update"],
    ]);
    const users = await usersOf(site);
    expect(users.get("bob@new.example")).toMatchObject({
      name: "Bob",
      role: "member",
      level: { slug: "pro" },
      levelExpiresAt: "2050-01-31T00:00:00.000Z",
    });
    expect(users.get(ann)).toMatchObject({
      name: "Ann",
      level: { slug: "pro" },
      enabled: false,
      note: "=1+1",
    });
    expect((await site.ann.fetch("GET", "/api/portal/agents")).status).toBe(401);
  });

  it("tells every row what is wrong with it, and writes the others", async () => {
    const site = await walletSite();
    const results = await judged(site.owner, [
      { email: "not an e-mail" },
      { email: "a@x.example", level: "gold", groups: "nobody", department: "moon" },
      { email: "b@x.example", role: "king", level_expires_at: "soon", kind: "both", enabled: "?" },
      { email: "c@x.example", name: "n".repeat(101) },
      { email: "d@x.example" },
      { email: "D@x.example" },
      {},
    ]);
    const told = results.map(({ outcome, problems }) => [
      outcome,
      problems.map(({ field, problem }) => `${field} ${problem}`),
    ]);
    expect(told).toEqual([
      ["refused", ["email bad_email"]],
      ["refused", ["level unknown_level", "groups unknown_group", "department unknown_department"]],
      [
        "refused",
        ["role unknown_role", "level_expires_at bad_date", "kind bad_value", "enabled bad_value"],
      ],
      ["refused", ["name bad_value"]],
      ["create", []],
      ["refused", ["email repeated"]],
      ["refused", ["email bad_email"]],
    ]);
    expect(
      [...(await usersOf(site)).keys()].filter((email) => email.endsWith("@x.example")),
    ).toEqual(["d@x.example"]);
  });

  it("in a dry run says the same, and writes nothing", async () => {
    const site = await walletSite();
    const rows = [{ email: "a@x.example" }, { email: `ann@${site.slug}.example`, name: "Zed" }];
    const before = await usersOf(site);
    const dry = await judged(site.owner, rows, { dryRun: true });
    expect(await usersOf(site)).toEqual(before);
    expect(await judged(site.owner, rows)).toEqual(dry);
  });

  it("leaves who is known alone where it is told to", async () => {
    const site = await walletSite();
    const row = { email: `ann@${site.slug}.example`, name: "Zed", level: "gold" };
    const [result] = await judged(site.owner, [row], { existing: "skip" });
    expect(result).toMatchObject({ outcome: "skip", problems: [] });
    expect((await usersOf(site)).get(row.email)?.name).not.toBe("Zed");
  });

  it("gives no role that whoever imports may not give, and touches nobody who may more", async () => {
    const site = await walletSite();
    await site.owner.json("PATCH", `/api/admin/users/${site.userId}`, { role: "admin" });
    const admin = await signIn(site.slug, `ann@${site.slug}.example`, PASSWORD);
    const results = await judged(admin, [
      { email: "evil@x.example", role: "owner" },
      { email: `boss@${site.slug}.example`, name: "Overthrown" },
      { email: `ann@${site.slug}.example`, role: "owner" },
      { email: `ann@${site.slug}.example`.toUpperCase(), enabled: "no" },
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill("refused"));
    expect(results[0]?.problems).toEqual([{ field: "role", problem: "role_not_allowed" }]);
    expect((await usersOf(site)).get(`boss@${site.slug}.example`)?.role).toBe("owner");
  });

  it("does not disable whoever imports, nor take his role", async () => {
    const site = await walletSite();
    const own = { email: `boss@${site.slug}.example` };
    for (const row of [
      { ...own, enabled: "false" },
      { ...own, role: "member" },
    ]) {
      const [result] = await judged(site.owner, [row]);
      expect(result?.problems).toEqual([{ field: "email", problem: "own_account" }]);
    }
  });

  it("that breaks the edition's limit adds nobody of its batch", async () => {
    const site = await walletSite();
    const rows = Array.from({ length: 120 }, (_, at) => ({ email: `u${at}@x.example` }));
    const response = await site.owner.fetch("POST", PATH, bodyOf(rows));
    expect([response.status, (await errorOf(response)).type]).toEqual([403, "edition_limit"]);
    expect((await usersOf(site)).size).toBe(2);
    expect(await judged(site.owner, rows.slice(0, 50))).toHaveLength(50);
    expect((await usersOf(site)).size).toBe(52);
  });

  it("takes no fields but its own, and no more rows than a batch", async () => {
    const site = await walletSite();
    for (const cells of [{ password_hash: "x" }, { siteId: "site_platform" }, { id: "usr_1" }]) {
      const body = bodyOf([{ email: "a@x.example", ...(cells as Cells) }]);
      expect((await site.owner.fetch("POST", PATH, body)).status).toBe(400);
    }
    const many = Array.from({ length: IMPORT_BATCH + 1 }, () => ({ email: "a@x.example" }));
    expect((await site.owner.fetch("POST", PATH, bodyOf(many))).status).toBe(400);
    expect((await site.ann.fetch("POST", PATH, bodyOf([{ email: "a@x.example" }]))).status).toBe(
      403,
    );
  });
});
