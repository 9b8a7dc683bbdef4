/** Function parameters in the subset that Gemini reads. */
import { describe, expect, it } from "vitest";
import { parametersOf } from "../../../src/connectors/gemini/schema.ts";

const object = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  ...more,
});
const rewritten = (schema: object) => parametersOf(object({ it: schema })).parameters;

describe("what the subset can say is said", () => {
  it("plain schemas stay what they are", () => {
    const schema = object(
      {
        city: { type: "string", description: "Where", enum: ["Paris", "Rome"] },
        days: { type: "integer", minimum: 1, maximum: 7 },
        tags: { type: "array", items: { type: "string" }, maxItems: 3 },
      },
      { required: ["city"] },
    );
    expect(parametersOf(schema)).toEqual({ parameters: schema });
  });

  it.each([
    [{ type: ["string", "null"] }, { type: "string", nullable: true }],
    [{ type: ["string", "integer"] }, { anyOf: [{ type: "string" }, { type: "integer" }] }],
    [{ const: "a" }, { enum: ["a"] }],
    [
      { oneOf: [{ type: "string" }, { type: "number" }] },
      { anyOf: [{ type: "string" }, { type: "number" }] },
    ],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, { type: "string", nullable: true }],
    [
      { allOf: [{ type: "string" }], description: "d" },
      { type: "string", description: "d" },
    ],
  ])("%j becomes %j", (schema, expected) => {
    expect(rewritten(schema)).toEqual(object({ it: expected }));
  });

  it("words about the schema itself and closed objects are left out", () => {
    const schema = object(
      { a: object({ b: { type: "string" } }, { additionalProperties: false }) },
      { $schema: "https://json-schema.org/draft/2020-12/schema", additionalProperties: false },
    );
    expect(parametersOf(schema)).toEqual({
      parameters: object({ a: object({ b: { type: "string" } }) }),
    });
  });

  it("references are followed, with what stands beside them", () => {
    const schema = {
      ...object({ from: { $ref: "#/$defs/Place", description: "Start" } }),
      $defs: {
        Place: object({ name: { $ref: "#/$defs/Name" } }),
        Name: { type: "string" },
      },
    };
    expect(parametersOf(schema)).toEqual({
      parameters: object({
        from: { ...object({ name: { type: "string" } }), description: "Start" },
      }),
    });
  });

  it("a reference used twice is no circle", () => {
    const schema = {
      ...object({ a: { $ref: "#/$defs/N" }, b: { $ref: "#/$defs/N" } }),
      $defs: { N: { type: "string" } },
    };
    expect(parametersOf(schema)).toHaveProperty("parameters");
  });
});

describe("what would be lost goes as it is, under the newer name", () => {
  it.each([
    ["a circle", { $ref: "#" }],
    ["a reference to nowhere", { $ref: "#/$defs/Missing" }],
    ["a reference to elsewhere", { $ref: "https://a.example/s.json" }],
    [
      "a schema for further properties",
      { type: "object", additionalProperties: { type: "string" } },
    ],
    ["a negation", { not: { type: "string" } }],
    ["a constant that is no text", { const: 7 }],
    ["a choice of numbers", { type: "integer", enum: [1, 2] }],
    ["several schemas at once", { allOf: [{ type: "string" }, { maxLength: 3 }] }],
    ["patterns of names", { type: "object", patternProperties: { "^x": {} } }],
    ["a schema that is a truth value", { type: "array", items: true }],
  ])("%s", (_name, schema) => {
    const whole = object({ it: schema });
    expect(parametersOf(whole)).toEqual({ parametersJsonSchema: whole });
  });
});

it.each([undefined, {}, { type: "object" }, object({})])(
  "a function that takes nothing (%j) has no parameters at all",
  (schema) => {
    expect(parametersOf(schema as Record<string, unknown> | undefined)).toEqual({});
  },
);
