import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type Person, signIn } from "./person.ts";
import { call, configure, errorOf, OPERATOR, post } from "./support.ts";

const PASSWORD = "correct horse battery";

interface Staff {
  slug: string;
  /** Ids by name. */
  ids: Record<string, string>;
  as(name: string): Promise<Person>;
}

let count = 0;

/** A site with one person for each name; `boss` and `chief` are owners. */
async function staffed(roles: Record<string, string>): Promise<Staff> {
  const slug = `staff${++count}`;
  const emailOf = (name: string) => `${name}@${slug}.example`;
  await configure({
    slug,
    name: "Staff",
    users: Object.entries(roles).map(([name, role]) => ({
      email: emailOf(name),
      password: PASSWORD,
      role,
    })),
  });
  const { results } = await env.DB.prepare(
    "SELECT u.id, u.email FROM users u JOIN sites s ON s.id = u.site_id WHERE s.slug = ?",
  )
    .bind(slug)
    .all<{ id: string; email: string }>();
  return {
    slug,
    ids: Object.fromEntries(results.map(({ id, email }) => [email.split("@")[0], id])),
    as: (name) => signIn(slug, emailOf(name), PASSWORD),
  };
}

const patch = async (who: Person, id: string | undefined, change: object) => {
  const answer = await who.fetch("PATCH", `/api/admin/users/${id}`, change);
  return answer.ok ? "done" : (await errorOf(answer)).code;
};

const ownersOf = async ({ slug }: Staff) =>
  Number(
    (
      await env.DB.prepare(
        `SELECT count(*) AS owners FROM users u JOIN sites s ON s.id = u.site_id
         WHERE s.slug = ? AND u.role = 'owner' AND u.enabled = 1`,
      )
        .bind(slug)
        .first<{ owners: number }>()
    )?.owners,
  );

describe("the last owner of a site", () => {
  it("stays when two owners put each other down at the same moment", async () => {
    for (const change of [{ role: "member" }, { enabled: false }]) {
      const staff = await staffed({ boss: "owner", chief: "owner" });
      const [boss, chief] = [await staff.as("boss"), await staff.as("chief")];
      const ends = await Promise.all([
        patch(boss, staff.ids.chief, change),
        patch(chief, staff.ids.boss, change),
      ]);
      expect(ends, JSON.stringify(change)).toContain("done");
      expect(ends.filter((end) => end === "done")).toHaveLength(1);
      expect(await ownersOf(staff)).toBe(1);
    }
  });

  it("stays when one of two has been disabled before", async () => {
    const staff = await staffed({ boss: "owner", chief: "owner", third: "owner" });
    const boss = await staff.as("boss");
    expect(await patch(boss, staff.ids.chief, { enabled: false })).toBe("done");
    expect(await patch(boss, staff.ids.third, { role: "admin" })).toBe("done");
    expect(await patch(boss, staff.ids.boss, { enabled: false })).toBe("conflict");
    expect(await patch(boss, staff.ids.boss, { role: "admin" })).toBe("conflict");
    expect(await ownersOf(staff)).toBe(1);
  });

  it("stays whatever a configuration file says, and the file is refused as a whole", async () => {
    const staff = await staffed({ boss: "owner" });
    const config = {
      sites: [
        {
          slug: staff.slug,
          name: "Renamed",
          users: [{ email: `boss@${staff.slug}.example`, role: "member" }],
        },
      ],
    };
    const answer = await call(null, "/api/platform/config", post({ config }, OPERATOR));
    expect([answer.status, (await errorOf(answer)).code]).toEqual([409, "conflict"]);
    const boss = await staff.as("boss");
    expect((await boss.json<{ name: string }>("GET", "/api/admin/site")).name).toBe("Staff");
  });

  it("cannot be deleted while the site is there, and goes with it", async () => {
    const staff = await staffed({ boss: "owner" });
    const remove = () =>
      env.DB.prepare("DELETE FROM users WHERE id = ?").bind(staff.ids.boss).run();
    await expect(remove()).rejects.toThrow("the last owner stays");
    await env.DB.prepare("DELETE FROM sites WHERE slug = ?").bind(staff.slug).run();
    expect((await remove()).meta.changes).toBe(1);
  });
});

