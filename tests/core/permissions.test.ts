import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adminEndpoints } from "../../src/contract/admin.ts";
import { ROLES } from "../../src/contract/config.ts";
import type { Endpoint, EndpointTable } from "../../src/contract/endpoint.ts";
import { PERMISSIONS, type Permission } from "../../src/contract/permissions.ts";
import {
  type AnyRole,
  may,
  mayGive,
  opensConsole,
  permissionsOf,
} from "../../src/core/permissions.ts";

const ALL: AnyRole[] = [...ROLES, "operator"];
const WRITES = PERMISSIONS.filter((permission) => permission.endsWith(".write"));

describe("a role", () => {
  it("that may change an area may read it", () => {
    for (const role of ALL) {
      for (const write of WRITES.filter((permission) => may(role, permission))) {
        const read = write.replace(".write", ".read") as Permission;
        expect(may(role, read), `${role}: ${read}`).toBe(true);
      }
    }
  });

  it("opens the console where it allows anything, and a member's does not", () => {
    expect(ALL.filter((role) => !opensConsole(role))).toEqual(["member"]);
    for (const role of ALL.filter(opensConsole)) expect(may(role, "site.read"), role).toBe(true);
  });

  it("of an auditor changes nothing and sees everything", () => {
    const reads = PERMISSIONS.filter((permission) => permission.endsWith(".read"));
    expect(permissionsOf("auditor").toSorted()).toEqual(reads.toSorted());
  });

  it("of finance moves money and nothing else, of an editor publishes and nothing else", () => {
    const writes = (role: AnyRole) => permissionsOf(role).filter((one) => WRITES.includes(one));
    expect(writes("finance")).toEqual(["money.write"]);
    expect(writes("editor")).toEqual(["publishing.write"]);
    expect(may("editor", "people.read")).toBe(false);
    expect(may("finance", "audit.read")).toBe(false);
  });
});

describe("whoever gives a role", () => {
  it("gives nothing that he has not", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.constantFrom(...ROLES), (actor, role) => {
        if (!mayGive(actor, role)) return;
        for (const permission of permissionsOf(role)) expect(may(actor, permission)).toBe(true);
      }),
    );
  });

  it("makes an owner only as an owner, or as the operator at home", () => {
    expect(ALL.filter((role) => mayGive(role, "owner"))).toEqual(["owner", "operator"]);
    expect(ROLES.filter((role) => mayGive("admin", role))).toEqual(
      ROLES.filter((role) => role !== "owner"),
    );
  });
});

describe("an endpoint of the console", () => {
  const endpoints = Object.entries(adminEndpoints as EndpointTable);
  const needs = ([, endpoint]: [string, Endpoint]) => endpoint.permission ?? "none";

  it("that changes something needs a permission to change, one that reads one to read", () => {
    const [reading, writing] = [true, false].map((safe) =>
      endpoints.filter(([key]) => key.startsWith("GET ") === safe),
    );
    expect(writing?.filter((one) => !needs(one).endsWith(".write")).map(([key]) => key)).toEqual(
      [],
    );
    // The way back from a platform is a GET by its nature, and changes a connection.
    expect(reading?.filter((one) => !needs(one).endsWith(".read")).map(([key]) => key)).toEqual([
      "GET /api/callback/{connector}/oauth",
    ]);
  });

  it("cannot be declared without one, nor have one where it is not the console's", () => {
    type Fits<Declared> = Declared extends Endpoint ? true : false;
    // These lines do not compile where the type allows it.
    const without: Fits<{ auth: "console"; summary: string }> = false;
    const beside: Fits<{ auth: "user"; permission: "site.read"; summary: string }> = false;
    const right: Fits<{ auth: "console"; permission: "site.read"; summary: string }> = true;
    expect([without, beside, right]).toEqual([false, false, true]);
  });

  it("uses every permission there is", () => {
    expect([...new Set(endpoints.map(needs))].toSorted()).toEqual([...PERMISSIONS].toSorted());
  });
});
