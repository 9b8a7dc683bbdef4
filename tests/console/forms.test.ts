import type { Agent, Connection, ConnectorInfo, GuideField, Offer } from "@contract";
import { agentConfigSchema, connectionInputSchema, modelConfigSchema } from "@contract/index.ts";
import { describe, expect, test } from "vitest";
import {
  agentConfig,
  agentValues,
  configOfAgent,
} from "../../admin-ui/src/features/agents/agent-values.ts";
import {
  connectionBody,
  connectionValues,
  fieldProblem,
} from "../../admin-ui/src/features/connections/connection-values.ts";
import {
  agentFrom,
  draftOf,
  isModelName,
  modelFrom,
  PLAIN_TERMS,
  publishedAs,
  suggestedName,
} from "../../admin-ui/src/features/connections/publish-plan.ts";
import { EVERYONE, isNobody } from "../../admin-ui/src/lib/access.ts";
import { fieldPath } from "../../admin-ui/src/lib/api.ts";
import { commonTexts } from "../../admin-ui/src/lib/common-texts.ts";
import { moved } from "../../admin-ui/src/lib/move.ts";
import { isSlug, slugFrom } from "../../admin-ui/src/lib/slug.ts";
import { checks, filled, problems } from "../../admin-ui/src/lib/validation.ts";

const label = (en: string) => ({ en, "zh-CN": en });
const apiKey: GuideField = {
  name: "apiKey",
  in: "secret",
  kind: "password",
  label: label("API key"),
  required: true,
  pattern: { source: "^sk-", message: label("starts with sk-") },
};
const baseUrl: GuideField = {
  name: "baseUrl",
  in: "settings",
  kind: "url",
  label: label("Base URL"),
  default: "https://api.example.com/v1",
  required: true,
};
const connector: ConnectorInfo = {
  id: "openai",
  label: label("OpenAI"),
  family: "models",
  offers: { chat: true, agents: false, models: true },
  guide: { steps: [], fields: [baseUrl, apiKey] },
  callbackPath: null,
};
const stored: Connection = {
  id: "main",
  name: "Main",
  connector: "openai",
  enabled: true,
  settings: { baseUrl: "https://proxy.example/v1", organization: "org-1" },
  secrets: [
    {
      id: "sec_1",
      name: "first",
      weight: 3,
      hint: "…7890",
      disabledReason: null,
      authorised: null,
    },
  ],
  health: "connected",
  healthDetail: null,
  checkedAt: null,
  usedBy: { models: 0, agents: 0 },
};

describe("a connection's form", () => {
  test("says of each key what the platform refused it for", () => {
    const [secret] = stored.secrets;
    if (!secret) throw new Error("one key");
    const refused = { ...stored, secrets: [secret, { ...secret, disabledReason: "401: no" }] };
    const { secrets } = connectionValues(connector, refused, { id: "", name: "" });
    expect(secrets.map((one) => one.refused)).toEqual([null, "401: no"]);
  });

  const suggested = { id: "openai", name: "OpenAI" };

  test("sends no value for a stored secret that was not replaced", () => {
    const body = connectionBody(connector, connectionValues(connector, stored, suggested));
    expect(body.secrets).toEqual([{ id: "sec_1", name: "first", weight: 3, values: {} }]);
    expect(connectionInputSchema.safeParse(body).success).toBe(true);
  });

  test("sends the new value under the stored secret's id when it is replaced", () => {
    const values = connectionValues(connector, stored, suggested);
    values.secrets[0] = {
      ...values.secrets[0],
      kept: false,
      values: { apiKey: " sk-new " },
    } as never;
    expect(connectionBody(connector, values).secrets[0]).toMatchObject({
      id: "sec_1",
      values: { apiKey: "sk-new" },
    });
  });

  test("keeps settings that the guide does not ask for", () => {
    const body = connectionBody(connector, connectionValues(connector, stored, suggested));
    expect(body.settings).toEqual(stored.settings);
  });

  test("leaves out empty settings and an empty row of secrets", () => {
    const body = connectionBody(connector, connectionValues(connector, null, suggested));
    expect(body).toMatchObject({ id: "openai", settings: {}, secrets: [] });
  });

  test("shows no row of secrets for a platform that has none", () => {
    const open = { ...connector, guide: { steps: [], fields: [baseUrl] } };
    expect(connectionValues(open, null, suggested).secrets).toEqual([]);
  });

  const words = {
    required: "required",
    pattern: "pattern",
    local: (text: { en: string }) => text.en,
  };

  test("asks for a required field, unless it has a default", () => {
    expect(fieldProblem(apiKey, "  ", words)).toBe("required");
    expect(fieldProblem(baseUrl, "", words)).toBeNull();
  });

  test("says what the guide says when the pattern does not fit, and trims first", () => {
    expect(fieldProblem(apiKey, "pk-1", words)).toBe("starts with sk-");
    expect(fieldProblem(apiKey, " sk-1 ", words)).toBeNull();
  });
});

