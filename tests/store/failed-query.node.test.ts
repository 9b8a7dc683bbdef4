import { createClient } from "@libsql/client";
import { expect, it } from "vitest";
import { loggable } from "../../src/core/failure.ts";
import { openLibsql } from "../../src/store/database.ts";
import { findByEmail } from "../../src/store/users.ts";

it("a failed query is logged with its cause and place, and without the values it was sent", async () => {
  const db = openLibsql(createClient({ url: ":memory:" }));
  const error: unknown = await findByEmail(db, "site_a", "ann@acme.example").catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error)).toContain("ann@acme.example");
  const text = loggable(error);
  expect(text).not.toContain("ann@acme.example");
  expect(text).toContain('from "users"');
  expect(text).toContain("no such table: users");
  expect(text).toMatch(/\n {4}at .*users\.ts/);
});

it("any other error is logged as it is, and so is what was never an error", () => {
  const error = new RangeError("out of range");
  expect(loggable(error)).toBe(error.stack);
  expect(loggable("plain")).toBe("plain");
});
