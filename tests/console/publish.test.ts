import type { Offer } from "@contract";
import { agentConfigSchema, modelConfigSchema } from "@contract/index.ts";
import { describe, expect, test } from "vitest";
import {
  agentFrom,
  areTermsValid,
  draftOf,
  isComplete,
  modelFrom,
  PLAIN_TERMS,
  type Terms,
} from "../../admin-ui/src/features/connections/publish-plan.ts";
import { EVERYONE } from "../../admin-ui/src/lib/access.ts";

const agent: Offer = {
  kind: "agent",
  id: "70",
  name: "Helper",
  description: "Helps.",
  icon: "https://cdn.example.com/a.png",
  openingMessage: "Hi!",
  suggestedQuestions: ["Who?", "", "What?"],
  modelKind: null,
};
const model: Offer = { ...agent, kind: "model", id: "fast", name: "fast", modelKind: "chat" };
const place = { taken: [], order: 3 };
const draft = draftOf(agent, "coze", []);
const gold: Terms = {
  ...PLAIN_TERMS,
  access: { ...EVERYONE, everyone: false, levels: ["gold"] },
  group: " Service ",
  perMessage: 2,
  price: { inputPerMillion: 1, outputPerMillion: "" },
};

describe("publishing several at once", () => {
  test("takes over what the platform says of an agent", () => {
    expect(agentFrom(draft, "coze", PLAIN_TERMS, place)).toMatchObject({
      name: "Helper",
      description: "Helps.",
      icon: "https://cdn.example.com/a.png",
      openingMessage: "Hi!",
      suggestedQuestions: ["Who?", "What?"],
      target: { connection: "coze", agent: "70" },
      order: 3,
    });
  });

  test("publishes what was changed, not what the platform says", () => {
    const changed = {
      ...draft,
      name: " Anna ",
      icon: "🤖",
      openingMessage: "Hello",
      description: "",
    };
    expect(agentFrom(changed, "coze", PLAIN_TERMS, place)).toMatchObject({
      slug: "anna",
      name: "Anna",
      icon: "🤖",
      openingMessage: "Hello",
      description: "",
    });
  });

  test("gives all of them the same access, group and price", () => {
    const one = agentFrom(draft, "coze", gold, place);
    const other = agentFrom({ ...draft, name: "Other" }, "coze", gold, place);
    for (const config of [one, other]) {
      expect(config).toMatchObject({
        access: gold.access,
        group: "Service",
        price: { perMessage: 2 },
      });
      expect(agentConfigSchema.safeParse(config).error).toBeUndefined();
    }
    const published = modelFrom(draftOf(model, "c", []), "c", gold);
    expect(published).toMatchObject({ access: gold.access, price: { inputPerMillion: 1 } });
    expect(published.price).not.toHaveProperty("outputPerMillion");
    expect(modelConfigSchema.safeParse(published).error).toBeUndefined();
  });

  test("an agent without a price is free, and one for nothing costs nothing", () => {
    expect(agentFrom(draft, "c", PLAIN_TERMS, place).price).toEqual({ free: true });
    const nothing = agentFrom(draft, "c", { ...PLAIN_TERMS, perMessage: 0 }, place);
    expect(nothing.price).toEqual({ perMessage: 0 });
  });

  test("what is too long at the platform is cut to what fits", () => {
    const long = { ...agent, name: "n".repeat(300), description: "d".repeat(9000) };
    const more = {
      ...long,
      openingMessage: "o".repeat(20_000),
      suggestedQuestions: ["q".repeat(900)],
    };
    const config = agentFrom(draftOf(more, "c", []), "c", PLAIN_TERMS, place);
    expect(agentConfigSchema.safeParse(config).error).toBeUndefined();
  });

  test("a connection that is one agent is published without an id", () => {
    const own = agentFrom(draftOf({ ...agent, id: "" }, "n8n", []), "n8n", PLAIN_TERMS, place);
    expect(own.target).toEqual({ connection: "n8n" });
    expect(agentConfigSchema.safeParse(own).error).toBeUndefined();
  });

  test.each([
    [{ ...draft, name: "  " }, false],
    [draft, true],
    [{ ...draftOf(model, "c", []), name: "has space" }, false],
    [draftOf(model, "c", []), true],
  ])("%# may be published as it stands, or not", (one, complete) => {
    expect(isComplete(one)).toBe(complete);
  });

  test.each([
    [{}, true],
    [{ perMessage: 0.5 }, true],
    [{ perMessage: Number.NaN }, false],
    [{ perMessage: -1 }, false],
    [{ price: { inputPerMillion: 1e7, outputPerMillion: "" as const } }, false],
  ])("terms of %j are taken or not", (part, valid) => {
    expect(areTermsValid({ ...PLAIN_TERMS, ...part })).toBe(valid);
  });
});
