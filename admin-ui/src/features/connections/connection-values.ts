/** A connection as its form holds it. Secrets that are stored come without their values. */
import type { Connection, ConnectorInfo, GuideField } from "@contract";

export interface SecretValues {
  /** Of a stored secret; its values are kept unless others are written. */
  id: string | null;
  hint: string;
  /** What the platform said when it refused it; null while it is used. */
  refused: string | null;
  /** Whether its account has consented; null: it needs no consent. */
  authorised: boolean | null;
  name: string;
  weight: number | "";
  /** True while the stored value stays. */
  kept: boolean;
  values: Record<string, string>;
}

export interface ConnectionValues {
  id: string;
  name: string;
  enabled: boolean;
  settings: Record<string, string>;
  secrets: SecretValues[];
}

/** What the API takes. */
export interface ConnectionBody {
  id: string;
  name: string;
  connector: string;
  enabled: boolean;
  settings: Record<string, string>;
  secrets: { id?: string; name: string; weight: number; values: Record<string, string> }[];
}

const fieldsIn = (connector: ConnectorInfo, place: GuideField["in"]): GuideField[] =>
  connector.guide.fields.filter((field) => field.in === place);
export const settingFields = (connector: ConnectorInfo) => fieldsIn(connector, "settings");
export const secretFields = (connector: ConnectorInfo) => fieldsIn(connector, "secret");

const blanks = (fields: readonly GuideField[], stored: Record<string, unknown> = {}) =>
  Object.fromEntries(fields.map((field) => [field.name, String(stored[field.name] ?? "")]));

export const newSecret = (connector: ConnectorInfo): SecretValues => ({
  id: null,
  hint: "",
  refused: null,
  authorised: null,
  name: "",
  weight: 1,
  kept: false,
  values: blanks(secretFields(connector)),
});

export function connectionValues(
  connector: ConnectorInfo,
  connection: Connection | null,
  suggested: { id: string; name: string },
): ConnectionValues {
  const needsSecret = secretFields(connector).length > 0;
  const stored = (connection?.secrets ?? []).map((secret) => ({
    ...newSecret(connector),
    id: secret.id,
    hint: secret.hint,
    refused: secret.disabledReason,
    authorised: secret.authorised,
    name: secret.name,
    weight: secret.weight,
    kept: true,
  }));
  return {
    id: connection?.id ?? suggested.id,
    name: connection?.name ?? suggested.name,
    enabled: connection?.enabled ?? true,
    settings: {
      // Settings that a file set and the guide does not ask for survive a change here.
      ...Object.fromEntries(
        Object.entries(connection?.settings ?? {}).map(([key, value]) => [key, String(value)]),
      ),
      ...blanks(settingFields(connector), connection?.settings),
    },
    secrets: needsSecret ? (stored.length > 0 ? stored : [newSecret(connector)]) : [],
  };
}

const trimmed = (values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values)
      .map(([key, value]) => [key, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );

export function connectionBody(connector: ConnectorInfo, values: ConnectionValues): ConnectionBody {
  const secrets = values.secrets
    .map((secret) => ({
      ...(secret.id ? { id: secret.id } : {}),
      name: secret.name.trim(),
      weight: secret.weight === "" ? 1 : secret.weight,
      values: secret.kept ? {} : trimmed(secret.values),
    }))
    // A platform that needs no secret leaves an empty row: it is no secret at all.
    .filter((secret) => secret.id || Object.keys(secret.values).length > 0);
  return {
    id: values.id,
    name: values.name.trim(),
    connector: connector.id,
    enabled: values.enabled,
    settings: trimmed(values.settings),
    secrets,
  };
}

/** Checks one field against its guide; `message` turns the guide's words into the reader's. */
export function fieldProblem(
  field: GuideField,
  value: string,
  words: { required: string; pattern: string; local: (text: GuideField["label"]) => string },
): string | null {
  const text = value.trim();
  if (text === "") return field.required && !field.default ? words.required : null;
  if (!field.pattern) return null;
  // Written by a connector of this deployment, not by a user.
  return new RegExp(field.pattern.source).test(text)
    ? null
    : words.local(field.pattern.message) || words.pattern;
}
