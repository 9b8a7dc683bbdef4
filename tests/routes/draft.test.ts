/** An agent that is asked as its form stands, before it is saved. */
import { describe, expect, it } from "vitest";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { errorOf } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

const PATH = "/api/admin/agents/draft/chat";
const messages = [{ role: "user", content: "hi" }];
const target = { model: "up/ok", prompt: "You are brief." };

async function site(more: Record<string, unknown> = {}): Promise<WalletSite> {
  const made = await walletSite(more);
  const { me } = await made.owner.json<{ me: { id: string } }>("GET", "/api/auth/boot");
  await made.owner.json("POST", `/api/admin/users/${me.id}/grants`, {
    credits: 10,
    reason: "to try things",
    operationId: "credits-of-the-boss",
  });
  return made;
}
const ask = ({ owner }: WalletSite, agent: object, more: object = {}) =>
  owner.fetch("POST", PATH, { agent, messages, ...more });
const recordOf = ({ owner }: WalletSite, answer: Response) =>
  owner.json<UsageRecord>("GET", `/api/admin/requests/${answer.headers.get("x-request-id")}`);
const namesOf = async ({ owner }: WalletSite) => {
  const { data } = await owner.json<{ data: { slug: string }[] }>("GET", "/api/admin/agents");
  return data.map(({ slug }) => slug);
};

describe("a draft of an agent", () => {
  it("answers by its prompt, at its own price, and its writer pays", async () => {
    const made = await site();
    const answer = await ask(made, { target, price: { perMessage: 2 } });
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(await answer.json()).toMatchObject({ choices: [{ message: { role: "assistant" } }] });
    const record = await recordOf(made, answer);
    expect(record).toMatchObject({
      surface: "playground",
      model: "agent/draft",
      charged_micro: 2_000_000,
      price_version: 0,
    });
    // The prompt was read too.
    const plain = await recordOf(made, await ask(made, { target: { ...target, prompt: "" } }));
    expect(record.tokens.input).toBeGreaterThan(plain.tokens.input);
  });

  it("streams, and publishes nothing", async () => {
    const made = await site();
    const answer = await ask(made, { slug: "helper", target }, { stream: true });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    expect(await answer.text()).toContain("[DONE]");
    expect(await namesOf(made)).not.toContain("helper");
    const byName = { model: "agent/helper", messages };
    expect((await made.owner.fetch("POST", "/api/admin/playground", byName)).status).toBe(404);
  });

  it("stands in the place of what is published under its name, for its writer alone", async () => {
    const helper = { slug: "helper", name: "Helper", target, price: { perMessage: 5 } };
    const made = await site({ agents: [helper] });
    const draft = await ask(made, { slug: "helper", target, price: { perMessage: 1 } });
    expect((await recordOf(made, draft)).charged_micro).toBe(1_000_000);
    const byName = { model: "agent/helper", messages };
    const published = await made.owner.fetch("POST", "/api/admin/playground", byName);
    expect((await recordOf(made, published)).charged_micro).toBe(5_000_000);
  });

  it("runs on the site's own connections and models, and says which is not there", async () => {
    const made = await site();
    for (const missing of [{ model: "up/none", prompt: "" }, { connection: "none" }]) {
      const answer = await ask(made, { target: missing });
      expect(answer.status).toBe(400);
      const [part] = Object.keys(missing);
      expect(await errorOf(answer)).toMatchObject({ param: `agent.target.${part}` });
    }
  });

  it("is closed to members", async () => {
    const made = await site();
    const answer = await made.ann.fetch("POST", PATH, { agent: { target }, messages });
    expect(answer.status).toBe(403);
  });
});
