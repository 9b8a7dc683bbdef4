import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../src/contract/audit.ts";
import { meterOf } from "../../src/durable/meter/client.ts";
import { call, errorOf, OPERATOR, post } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

interface AuditPage {
  data: AuditEntry[];
  has_more: boolean;
  next: string | null;
}

const audit = async (site: WalletSite, query = ""): Promise<AuditEntry[]> =>
  (await site.owner.json<AuditPage>("GET", `/api/admin/audit?${query}`)).data;

const user = (site: WalletSite) => `/api/admin/users/${site.userId}`;

describe("a write through the console", () => {
  it("is told with who, from which request, on whom, and what changed", async () => {
    const site = await walletSite();
    const answer = await site.owner.fetch(
      "PATCH",
      user(site),
      { name: "Ann", limits: { rpm: 5 } },
      { "user-agent": "curl/8.5.0" },
    );
    expect(answer.status).toBe(200);
    expect(await audit(site, "action=users")).toEqual([
      {
        id: expect.stringMatching(/^aud_/),
        at: expect.any(String),
        action: "users.change",
        outcome: "done",
        code: null,
        actor: { kind: "user", id: expect.any(String), name: `boss@${site.slug}.example` },
        target: { kind: "users", id: site.userId, name: `ann@${site.slug}.example` },
        address: null,
        agent: "curl/8.5.0",
        requestId: answer.headers.get("x-request-id"),
        asked: { name: "Ann", limits: { rpm: 5 } },
        changes: [
          { field: "name", before: "", after: "Ann" },
          { field: "limits", before: {} },
          { field: "limits.rpm", after: 5 },
        ],
      },
    ]);
  });

  it("that makes something names what was made", async () => {
    const site = await walletSite();
    const made = await site.owner.json<{ id: string }>("POST", "/api/admin/levels", {
      slug: "pro",
      name: "Pro",
    });
    const [entry] = await audit(site, "action=levels.create");
    expect(entry?.target).toEqual({ kind: "levels", id: made.id, name: "pro" });
    expect(entry?.changes).toContainEqual({ field: "name", after: "Pro" });
    await site.owner.fetch("DELETE", `/api/admin/levels/${made.id}`);
    const [gone] = await audit(site, "action=levels.delete");
    expect(gone?.changes).toContainEqual({ field: "name", before: "Pro" });
  });

  it("of the site itself, of credits and of prices shows what was before", async () => {
    const site = await walletSite();
    await site.owner.json("PATCH", "/api/admin/site", { name: "Renamed" });
    await site.owner.json("POST", `${user(site)}/grants`, {
      credits: 5,
      reason: "thanks",
      operationId: "grant-of-thanks",
    });
    const models = await site.owner.json<{ data: { id: string }[] }>("GET", "/api/admin/models");
    await site.owner.json("PUT", "/api/admin/models/prices", {
      prices: [{ id: models.data[0]?.id, price: { inputPerMillion: 2000 } }],
    });
    const [prices, grant, renamed] = await audit(site, "outcome=done&actor=boss");
    expect(renamed?.target?.kind).toBe("site");
    expect(renamed?.changes).toEqual([{ field: "name", before: "Wallets", after: "Renamed" }]);
    expect(grant?.action).toBe("users.grants");
    expect(grant?.changes).toContainEqual({ field: "wallet.balance", before: "100", after: "105" });
    expect(prices?.changes).toContainEqual({
      field: "data[up/ok].price.inputPerMillion",
      before: 1000,
      after: 2000,
    });
  });

  it("of one thing among very many shows that one, and what is too much is left out", async () => {
    const models = Array.from({ length: 230 }, (_, at) => ({
      name: `up/m${String(at).padStart(3, "0")}`,
      routes: [{ connection: "up", model: "ok" }],
      price: { inputPerMillion: 1 },
    }));
    const site = await walletSite({ models });
    const list = await site.owner.json<{ data: { id: string; name: string }[] }>(
      "GET",
      "/api/admin/models",
    );
    for (const { id, name } of [list.data.at(0), list.data.at(-1)].flatMap((one) => one ?? [])) {
      const model = models.find((one) => one.name === name);
      await site.owner.json("PUT", `/api/admin/models/${id}`, { ...model, vision: true });
      const [entry] = await audit(site, "action=models");
      expect(entry?.target?.name).toBe(name);
      expect(entry?.changes).toEqual([{ field: "vision", before: false, after: true }]);
    }
    const prices = list.data.map(({ id }) => ({ id, price: { inputPerMillion: 2 } }));
    await site.owner.json("PUT", "/api/admin/models/prices", { prices });
    const [entry] = await audit(site, "action=models.prices");
    expect(entry?.changes.at(-1)).toEqual({ field: "…" });
    expect(JSON.stringify(entry).length).toBeLessThan(100_000);
  });

  it("that is refused is told with the reason, and has changed nothing", async () => {
    const site = await walletSite();
    const answer = await site.owner.fetch("PATCH", user(site), {
      email: `boss@${site.slug}.example`,
    });
    expect((await errorOf(answer)).code).toBe("conflict");
    const [entry] = await audit(site, "action=users");
    expect(entry).toMatchObject({ outcome: "refused", code: "conflict", changes: [] });
  });

  it("that the caller may not make is no entry, nor is what was only read", async () => {
    const site = await walletSite();
    expect((await site.ann.fetch("PATCH", "/api/admin/site", { name: "Mine" })).status).toBe(403);
    await site.owner.json("GET", "/api/admin/users");
    expect(await audit(site, "action=site")).toEqual([]);
    expect(await audit(site, "action=users")).toEqual([]);
  });
});

