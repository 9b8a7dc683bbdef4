import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { EndpointTable } from "../../src/contract/endpoint.ts";
import * as contract from "../../src/contract/index.ts";
import { isSecret, LEFT_OUT, MASK, secret, withoutSecrets } from "../../src/contract/secret.ts";

const password = secret(z.string().min(8));

describe("a message without its secrets", () => {
  it("has a mask where the schema says secret, however it is wrapped", () => {
    const schema = z.strictObject({
      plain: z.string(),
      password,
      optional: password.optional(),
      nullable: password.nullable(),
      defaulted: password.default("changeme"),
      piped: password.pipe(z.string()),
      list: z.array(password),
      record: z.record(z.string(), password),
      deep: z.object({ union: z.union([z.number(), z.object({ password })]) }),
      lazy: z.lazy(() => z.object({ password })),
    });
    const told = withoutSecrets(schema, {
      plain: "shown",
      password: "very secret",
      optional: "very secret",
      nullable: "very secret",
      defaulted: "very secret",
      piped: "very secret",
      list: ["very secret"],
      record: { a: "very secret" },
      deep: { union: { password: "very secret" } },
      lazy: { password: "very secret" },
    });
    expect(JSON.stringify(told)).not.toContain("very secret");
    expect(told).toMatchObject({
      plain: "shown",
      password: MASK,
      list: [MASK],
      record: { a: MASK },
      deep: { union: { password: MASK } },
      lazy: { password: MASK },
    });
  });

  it("says that a secret was taken away, which is none", () => {
    const schema = z.object({ password: password.nullable(), other: password.optional() });
    expect(withoutSecrets(schema, { password: null })).toEqual({ password: null });
  });

  it("leaves out what no schema describes, and what a schema has made something else of", () => {
    const schema = z.looseObject({
      unknown: z.unknown(),
      any: z.any(),
      made: z.string().transform((text) => ({ text })),
    });
    expect(withoutSecrets(schema, { unknown: "s", any: { a: "s" }, made: "s", more: "s" })).toEqual(
      {
        unknown: LEFT_OUT,
        any: LEFT_OUT,
        made: LEFT_OUT,
        more: LEFT_OUT,
      },
    );
    expect(withoutSecrets(z.object({ a: z.string() }), { a: "x", b: "s" })).toEqual({ a: "x" });
    expect(withoutSecrets(z.union([z.string(), z.number()]), { a: "s" })).toBe(LEFT_OUT);
  });

  it("is bounded, whatever was sent", () => {
    const schema = z.object({ text: z.string(), list: z.array(z.number()) });
    const told = withoutSecrets(schema, {
      text: "x".repeat(1_000_000),
      list: Array.from({ length: 100_000 }, (_, at) => at),
    });
    expect(JSON.stringify(told).length).toBeLessThan(2_000);
    interface Nested {
      inner?: Nested | undefined;
    }
    const nested: z.ZodType<Nested> = z.lazy(() => z.object({ inner: nested.optional() }));
    let value: Nested = {};
    for (let depth = 0; depth < 1_000; depth++) value = { inner: value };
    expect(JSON.stringify(withoutSecrets(nested, value))).toContain(LEFT_OUT);
  });
});

/** Strings of a schema by path, those of records and lists too. */
function texts(schema: z.core.$ZodType, path = "", depth = 0): [string, z.core.$ZodType][] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const deeper = (one: z.core.$ZodType, name = "") => texts(one, `${path}${name}`, depth + 1);
  if (isSecret(schema) || depth > 15) return [];
  switch (def.type) {
    case "string":
      return [[path, schema]];
    case "object":
      return Object.entries(def.shape).flatMap(([name, one]) => deeper(one, `.${name}`));
    case "record":
      return deeper(def.valueType, ".*");
    case "array":
      return deeper(def.element);
    case "union":
      return def.options.flatMap((one) => deeper(one));
    case "pipe":
      return deeper(def.out);
    case "optional":
    case "nullable":
    case "default":
      return deeper(def.innerType);
    default:
      return [];
  }
}

describe("the contract", () => {
  const all = Object.entries(contract).filter(([name]) => name.endsWith("Endpoints"));
  const tables: EndpointTable = Object.assign({}, ...all.map(([, table]) => table));

  it("marks every field that sounds secret", () => {
    const sounds = /(secret|password|token|apiKey|privateKey|credential)s?(\.\*)?$/i;
    const unmarked = Object.entries(tables).flatMap(([key, { body, response }]) =>
      [body, response].flatMap((schema) =>
        schema ? texts(schema).flatMap(([path]) => (sounds.test(path) ? `${key}${path}` : [])) : [],
      ),
    );
    // This one is the id of a secret.
    expect(unmarked).toEqual(["POST /api/admin/connections/{id}/authorise.secret"]);
  });

  it("takes no field that it does not know, but where a protocol of others is passed on", () => {
    const open = Object.entries(tables).flatMap(([key, { body }]) => {
      const def = body && (body as unknown as z.core.$ZodTypes)._zod.def;
      const isStrict = def?.type !== "object" || def.catchall?._zod.def.type === "never";
      return isStrict ? [] : [key];
    });
    expect(open.toSorted()).toEqual([
      "POST /api/admin/agents/draft/chat",
      "POST /api/admin/playground",
    ]);
  });

  it("lets the console say what its writes have changed", () => {
    for (const [key, { shownBy }] of Object.entries(tables)) {
      if (shownBy) expect(tables[shownBy]?.response, key).toBeDefined();
    }
  });
});
