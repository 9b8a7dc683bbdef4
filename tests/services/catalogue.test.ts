import { describe, expect, it } from "vitest";
import { type AccessRule, EVERYONE, type Subject } from "../../src/core/access.ts";
import type { SiteAgent, SiteModel, SiteSnapshot } from "../../src/core/site.ts";
import { catalogueOf, strangerAt } from "../../src/services/chat/catalogue.ts";
import { resolveModel } from "../../src/services/chat/target.ts";
import { PRICE } from "./fixture.ts";

const model = (name: string, more: Partial<SiteModel> = {}): SiteModel => ({
  id: `mod_${name}`,
  name,
  kind: "chat",
  enabled: true,
  vision: false,
  routes: [],
  price: PRICE,
  cost: null,
  priceVersion: 1,
  maxOutputTokens: null,
  contextTokens: null,
  access: EVERYONE,
  cache: null,
  ...more,
});
const agent = (slug: string, modelId: string, more: Partial<SiteAgent> = {}) =>
  ({
    slug,
    enabled: true,
    vision: true,
    access: EVERYONE,
    price: { perMessage: 2 },
    target: { kind: "prompt", modelId },
    ...more,
  }) as SiteAgent;

function site(models: SiteModel[], more: Partial<SiteSnapshot> = {}): SiteSnapshot {
  return {
    models: new Map(models.map((one) => [one.name, one])),
    agents: new Map(),
    connections: new Map(),
    levels: new Map([
      ["lvl_pro", { id: "lvl_pro", isDefault: false }],
      ["lvl_free", { id: "lvl_free", isDefault: true }],
    ]),
    registration: true,
    ...more,
  } as SiteSnapshot;
}
const rule = (more: Partial<AccessRule>): AccessRule => ({ ...EVERYONE, everyone: false, ...more });

describe("the catalogue", () => {
  const ann: Subject = {
    userId: "usr_ann",
    levelId: "lvl_pro",
    groupIds: [],
    departmentIds: [],
    guest: false,
  };

  it("has what somebody may use, by name, agents among it, at their prices", () => {
    const models = [
      model("z/image", { kind: "image", price: { perImage: 0 } }),
      model("b/chat"),
      model("off", { enabled: false }),
      model("secret", { access: rule({ users: ["usr_eve"] }) }),
      model("pro", { access: rule({ levels: ["lvl_pro"] }) }),
    ];
    const agents = [
      agent("helper", "mod_b/chat"),
      agent("free", "mod_b/chat", { price: { free: true } }),
      agent("metered", "mod_b/chat", { price: { byTokens: true } }),
      agent("off", "mod_b/chat", { enabled: false }),
      agent("broken", "mod_off"),
      agent("bot", "", { target: { kind: "platform", connectionId: "con_1", agent: null } }),
    ];
    const listed = catalogueOf(
      site(models, { agents: new Map(agents.map((one) => [one.slug, one])) }),
      ann,
    );
    expect(listed.map(({ name, free, price }) => [name, free, price])).toEqual([
      ["agent/bot", false, null],
      ["agent/free", true, null],
      ["agent/helper", false, null],
      ["agent/metered", false, PRICE],
      ["b/chat", false, PRICE],
      ["pro", false, PRICE],
      ["z/image", true, { perImage: 0 }],
    ]);
  });

  it("shows a stranger what he would see once registered, and where nobody may register only what is for guests", () => {
    const models = [
      model("all"),
      model("free", { access: rule({ levels: ["lvl_free"] }) }),
      model("pro", { access: rule({ levels: ["lvl_pro"] }) }),
      model("guests", { access: rule({ guests: true }) }),
    ];
    const seen = (registration: boolean) => {
      const here = site(models, { registration });
      return catalogueOf(here, strangerAt(here)).map(({ name }) => name);
    };
    expect(seen(true)).toEqual(["all", "free", "guests"]);
    expect(seen(false)).toEqual(["guests"]);
  });
});

describe("a model", () => {
  const here = site([
    model("openai/gpt"),
    model("openrouter/openai/o9"),
    model("a/twin"),
    model("b/twin"),
    model("a/off", { enabled: false }),
    model("b/off"),
    model("a/ok"),
    model("image/ok", { kind: "image" }),
  ]);
  const found = (name: string, kind: SiteModel["kind"] = "chat") => {
    const resolved = resolveModel(here, name, kind);
    return resolved.ok ? resolved.value.target.name : resolved.error.code;
  };

  it("is found by its name, and by the end of it that is its alone", () => {
    expect(found("openai/gpt")).toBe("openai/gpt");
    expect(found("gpt")).toBe("openai/gpt");
    expect(found("o9")).toBe("openrouter/openai/o9");
    expect(found("openai/o9")).toBe("openrouter/openai/o9");
  });

  it("that may not be used is called in a refusal what the client called it", () => {
    const target = (name: string) => {
      const resolved = resolveModel(here, name, "chat");
      return resolved.ok ? resolved.value.target.calledAs : null;
    };
    expect([target("gpt"), target("openai/gpt")]).toEqual(["gpt", undefined]);
  });

  it("is not guessed: not among several, nor by a part of a word", () => {
    expect(found("twin")).toBe("model_not_found");
    expect(found("pt")).toBe("model_not_found");
    expect(found("")).toBe("model_not_found");
  });

  it("that is off, or for something else, does not stand in the way", () => {
    expect(found("off")).toBe("b/off");
    expect(found("ok")).toBe("a/ok");
    expect(found("ok", "image")).toBe("image/ok");
    expect(found("image/ok")).toBe("unsupported_value");
  });
});