describe("secrets", () => {
  it("of whatever was sent or shown once are in no entry", async () => {
    const site = await walletSite();
    const secrets = ["a new password of ann", "sk-new-upstream-secret-0123456789"];
    await site.owner.json("PATCH", user(site), { password: secrets[0] });
    await site.owner.json("POST", "/api/admin/connections", {
      id: "second",
      name: "Second",
      connector: "openai",
      secrets: [{ values: { apiKey: secrets[1] } }],
    });
    const { text } = await site.owner.json<{ text: string }>("POST", `${user(site)}/keys`, {
      name: "ci",
    });
    const page = await site.owner.fetch("GET", "/api/admin/audit");
    const told = await page.text();
    for (const secret of [...secrets, text]) expect(told).not.toContain(secret);
    const [key, connection, password] = (JSON.parse(told) as AuditPage).data;
    expect(password?.asked).toEqual({ password: "•••" });
    expect(connection?.asked).toMatchObject({ secrets: [{ values: { apiKey: "•••" } }] });
    expect(key?.changes).toContainEqual({ field: "text", after: "•••" });
    expect(key?.changes).toContainEqual({ field: "key.name", after: "ci" });
  });

  it("are not in a configuration file that was applied: no schema describes it here", async () => {
    const site = await walletSite();
    const operator = (path: string) => call(null, path, { headers: OPERATOR });
    expect((await operator("/api/platform/sites")).status).toBe(200);
    const told = await entriesOfPlatform();
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toContain(site.key);
    expect(told[0]).toMatchObject({
      action: "config.create",
      actor: { kind: "token", id: "", name: "" },
      asked: { config: "…", dryRun: false },
    });
  });
});

/** The operator's writes are told in the platform's own meter. */
async function entriesOfPlatform(): Promise<AuditEntry[]> {
  return (await meterOf(env, "site_platform").auditEntries({ limit: 10 })).data;
}

describe("a key", () => {
  it("made, changed and revoked by its owner is told, and so is a sign-out", async () => {
    const site = await walletSite();
    const { key } = await site.ann.json<{ key: { id: string } }>("POST", "/api/portal/keys", {
      name: "mine",
    });
    await site.ann.json("PATCH", `/api/portal/keys/${key.id}`, { name: "my own" });
    await site.ann.json("DELETE", `/api/portal/keys/${key.id}`);
    await site.ann.json("POST", "/api/auth/logout");
    const [out, revoked, changed, made] = await audit(site, `actor=ann@${site.slug}`);
    expect(made).toMatchObject({ action: "keys.create", outcome: "done" });
    expect(changed?.changes).toEqual([{ field: "name", before: "mine", after: "my own" }]);
    expect(revoked).toMatchObject({ action: "keys.delete", target: { id: key.id } });
    expect(revoked?.changes).toEqual([
      { field: "revokedAt", before: null, after: expect.any(String) },
    ]);
    expect(out).toMatchObject({ action: "sign_out", outcome: "done" });
  });

  it("of a user is shown by its own lines when an admin revokes it", async () => {
    const site = await walletSite();
    const { key } = await site.ann.json<{ key: { id: string } }>("POST", "/api/portal/keys", {
      name: "mine",
    });
    await site.owner.json("DELETE", `${user(site)}/keys/${key.id}`);
    const [entry] = await audit(site, "action=users.keys.delete");
    expect(entry).toMatchObject({ target: { id: site.userId }, asked: { keyId: key.id } });
    expect(entry?.changes.map((change) => change.field)).toEqual(["revokedAt"]);
  });
});

describe("the operator at work as an owner", () => {
  it("is told as the operator, under the owner's name", async () => {
    const { slug } = await walletSite();
    const { ticket } = await call(
      null,
      `/api/platform/sites/${slug}/impersonate`,
      post({ reason: "asked for help" }, OPERATOR),
    ).then((answer) => answer.json<{ ticket: string }>());
    const origin = `http://${slug}.localhost`;
    const entered = await call(slug, "/api/auth/enter", post({ ticket }, { origin }));
    const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    const headers = { origin, cookie };
    const send = post({ name: "By the operator" }, headers);
    expect((await call(slug, "/api/admin/site", { ...send, method: "PATCH" })).status).toBe(200);
    const page = await call(slug, "/api/admin/audit?action=site", { headers });
    const [entry] = (await page.json<AuditPage>()).data;
    expect(entry?.actor).toMatchObject({ kind: "operator", name: `boss@${slug}.example` });
  });
});

describe("the audit as a file", () => {
  it("has every entry of its filter, and no cell that a spreadsheet would run", async () => {
    const site = await walletSite();
    await site.owner.json("PATCH", user(site), { name: '=HYPERLINK("http://evil.example")' });
    await site.owner.json("PATCH", "/api/admin/site", { name: "=1+1" });
    const answer = await site.owner.fetch("GET", "/api/admin/audit.csv?action=site&locale=en");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-/);
    const [header, ...lines] = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true })
      .decode(await answer.arrayBuffer())
      .split("\r\n");
    expect(header).toMatch(/^\ufeffTime \(UTC\),Action,Outcome/);
    expect(lines.filter((line) => line !== "")).toHaveLength(1);
    for (const cell of lines.join(",").split(",")) expect(cell).not.toMatch(/^"?[=+@]/);
    const chinese = await site.owner.fetch("GET", "/api/admin/audit.csv?locale=zh-CN");
    expect(await chinese.text()).toContain("时间 (UTC),操作");
  });

  it("and the page are for those who may read the audit alone", async () => {
    const site = await walletSite();
    for (const path of ["/api/admin/audit", "/api/admin/audit.csv"]) {
      expect((await site.ann.fetch("GET", path)).status, path).toBe(403);
      expect((await call(site.slug, path)).status, path).toBe(401);
    }
    expect((await call(site.slug, "/api/admin/audit", post({}))).status).toBe(404);
  });
});
