/**
 * Which fields of the contract are secret, and how a message looks without them.
 *
 * 1. A field is secret where its schema says so, not where its name sounds like it.
 * 2. What no schema describes is not shown: it may be anything.
 * 3. What is shown is bounded, whatever was sent.
 */
import * as z from "zod";

export const MASK = "•••";
/** In place of what no schema describes, or of what is too much. */
export const LEFT_OUT = "…";

const SECRETS = z.registry<{ secret: true }>();

/** Marks what must be told to nobody; the last thing to say of a schema, for a changed copy is not marked. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  SECRETS.add(schema, { secret: true });
  return schema;
}

export function isSecret(schema: z.core.$ZodType): boolean {
  return SECRETS.has(schema as z.ZodType);
}

const DEPTH_MAX = 12;
const ITEMS_MAX = 200;
const TEXT_MAX = 300;

/** The value as the schema knows it: secrets masked, what it does not know left out. */
export function withoutSecrets(schema: z.core.$ZodType, value: unknown, depth = 0): unknown {
  if (value === null || value === undefined) return value;
  if (isSecret(schema)) return MASK;
  if (depth > DEPTH_MAX) return LEFT_OUT;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const inner = (one: z.core.$ZodType, part: unknown) => withoutSecrets(one, part, depth + 1);
  switch (def.type) {
    case "object":
      return fields(value, (name) => def.shape[name] ?? def.catchall, inner);
    case "record":
      return fields(value, () => def.valueType, inner);
    case "array":
      return items(value, () => def.element, inner);
    case "tuple":
      return items(value, (at) => def.items[at] ?? def.rest ?? undefined, inner);
    case "union": {
      const fitting = def.options.find((option) => z.safeParse(option, value).success);
      return fitting ? inner(fitting, value) : LEFT_OUT;
    }
    case "pipe":
      // A transformed value is not the schema's any more.
      return isSecret(def.in) ? MASK : inner(def.out, value);
    case "lazy":
      return inner(def.getter(), value);
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return withoutSecrets(def.innerType, value, depth);
    default:
      return plain(def.type, value);
  }
}

const PLAIN = new Set(["string", "number", "boolean", "enum", "literal", "template_literal"]);

function plain(type: string, value: unknown): unknown {
  if (!PLAIN.has(type)) return LEFT_OUT;
  if (typeof value !== "string" || value.length <= TEXT_MAX) return value;
  return `${value.slice(0, TEXT_MAX)}${LEFT_OUT}`;
}

type Inner = (schema: z.core.$ZodType, value: unknown) => unknown;

function fields(
  value: unknown,
  schemaOf: (name: string) => z.core.$ZodType | undefined,
  inner: Inner,
): unknown {
  const shown = Object.entries(Object(value)).slice(0, ITEMS_MAX);
  return Object.fromEntries(
    shown.flatMap(([name, part]) => {
      const schema = schemaOf(name);
      return schema === undefined || part === undefined ? [] : [[name, inner(schema, part)]];
    }),
  );
}

function items(
  value: unknown,
  schemaOf: (at: number) => z.core.$ZodType | undefined,
  inner: Inner,
): unknown {
  if (!Array.isArray(value)) return LEFT_OUT;
  const shown: unknown[] = value.slice(0, ITEMS_MAX).map((part, at) => {
    const schema = schemaOf(at);
    return schema === undefined ? LEFT_OUT : inner(schema, part);
  });
  return value.length > ITEMS_MAX ? [...shown, LEFT_OUT] : shown;
}
