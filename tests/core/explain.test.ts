import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FindingCode } from "../../src/contract/explain.ts";
import { type AccessRule, allows, EVERYONE, type Subject } from "../../src/core/access.ts";
import { type ExplainFacts, explain } from "../../src/core/explain.ts";

const NOBODY: AccessRule = { ...EVERYONE, everyone: false };
const ann: Subject = {
  userId: "usr_ann",
  levelId: "lvl_pro",
  groupIds: ["grp_a", "grp_b"],
  departmentIds: ["dep_x"],
  guest: false,
};
const guest: Subject = { ...ann, userId: "", levelId: null, groupIds: [], departmentIds: [] };

interface Told {
  site?: Partial<Pick<ExplainFacts, "siteSuspended">>;
  person?: Partial<ExplainFacts["person"]>;
  target?: Partial<ExplainFacts["target"]>;
}
const facts = ({ site, person, target }: Told): ExplainFacts => ({
  siteSuspended: false,
  ...site,
  person: { subject: ann, enabled: true, endedLevel: null, keys: [], ...person },
  target: {
    name: "agent/helper",
    enabled: true,
    access: EVERYONE,
    named: [],
    model: null,
    routes: [{ connection: "Dify", enabled: true, needsAttention: false }],
    ...target,
  },
  nameOf: (id) => `the ${id}`,
});
const told = (more: Told) => {
  const { sees, calls, findings } = explain(facts(more));
  const against = findings.filter(({ verdict }) => verdict === "no");
  return { sees, calls, against: against.map(({ code, names }) => [code, ...names]) };
};
const saysOf = (more: Told, code: FindingCode) =>
  explain(facts(more)).findings.find((one) => one.code === code)?.names;

describe("an explanation", () => {
  it("finds nothing against what everyone may use", () => {
    expect(told({})).toEqual({ sees: true, calls: true, against: [] });
  });

  it.each<[FindingCode, Told]>([
    ["site_suspended", { site: { siteSuspended: true } }],
    ["user_disabled", { person: { enabled: false } }],
    ["target_disabled", { target: { enabled: false } }],
    ["model_disabled", { target: { model: { name: "acme/chat", enabled: false } } }],
    ["rule_nobody", { target: { access: NOBODY } }],
  ])("says %s where that stands in the way, and nothing else", (code, more) => {
    const { sees, calls, against } = told(more);
    expect({ sees, calls }).toEqual({ sees: false, calls: false });
    expect(against.map(([first]) => first)).toEqual([code]);
  });

  it.each<[FindingCode, Partial<AccessRule>, string[]]>([
    ["rule_guests", { guests: true }, []],
    ["rule_user", { users: ["usr_ann"] }, ["the usr_ann"]],
    ["rule_level", { levels: ["lvl_pro"] }, ["the lvl_pro"]],
    ["rule_group", { groups: ["grp_b", "grp_c"] }, ["the grp_b"]],
    ["rule_department", { departments: ["dep_x"] }, ["the dep_x"]],
  ])("names what matched: %s", (code, rule, names) => {
    const access = { ...NOBODY, ...rule };
    expect(saysOf({ target: { access } }, code)).toEqual(names);
    expect(told({ target: { access } }).sees).toBe(true);
  });

  it("tells whom the rule names where it names others", () => {
    const target = {
      access: { ...NOBODY, levels: ["lvl_team"] },
      named: ["Team", "bob@acme.example"],
    };
    expect(told({ target }).against).toEqual([["rule_others", "Team", "bob@acme.example"]]);
  });

  it("says that a level has ended rather than that it is not there", () => {
    const target = { access: { ...NOBODY, levels: ["lvl_team"] }, named: ["Team"] };
    expect(told({ target, person: { endedLevel: "Team" } }).against).toEqual([
      ["rule_level_ended", "Team"],
    ]);
  });

  it("lets a guest in only where both the site and the rule do", () => {
    const person = { subject: { ...guest, guest: true } };
    const access = { ...NOBODY, guests: true };
    expect(told({ person, target: { access } }).sees).toBe(true);
    expect(told({ person }).against).toEqual([["rule_not_guests"]]);
    const shut = { ...person, enabled: false };
    expect(told({ person: shut, target: { access } }).against).toEqual([["guests_shut_out"]]);
  });

  it("is seen, but not answered, where every connection is switched off", () => {
    const routes = [{ connection: "Dify", enabled: false, needsAttention: false }];
    expect(told({ target: { routes } })).toEqual({
      sees: true,
      calls: false,
      against: [["connection_disabled", "Dify"]],
    });
  });

  it("minds a connection that ails, which forbids nothing", () => {
    const route = { connection: "Dify", enabled: true, needsAttention: true };
    const routes = [route, { ...route, connection: "Coze", needsAttention: false }, route];
    expect(told({ target: { routes } }).calls).toBe(true);
    expect(saysOf({ target: { routes } }, "connection_ails")).toEqual(["Dify"]);
    expect(saysOf({ target: { routes } }, "connection_ready")).toEqual(["Coze"]);
  });

  it("minds keys whose own lists leave it out, by their names", () => {
    const keys = [
      { name: "whole" },
      { name: "agents", models: ["agent/*"] },
      { name: "models", models: ["acme/*"] },
    ];
    expect(saysOf({ person: { keys } }, "keys_outside")).toEqual(["models"]);
    expect(told({ person: { keys } }).calls).toBe(true);
  });
});

const some = (...ids: string[]) => fc.subarray(ids);
const ruleOf = fc.record({
  everyone: fc.boolean(),
  guests: fc.boolean(),
  levels: some("l1", "l2"),
  groups: some("g1", "g2"),
  departments: some("d1", "d2"),
  users: some("u1", "u2"),
});
const subjectOf = fc.record({
  userId: fc.constantFrom("u1", "u2", "u3"),
  levelId: fc.constantFrom("l1", "l2", null),
  groupIds: some("g1", "g2"),
  departmentIds: some("d1", "d2"),
  guest: fc.boolean(),
});

it("an explanation says of the rule what the gateway does", () => {
  fc.assert(
    fc.property(ruleOf, subjectOf, (access, subject) => {
      const { sees } = explain(facts({ person: { subject }, target: { access } }));
      expect(sees).toBe(allows(access, subject));
    }),
  );
});
