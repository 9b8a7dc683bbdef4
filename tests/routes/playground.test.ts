import { describe, expect, it, vi } from "vitest";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { call, errorOf, post } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

const BOSS_CREDITS = 10;
const PATH = "/api/admin/playground";
const question = (more: object = {}) => ({
  model: "up/ok",
  messages: [{ role: "user", content: "hi" }],
  ...more,
});

/** The site's owner has credits; `more` is added to the site. */
async function site(more: Record<string, unknown> = {}): Promise<WalletSite> {
  const made = await walletSite(more);
  const { me } = await made.owner.json<{ me: { id: string } }>("GET", "/api/auth/boot");
  await made.owner.json("POST", `/api/admin/users/${me.id}/grants`, {
    credits: BOSS_CREDITS,
    reason: "to try things",
    operationId: "credits-of-the-boss",
  });
  return made;
}

const ask = ({ owner }: WalletSite, more?: object) => owner.fetch("POST", PATH, question(more));
const recordOf = ({ owner }: WalletSite, answer: Response) =>
  owner.json<UsageRecord>(
    "GET",
    `/api/admin/requests/${answer.headers.get("x-request-id") ?? "none"}`,
  );
const balanceOf = async (person: WalletSite["owner"]) =>
  (await person.json<{ balance_micro: number }>("GET", "/api/portal/wallet")).balance_micro;

describe("the playground", () => {
  it("answers as the API does, and the asker's own wallet pays", async () => {
    const made = await site();
    const answer = await ask(made);
    expect(answer.status).toBe(200);
    const { choices, usage } = (await answer.json()) as {
      choices: { message: { content: string } }[];
      usage: { total_tokens: number };
    };
    expect(choices[0]?.message.content).toMatch(/\w/);
    const record = await recordOf(made, answer);
    expect(record).toMatchObject({ surface: "playground", status: "ok", key_id: null });
    expect(record.tokens.input + record.tokens.output).toBe(usage.total_tokens);
    expect(record.charged_micro).toBeGreaterThan(0);
    expect(await balanceOf(made.owner)).toBe(BOSS_CREDITS * 1e6 - record.charged_micro);
    expect(await balanceOf(made.ann)).toBe(100e6);
  });

  it("streams with the usage at the end, and its record is there when the stream has ended", async () => {
    const made = await site();
    const options = { stream: true, stream_options: { include_usage: true } };
    const answer = await ask(made, options);
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const events = (await answer.text()).split("\n\n").filter(Boolean);
    expect(events.at(-1)).toBe("data: [DONE]");
    expect(events.at(-2)).toContain('"usage":{');
    expect(await recordOf(made, answer)).toMatchObject({ stream: true, price_version: 1 });
  });

  it("reaches what is published for others, and the API of the same person does not", async () => {
    const nobody = { everyone: false, levels: [] };
    const made = await site({
      models: [
        {
          name: "up/hidden",
          routes: [{ connection: "up", model: "ok" }],
          price: {},
          access: nobody,
        },
      ],
    });
    expect((await ask(made, { model: "up/hidden" })).status).toBe(200);
    const byKey = await call(
      made.slug,
      "/v1/chat/completions",
      post(question({ model: "up/hidden" }), { authorization: `Bearer ${made.key}` }),
    );
    expect([byKey.status, (await errorOf(byKey)).code]).toEqual([404, "model_not_found"]);
  });

  it("is closed to members, and a key does not open it", async () => {
    const made = await site();
    expect((await made.ann.fetch("POST", PATH, question())).status).toBe(403);
    const withKey = post(question(), { authorization: `Bearer ${made.key}` });
    expect((await call(made.slug, PATH, withKey)).status).toBe(401);
    expect(await balanceOf(made.ann)).toBe(100e6);
  });

  it("that is closed in the middle of an answer stops the upstream, and what came is paid", async () => {
    const made = await site({
      models: [
        {
          name: "slow",
          routes: [{ connection: "up", model: "paced" }],
          price: { outputPerMillion: 1000 },
        },
      ],
    });
    const answer = await ask(made, { model: "slow", stream: true });
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const record = await vi.waitFor(() => recordOf(made, answer), { timeout: 5000 });
    expect(record.status).toBe("cancelled");
    expect(record.tokens.output).toBeLessThan(200);
  });

  it("tells an upstream's failure as the API does, and the record says what it was", async () => {
    const made = await site({
      models: [{ name: "down", routes: [{ connection: "up", model: "401" }], price: {} }],
    });
    const answer = await ask(made, { model: "down", stream: true });
    expect([answer.status, (await errorOf(answer)).code]).toEqual([502, "upstream_unavailable"]);
    const record = await recordOf(made, answer);
    expect(record).toMatchObject({ status: "error", charged_micro: 0 });
    expect(record.attempts).toMatchObject([{ connection: "up", outcome: "unauthorized" }]);
  });

  it.each([
    [{ model: "nothing" }, 404, "model"],
    [{ messages: [] }, 400, "messages"],
    [{ temperature: 9 }, 400, "temperature"],
    [{ messages: [{ role: "user", content: [{ type: "image_url" }] }] }, 400, /^messages/],
  ])("refuses %o with %i at its path, free of charge", async (more, status, param) => {
    const made = await site();
    const answer = await ask(made, more);
    expect(answer.status).toBe(status);
    expect((await errorOf(answer)).param).toEqual(
      param instanceof RegExp ? expect.stringMatching(param) : param,
    );
    expect(await balanceOf(made.owner)).toBe(BOSS_CREDITS * 1e6);
  });
});
