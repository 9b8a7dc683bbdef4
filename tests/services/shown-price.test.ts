import { describe, expect, it } from "vitest";
import type { ModelPrice } from "../../src/contract/config.ts";
import { shownPrice } from "../../src/services/chat/visible.ts";

const shown = (price: ModelPrice) => shownPrice({ kind: "byTokens", price });
const tokens = { kind: "byTokens", inputPerMillion: "0", outputPerMillion: "0" };

describe("the price that a user sees", () => {
  it("is free only where nothing of it is ever charged", () => {
    expect(shown({})).toEqual({ kind: "free" });
    expect(shown({ inputPerMillion: 0, perRequest: 0, images: [{ credits: 0 }] })).toEqual({
      kind: "free",
    });
    expect(shown({ reasoningPerMillion: 1 })).toEqual(tokens);
    expect(shown({ perSecond: 1 })).toEqual(tokens);
  });

  it("names what a request costs beside its tokens", () => {
    expect(shown({ inputPerMillion: 0.15, outputPerMillion: 0.6, perRequest: 0.01 })).toEqual({
      kind: "byTokens",
      inputPerMillion: "0.15",
      outputPerMillion: "0.6",
      perRequest: "0.01",
    });
  });

  it("spans the images from the cheapest to the dearest", () => {
    const images = [
      { quality: "low", credits: 1 },
      { quality: "high", credits: 4 },
    ];
    expect(shown({ images, perImage: 2 })).toEqual({ ...tokens, perImage: { from: "1", to: "4" } });
    expect(shown({ perImage: 2 })).toEqual({ ...tokens, perImage: { from: "2", to: "2" } });
  });

  it("of a message is the exact number of credits", () => {
    expect(shownPrice({ kind: "perMessage", micro: 1_500_000 })).toEqual({
      kind: "perMessage",
      credits: "1.5",
    });
  });
});
