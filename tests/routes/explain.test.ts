/** Why somebody may or may not use something, over HTTP, beside what that person really is given. */
import { beforeAll, describe, expect, it } from "vitest";
import type { User } from "../../src/contract/admin-people.ts";
import type { Explanation } from "../../src/contract/explain.ts";
import { type Person, signIn } from "./person.ts";
import { configure } from "./support.ts";

const PASSWORD = "correct-horse-battery";
const only = (access: object) => ({ everyone: false, ...access });
let owner: Person;
const ids = new Map<string, string>();

beforeAll(async () => {
  const agent = (slug: string, more: object) => ({
    slug,
    name: slug,
    target: { connection: "built-in" },
    price: { free: true },
    ...more,
  });
  const user = (name: string, more: object = {}) => ({
    email: `${name}@acme.example`,
    password: PASSWORD,
    ...more,
  });
  await configure({
    slug: "acme",
    name: "Acme",
    connections: [
      { id: "built-in", name: "Built in", connector: "loopback" },
      { id: "off", name: "Switched off", connector: "loopback", enabled: false },
    ],
    levels: [
      { slug: "free", name: "Free", default: true },
      { slug: "pro", name: "Pro" },
    ],
    groups: [{ slug: "sales", name: "Sales" }],
    departments: [
      { slug: "emea", name: "EMEA" },
      { slug: "berlin", name: "Berlin", parent: "emea" },
      { slug: "apac", name: "APAC" },
    ],
    agents: [
      agent("all", {}),
      agent("hidden", { enabled: false }),
      agent("pros", { access: only({ levels: ["pro"] }) }),
      agent("sellers", { access: only({ groups: ["sales"] }) }),
      agent("emeas", { access: only({ departments: ["emea"] }) }),
      agent("silent", { target: { connection: "off" } }),
    ],
    users: [
      user("olga", { role: "owner" }),
      user("ann", { level: "pro", groups: ["sales"] }),
      user("bob", { department: "berlin" }),
    ],
  });
  owner = await signIn("acme", "olga@acme.example", PASSWORD);
  const { data } = await owner.json<{ data: User[] }>("GET", "/api/admin/users?limit=50");
  for (const { email, id } of data) ids.set(email.split("@")[0] ?? "", id);
}, 30_000);

const explained = (name: string | null, slug: string): Promise<Explanation> => {
  const who = name === null ? "" : `user=${ids.get(name)}&`;
  return owner.json("GET", `/api/admin/access/explain?${who}target=agent/${slug}`);
};
const against = ({ findings }: Explanation) =>
  findings.filter(({ verdict }) => verdict === "no").map(({ code, names }) => [code, ...names]);

describe("an explanation", () => {
  it.each(["ann", "bob"])("agrees with what %s is shown", async (name) => {
    const person = await signIn("acme", `${name}@acme.example`, PASSWORD);
    const { data } = await person.json<{ data: { target: string }[] }>("GET", "/api/portal/agents");
    const shown = data.map(({ target }) => target);
    for (const slug of ["all", "hidden", "pros", "sellers", "emeas", "silent"]) {
      const { sees } = await explained(name, slug);
      expect([slug, sees]).toEqual([slug, shown.includes(`agent/${slug}`)]);
    }
  });

  it("says by what somebody is let in, in the site's own words", async () => {
    const codes = async (name: string, slug: string) =>
      (await explained(name, slug)).findings.find(({ code }) => code.startsWith("rule_"));
    expect(await codes("ann", "pros")).toMatchObject({ code: "rule_level", names: ["Pro"] });
    expect(await codes("ann", "sellers")).toMatchObject({ code: "rule_group", names: ["Sales"] });
    const department = { code: "rule_department", names: ["Berlin"] };
    expect(await codes("bob", "emeas")).toMatchObject(department);
  });

  it("says whom the rule names where it is somebody else", async () => {
    expect(against(await explained("bob", "pros"))).toEqual([["rule_others", "Pro"]]);
    expect(against(await explained("ann", "emeas"))).toEqual([["rule_others", "EMEA"]]);
  });

  it("tells what is seen and would not be answered", async () => {
    expect(await explained("ann", "silent")).toMatchObject({ sees: true, calls: false });
  });

  it("shuts a guest out of a site that has none", async () => {
    const codes = against(await explained(null, "all")).map(([code]) => code);
    expect(codes).toEqual(["guests_shut_out", "rule_not_guests"]);
  });

  it("knows no user and no agent that are not there", async () => {
    const at = (query: string) => owner.fetch("GET", `/api/admin/access/explain?${query}`);
    expect((await at("user=usr_nobody&target=agent/all")).status).toBe(404);
    expect((await at("target=agent/none")).status).toBe(404);
    expect((await at("target=none")).status).toBe(404);
  });
});
