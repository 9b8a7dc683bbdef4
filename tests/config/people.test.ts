import { beforeAll, describe, expect, it } from "vitest";
import { walletOf } from "../../src/durable/wallet/client.ts";
import { verifyPassword } from "../../src/services/identity/passwords.ts";
import { keysOfUser, revokeKey } from "../../src/store/keys.ts";
import { pendingProfiles } from "../../src/store/outbox.ts";
import { loadProfile } from "../../src/store/users.ts";
import { apply, freshSlug, lines, migrate, services, siteFile, userOf } from "./support.ts";

const { db } = services;
beforeAll(migrate);

describe("people", () => {
  it("who are disabled are refused by their wallet when the application returns", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const other = { email: `bob@${slug}.example`, role: "owner" };
    await apply({ sites: [{ slug, users: [other] }] });
    const { siteId, id, email } = await userOf(slug, "ann");
    const profile = await loadProfile(db, siteId, id);
    const [key] = profile?.keys ?? [];
    if (!profile || !key) throw new Error("no key");
    const wallet = walletOf(services.env, siteId, id);
    const credential = { kind: "key", keyId: key.id, keyHash: key.hash } as const;
    expect(await wallet.authorise(credential, "gateway", profile)).toMatchObject({ ok: true });
    await apply({ sites: [{ slug, users: [{ email, enabled: false }] }] });
    expect(await wallet.authorise(credential, "gateway")).toEqual({
      ok: false,
      reason: "user_disabled",
    });
    expect(await pendingProfiles(db, 10, siteId)).toEqual([]);
  });

  it("whose password changes are signed out, the same password leaves them in", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const user = (password: string) => ({
      sites: [{ slug, users: [{ email: `ann@${slug}.example`, password }] }],
    });
    expect((await apply(user("correct horse"))).changes).toEqual([]);
    const { changes } = await apply(user("battery staple"));
    expect(changes[0]?.fields).toEqual([{ field: "password", before: null, after: "•••" }]);
    const ann = await userOf(slug, "ann");
    expect(ann.sessionEpoch).toBe(2);
    expect(await verifyPassword("battery staple", ann.passwordHash ?? "")).toBe(true);
  });

  it("have limits of their own where the file gives them, and keep them where it does not", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const { siteId, id, email, createdAt } = await userOf(slug, "ann");
    const file = (user: object) => ({ sites: [{ slug, users: [{ email, ...user }] }] });
    const limits = { rpm: 7, creditsPerMonth: 2.5 };
    const { changes } = await apply(file({ limits }));
    expect(changes[0]?.fields).toEqual([{ field: "limits", before: {}, after: limits }]);
    await apply(file({ name: "Anne" }));
    expect(await loadProfile(db, siteId, id)).toMatchObject({ limits, createdAt });
    expect((await apply(file({ limits: {} }))).changes).toHaveLength(1);
    expect((await loadProfile(db, siteId, id))?.limits).toEqual({});
  });

  it("keep a key that is known, with what the file now says of it", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const ann = await userOf(slug, "ann");
    const [before] = await keysOfUser(db, ann.siteId, ann.id);
    const key = { name: "ci", key: `sk-brought-along-${slug}-0123456789` };
    const file = (more: object) => ({
      sites: [{ slug, users: [{ email: ann.email, apiKeys: [{ ...key, ...more }] }] }],
    });
    expect((await apply(file({}))).changes).toEqual([]);
    expect(lines((await apply(file({ limits: { rpm: 5 } }))).changes)).toEqual([
      `update sites[${slug}].users[${ann.email}].apiKeys[ci]`,
    ]);
    const [after] = await keysOfUser(db, ann.siteId, ann.id);
    expect(after).toEqual({ ...before, limits: { rpm: 5 } });
    expect((await loadProfile(db, ann.siteId, ann.id))?.version).toBe(2);
  });

  it("do not get a revoked key back", async () => {
    const slug = freshSlug();
    await apply(siteFile(slug));
    const ann = await userOf(slug, "ann");
    const [key] = await keysOfUser(db, ann.siteId, ann.id);
    await revokeKey(db, ann.siteId, ann.id, key?.id ?? "");
    expect((await apply(siteFile(slug))).changes).toEqual([]);
    const [after] = await keysOfUser(db, ann.siteId, ann.id);
    expect(after?.revokedAt).not.toBeNull();
  });

  it("by the thousand are made in one go", async () => {
    const slug = freshSlug();
    const users = Array.from({ length: 1000 }, (_, at) => ({
      email: `user-${at}@${slug}.example`,
      apiKeys: [{ name: "ci", key: `sk-bench-${slug}-user-number-${at}-key` }],
    }));
    await apply(siteFile(slug, { users }));
    expect((await apply(siteFile(slug, { users }))).changes).toEqual([]);
    expect((await userOf(slug, "user-999")).role).toBe("member");
  });
});
