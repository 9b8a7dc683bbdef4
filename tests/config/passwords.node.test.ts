import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../src/services/identity/passwords.ts";

describe("a password's hash", () => {
  it("tells the password from any other, and says nothing of it", async () => {
    const stored = await hashPassword("correct horse");
    expect(stored).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword("correct horse", stored)).toBe(true);
    for (const other of ["correct horse ", "Correct horse", "", "correct hors"]) {
      expect(await verifyPassword(other, stored), other).toBe(false);
    }
  });

  it("is never the same twice: each has a salt of its own", async () => {
    const [one, two] = await Promise.all([hashPassword("same"), hashPassword("same")]);
    expect(one).not.toBe(two);
    expect(await verifyPassword("same", one)).toBe(true);
    expect(await verifyPassword("same", two)).toBe(true);
  });

  it("fits however the keyboard composes the same letters", async () => {
    const stored = await hashPassword("pa\u0308ss\u00e9");
    expect(await verifyPassword("p\u00e4sse\u0301", stored)).toBe(true);
  });

  it.each([
    "",
    "plain",
    "scrypt$16384$8$1$c2FsdA$",
    "scrypt$x$8$1$c2FsdA$aGFzaA",
    "scrypt$16384$8$1$c2FsdA$aGFzaA",
    "argon2$16384$8$1$c2FsdA$aGFzaA",
    "scrypt$16384$8$1$c2FsdA$aGFzaA$more",
  ])("that is broken (%j) fits nothing", async (stored) => {
    expect(await verifyPassword("", stored)).toBe(false);
  });
});
