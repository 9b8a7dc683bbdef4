import { describe, expect, it } from "vitest";
import { discovery, KIND_OF_TYPE, modelRow, userInfo } from "../../src/front/aigne-site.ts";

describe("the list of models", () => {
  const row = (more: object) =>
    modelRow(
      { name: "openai/gpt", kind: "chat", price: null, free: false, vision: false, ...more },
      "acme",
    ) as Record<string, unknown>;

  it("puts names so that vendor and model make the public name again", () => {
    for (const name of ["openai/gpt", "openrouter/meta/llama", "agent/support"]) {
      const { provider, model, key } = row({ name });
      expect(`${provider}/${model}`).toBe(name);
      expect(key).toBe(name);
    }
    expect(row({ name: "qwen" })).toMatchObject({ provider: "acme", model: "qwen", key: "qwen" });
  });

  it("says prices as decimal texts, however small", () => {
    const price = { inputPerMillion: 0.000001, outputPerMillion: 600 };
    expect(row({ price })).toMatchObject({
      input_credits_per_token: "0.000000000001",
      output_credits_per_token: "0.0006",
    });
    expect(row({})).toMatchObject({ input_credits_per_token: "0", output_credits_per_token: "0" });
  });

  it("says what an image or a second costs where that is what is made", () => {
    const image = row({ kind: "image", price: { perImage: 10 } });
    expect(image).toMatchObject({ type: "image_generation", output_credits_per_token: "10" });
    const video = row({ kind: "video", price: { perSecond: 0.25 } });
    expect(video).toMatchObject({ type: "video", output_credits_per_token: "0.25" });
    const byTokens = row({ kind: "image", price: { outputPerMillion: 40 } });
    expect(byTokens).toMatchObject({ output_credits_per_token: "0.00004" });
  });

  it("knows the types by which clients ask, old and new", () => {
    expect(
      ["chat", "chatCompletion", "image", "image_generation", "embedding", "video"].map(
        (type) => KIND_OF_TYPE[type],
      ),
    ).toEqual(["chat", "chat", "image", "image", "embedding", "video"]);
  });
});

it("discovery has the mark by which clients know the hub", () => {
  expect(discovery({ slug: "acme", name: "Acme AI" })).toMatchObject({
    appName: "Acme AI",
    componentMountPoints: [{ did: "z8ia3xzq2tMq8CRHfaXj1BTYJyYnEcHbqP8cJ", mountPoint: "/" }],
  });
});

it("a user's credits are decimal texts, of what is left and of what was granted", () => {
  const grant = { remaining_micro: 1, amount_micro: 12_500_000, expires_at: null, reason: "gift" };
  const wallet = {
    object: "wallet",
    available: "12.25",
    held: "0.25",
    balance: "12.5",
    available_micro: 12_250_000,
    held_micro: 250_000,
    balance_micro: 12_500_000,
    grants: [grant, grant],
    low: null,
  } as const;
  const told = userInfo(
    { userId: "usr_1", email: "a@b.example" },
    { ...wallet, grants: [...wallet.grants] },
    "https://a.example/wallet",
  );
  expect(told).toMatchObject({
    user: { did: "usr_1", fullName: "a@b.example" },
    creditBalance: { balance: "12.25", total: "25", grantCount: 2, pendingCredit: "0.25" },
    profileLink: "https://a.example/wallet",
  });
  expect(told).not.toHaveProperty("creditPrefix");
});
