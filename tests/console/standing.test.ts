import { expect, test } from "vitest";
import { standOf } from "../../admin-ui/src/features/connections/standing.ts";
import type { Connection } from "../../src/contract/admin-connections.ts";

type Secret = Connection["secrets"][number];
const secret = (more: Partial<Secret> = {}): Secret => ({
  id: "sec_1",
  name: "",
  weight: 1,
  hint: "…a1b2",
  disabledReason: null,
  authorised: null,
  ...more,
});
const refused = secret({ disabledReason: "unauthorized: token revoked" });
const stand = (health: Connection["health"], ...secrets: Secret[]) => standOf({ health, secrets });

test("a connection whose every secret is refused has expired, and wants a new one", () => {
  expect(stand("needs_attention", refused, refused)).toEqual({
    standing: "expired",
    remedy: "secret",
  });
});

test("one that still has a secret that works only needs attention", () => {
  expect(stand("needs_attention", refused, secret())).toEqual({
    standing: "needs_attention",
    remedy: "look",
  });
});

test("an account whose owner's consent is gone wants consent again", () => {
  const gone = secret({ authorised: false });
  expect(stand("needs_attention", gone)).toEqual({ standing: "expired", remedy: "consent" });
  // Before the first consent nothing has ended.
  expect(stand("unknown", gone)).toEqual({ standing: "needs_attention", remedy: "consent" });
});

test("what is well, or needs no secret, is as its last test said", () => {
  expect(stand("connected", secret())).toEqual({ standing: "connected", remedy: null });
  expect(stand("unknown")).toEqual({ standing: "unknown", remedy: null });
  expect(stand("needs_attention")).toEqual({ standing: "needs_attention", remedy: "look" });
});