describe("an admin", () => {
  it("makes no owner and raises nobody to one", async () => {
    const staff = await staffed({ boss: "owner", amy: "admin", ann: "member" });
    const amy = await staff.as("amy");
    expect(await patch(amy, staff.ids.ann, { role: "owner" })).toBe("access_denied");
    const made = await amy.fetch("POST", "/api/admin/users", {
      email: `new@${staff.slug}.example`,
      role: "owner",
    });
    expect((await errorOf(made)).code).toBe("access_denied");
    expect(await patch(amy, staff.ids.ann, { role: "finance" })).toBe("done");
  });

  it("does not raise or lower himself", async () => {
    const staff = await staffed({ boss: "owner", amy: "admin" });
    const amy = await staff.as("amy");
    for (const role of ["owner", "member", "auditor"]) {
      expect(await patch(amy, staff.ids.amy, { role }), role).not.toBe("done");
    }
  });

  it("does not touch an owner: not his password, e-mail or name, and not his keys", async () => {
    const staff = await staffed({ boss: "owner", amy: "admin" });
    const [amy, boss] = [await staff.as("amy"), await staff.as("boss")];
    for (const change of [
      { password: "a password that amy knows" },
      { email: `amys@${staff.slug}.example` },
      { name: "Amy" },
      { enabled: false },
    ]) {
      expect(await patch(amy, staff.ids.boss, change)).toBe("access_denied");
    }
    const keys = `/api/admin/users/${staff.ids.boss}/keys`;
    const made = await amy.fetch("POST", keys, { name: "amy's way into the owner's wallet" });
    expect((await errorOf(made)).code).toBe("access_denied");
    const { key } = await boss.json<{ key: { id: string } }>("POST", keys, { name: "own" });
    expect((await amy.fetch("DELETE", `${keys}/${key.id}`)).status).toBe(403);
    expect((await amy.fetch("PATCH", `${keys}/${key.id}`, { name: "x" })).status).toBe(403);
    expect(await boss.json("GET", "/api/portal/keys")).toMatchObject({
      data: [{ name: "own", revokedAt: null }],
    });
  });
});

describe("a role", () => {
  it("tells of itself what it may do, and whom it may make", async () => {
    const staff = await staffed({ boss: "owner", amy: "admin", ed: "editor" });
    const mayGive = async (name: string) => {
      const { data } = await (await staff.as(name)).json<{
        data: { role: string; mayGive: boolean; permissions: string[] }[];
      }>("GET", "/api/admin/roles");
      return data.filter((one) => one.mayGive).map((one) => one.role);
    };
    expect(await mayGive("boss")).toContain("owner");
    expect(await mayGive("amy")).toEqual(["admin", "finance", "editor", "auditor", "member"]);
    expect(await mayGive("ed")).toEqual([]);
    const boot = await (await staff.as("ed")).json<{ me: { permissions: string[] } }>(
      "GET",
      "/api/auth/boot",
    );
    expect(boot.me.permissions).toContain("publishing.write");
    expect(boot.me.permissions).not.toContain("people.read");
  });

  it("that was taken away is in force on the next request", async () => {
    const staff = await staffed({ boss: "owner", amy: "admin" });
    const [boss, amy] = [await staff.as("boss"), await staff.as("amy")];
    expect((await amy.fetch("GET", "/api/admin/users")).status).toBe(200);
    expect(await patch(boss, staff.ids.amy, { role: "editor" })).toBe("done");
    expect((await amy.fetch("GET", "/api/admin/users")).status).toBe(403);
    expect((await amy.fetch("GET", "/api/admin/agents")).status).toBe(200);
  });
});