const offer = (part: Partial<Offer>): Offer => ({
  kind: "model",
  id: "gpt-4o-mini",
  name: "gpt-4o-mini",
  description: "",
  icon: "",
  openingMessage: "",
  suggestedQuestions: [],
  modelKind: "chat",
  ...part,
});

describe("publishing offers", () => {
  test("a model gets the connection in front of its name, unless it has a namespace", () => {
    expect(suggestedName(offer({}), "openai", [])).toBe("openai/gpt-4o-mini");
    expect(suggestedName(offer({ id: "meta/llama-4" }), "router", [])).toBe("meta/llama-4");
  });

  test("a taken name gets the connection in front", () => {
    const taken = ["meta/llama-4"];
    expect(suggestedName(offer({ id: "meta/llama-4" }), "router", taken)).toBe(
      "router/meta/llama-4",
    );
  });

  test.each(["模型 1", "a b", "agent/x", "-x", "models/@cf/é"])(
    "the suggested name of %j is one that the contract takes",
    (id) => {
      const name = suggestedName(offer({ id }), "conn", []);
      const config = modelFrom(draftOf(offer({ id }), "conn", []), "conn", PLAIN_TERMS);
      expect(isModelName(name)).toBe(true);
      expect(modelConfigSchema.safeParse(config).error).toBeUndefined();
    },
  );

  test("an agent with a Chinese name gets a slug that is free", () => {
    const draft = draftOf(offer({ kind: "agent", id: "7380", name: "客服" }), "coze", []);
    const config = agentFrom(draft, "coze", PLAIN_TERMS, { taken: ["agent"], order: 4 });
    expect(config).toMatchObject({
      slug: "agent-2",
      name: "客服",
      order: 4,
      target: { connection: "coze", agent: "7380" },
    });
    expect(agentConfigSchema.safeParse(config).success).toBe(true);
  });

  test("takes over no icon that is neither an image's address nor an emoji", () => {
    const taken = (icon: string) => draftOf(offer({ kind: "agent", icon }), "c", []).icon;
    expect(taken("javascript:alert(1)")).toBe("");
    expect(taken("https://x.example/i.png")).toContain("https://");
    expect(taken("🤖")).toBe("🤖");
  });

  test("knows what is published already, by its route and not by its name", () => {
    const model = {
      ...modelFrom({ ...draftOf(offer({}), "openai", []), name: "fast" }, "openai", PLAIN_TERMS),
      id: "m",
      priceVersion: 1,
    };
    const models = [{ ...model, access: EVERYONE }] as never;
    expect(publishedAs(offer({}), "openai", models, [])).toBe("fast");
    expect(publishedAs(offer({}), "other", models, [])).toBeNull();
  });
});

