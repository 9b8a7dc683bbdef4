/**
 * JSON Schema → the subset that a function's `parameters` may use. What the subset can say in
 * other words is rewritten (`const`, `oneOf`, lists of types, references); a keyword that only
 * annotates or that Gemini keeps anyway is left out. Where something would be lost, the schema
 * goes as it is under `parametersJsonSchema`, which newer models read.
 */
import { asArray, asObject, asText, type Json } from "../kit/json.ts";

/** The field of a function declaration that carries its parameters; none for a function without. */
export function parametersOf(schema: Json | undefined): Json {
  const root = schema ?? {};
  const properties = asObject(root.properties);
  const takesNothing = Object.keys(properties ?? {}).length === 0;
  if (takesNothing && !["$ref", "anyOf", "oneOf", "allOf"].some((name) => name in root)) return {};
  try {
    return { parameters: rewrite(root, { root, open: new Set() }) };
  } catch (cause) {
    if (cause instanceof Inexpressible) return { parametersJsonSchema: root };
    throw cause;
  }
}

class Inexpressible extends Error {}

interface Scope {
  root: Json;
  /** References being followed: one that comes back to itself has no end. */
  open: ReadonlySet<string>;
}

const KEPT = new Set([
  "title",
  "description",
  "format",
  "required",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "minProperties",
  "maxProperties",
  "pattern",
  "default",
  "nullable",
  "propertyOrdering",
]);
/** They say nothing that the model must obey, or what Gemini does anyway. */
const DROPPED = new Set(["$schema", "$id", "$comment", "$defs", "definitions", "examples"]);

function rewrite(schema: Json, scope: Scope): Json {
  const reference = asText(schema.$ref);
  if (reference !== null) return rewriteReference(reference, schema, scope);
  const result: Json = {};
  for (const [name, value] of Object.entries(schema)) {
    if (KEPT.has(name)) result[name] = value;
    else if (!DROPPED.has(name)) Object.assign(result, rewriteKeyword(name, value, scope));
  }
  return result;
}

function rewriteReference(reference: string, schema: Json, scope: Scope): Json {
  const { $ref: _followed, ...beside } = schema;
  const target = resolve(reference, scope.root);
  if (!target || scope.open.has(reference)) throw new Inexpressible(reference);
  return rewrite({ ...target, ...beside }, { ...scope, open: new Set([...scope.open, reference]) });
}

/** `#/$defs/Place` in the schema itself; null for anything else. */
function resolve(reference: string, root: Json): Json | null {
  if (!reference.startsWith("#/")) return null;
  let found: unknown = root;
  for (const part of reference.slice(2).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    found = asObject(found)?.[name];
  }
  return asObject(found);
}

function rewriteKeyword(name: string, value: unknown, scope: Scope): Json {
  switch (name) {
    case "type":
      return rewriteType(value);
    case "const":
    case "enum": {
      // An enum of the subset holds texts only.
      const values = name === "enum" ? asArray(value) : [value];
      if (values.some((one) => typeof one !== "string")) throw new Inexpressible(name);
      return { enum: values };
    }
    case "properties":
      return { properties: mapValues(asObject(value) ?? {}, (one) => rewriteAny(one, scope)) };
    case "items":
      return { items: rewriteAny(value, scope) };
    case "anyOf":
    case "oneOf":
      return rewriteChoice(asArray(value), scope);
    case "allOf": {
      const [only, ...others] = asArray(value);
      if (others.length > 0) throw new Inexpressible("allOf");
      return rewriteAny(only, scope);
    }
    case "additionalProperties":
      if (typeof value === "boolean") return {};
      throw new Inexpressible(name);
    default:
      throw new Inexpressible(name);
  }
}

function rewriteAny(value: unknown, scope: Scope): Json {
  const schema = asObject(value);
  if (!schema) throw new Inexpressible("a schema that is no object");
  return rewrite(schema, scope);
}

/** `["string", "null"]` → a string that may be null. */
function rewriteType(value: unknown): Json {
  const types = [value].flat().filter((type) => type !== "null");
  const nullable = Array.isArray(value) && value.includes("null") ? { nullable: true } : {};
  if (types.length === 1) return { type: types[0], ...nullable };
  return { anyOf: types.map((type) => ({ type })), ...nullable };
}

function rewriteChoice(choices: unknown[], scope: Scope): Json {
  const isNull = (choice: unknown) => asObject(choice)?.type === "null";
  const nullable = choices.some(isNull) ? { nullable: true } : {};
  const schemas = choices.filter((one) => !isNull(one)).map((one) => rewriteAny(one, scope));
  const [only] = schemas;
  return schemas.length === 1 && only ? { ...only, ...nullable } : { anyOf: schemas, ...nullable };
}

function mapValues(object: Json, change: (value: unknown) => Json): Json {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