describe("an agent's form", () => {
  const agent: Agent = {
    id: "agt_1",
    priceVersion: 2,
    slug: "support",
    name: "Support",
    group: "Service",
    description: "",
    icon: "",
    order: 3,
    enabled: true,
    openingMessage: "",
    suggestedQuestions: ["Hi?"],
    vision: false,
    files: false,
    target: { model: "openai/gpt", prompt: "Help.", parameters: { temperature: 0 } },
    price: { perMessage: 2.5 },
    access: { ...EVERYONE, everyone: false, levels: ["pro"] },
  };

  test("changes nothing of an agent that is opened and saved", () => {
    expect(agentConfig(agentValues(agent))).toEqual(configOfAgent(agent));
  });

  test.each([{ free: true as const }, { byTokens: true as const }])(
    "keeps the price %j",
    (price) => {
      expect(agentConfig(agentValues({ ...agent, price })).price).toEqual(price);
    },
  );

  test("keeps a temperature of zero, and leaves out parameters that are empty", () => {
    expect(agentConfig(agentValues(agent)).target).toEqual(agent.target);
    const plain = { ...agent, target: { model: "m", prompt: "" } };
    expect(agentConfig(agentValues(plain)).target).toEqual({ model: "m", prompt: "" });
  });

  test("of a platform without an agent's id sends the connection alone", () => {
    const platform = { ...agent, target: { connection: "dify" } };
    expect(agentConfig(agentValues(platform)).target).toEqual({ connection: "dify" });
  });
});

describe("checks", () => {
  const t = commonTexts.en.form;
  const check = checks(t);

  test("no number passes that is not one", () => {
    expect(check.number(Number.NaN, 0, 10)).toBe(t.number);
    expect(check.optionalNumber(Number.NaN, 0, 10)).toBe(t.number);
    expect(check.optionalNumber("", 0, 10)).toBeNull();
    expect(check.number("", 0, 10)).toBe(t.number);
    expect(check.number(11, 0, 10)).toBe(t.range(0, 10));
  });

  test("an id must be free and a DNS label", () => {
    expect(check.slug("pro", ["pro"])).toBe(t.slugTaken);
    expect(check.slug("Pro")).toBe(t.slug);
    expect(check.slug("pro")).toBeNull();
  });

  test.each(["a@b.c", " ann@acme.example "])("takes the address %j", (email) => {
    expect(check.email(email)).toBeNull();
  });

  test.each(["ann", "ann@acme", "a b@c.d", "@x.y"])("refuses the address %j", (email) => {
    expect(check.email(email)).toBe(t.email);
  });

  test("only wrong fields are told", () => {
    expect(problems({ a: null, b: "bad", c: undefined })).toEqual({ b: "bad" });
  });

  test("empty numbers are left out", () => {
    expect(filled({ a: "", b: 0, c: 2 })).toEqual({ b: 0, c: 2 });
  });
});

describe("slugs", () => {
  test.each([
    ["Customer Support", "customer-support"],
    ["Café 2", "cafe-2"],
    ["  -- ", "agent"],
    ["客服", "agent"],
  ])("%j gives %j", (name, slug) => {
    expect(slugFrom(name, [], "agent")).toBe(slug);
  });

  test("differ from those that are taken", () => {
    expect(slugFrom("Pro", ["pro", "pro-2"])).toBe("pro-3");
  });

  test("of a very long name still are slugs", () => {
    expect(isSlug(slugFrom("x".repeat(300), ["x".repeat(58)]))).toBe(true);
  });
});

describe("access", () => {
  test("is nobody's only when nothing at all is chosen", () => {
    const nobody = { ...EVERYONE, everyone: false };
    expect(isNobody(nobody)).toBe(true);
    expect(isNobody({ ...nobody, users: ["a@b.c"] })).toBe(false);
    expect(isNobody({ ...nobody, guests: true })).toBe(false);
  });
});

describe("moving in a list", () => {
  test("puts the item at its new place and keeps the others in order", () => {
    expect(moved(["a", "b", "c", "d"], 3, 1)).toEqual(["a", "d", "b", "c"]);
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  });

  test.each([
    [0, 0],
    [-1, 1],
    [0, 3],
  ])("from %i to %i changes nothing", (from, to) => {
    expect(moved(["a", "b", "c"], from, to)).toEqual(["a", "b", "c"]);
  });
});

test("the server's path of a field is the form's", () => {
  expect(fieldPath("routes[0].model")).toBe("routes.0.model");
  expect(fieldPath("routes.0.model")).toBe("routes.0.model");
});
