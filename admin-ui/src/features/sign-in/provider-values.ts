/** A provider as its form holds it; a stored secret comes without its values. */
import type { Provider, ProviderInput, ProviderKindInfo } from "@contract";

export interface ProviderValues {
  slug: string;
  name: string;
  enabled: boolean;
  settings: Record<string, string>;
  secret: Record<string, string>;
  registers: boolean;
  /** Empty: the site's default one. */
  level: string;
  /** One a line. */
  trusted: string;
}

const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export const domainsOf = (text: string): string[] =>
  text
    .split(/[\s,，;；]+/)
    .map((line) => line.trim().toLowerCase().replace(/^@/, ""))
    .filter(Boolean);

export const isDomain = (text: string): boolean => DOMAIN.test(text);

export const fieldsIn = ({ guide }: ProviderKindInfo, place: "settings" | "secret") =>
  guide.fields.filter((field) => field.in === place);

export function providerValues(
  kind: ProviderKindInfo,
  provider: Provider | null,
  suggested: { slug: string; name: string },
): ProviderValues {
  const blanks = (place: "settings" | "secret", stored: Record<string, string> = {}) =>
    Object.fromEntries(fieldsIn(kind, place).map(({ name }) => [name, stored[name] ?? ""]));
  return {
    slug: provider?.slug ?? suggested.slug,
    name: provider?.name ?? suggested.name,
    enabled: provider?.enabled ?? true,
    settings: blanks("settings", provider?.settings),
    secret: blanks("secret"),
    registers: provider?.registers ?? true,
    level: provider?.level ?? "",
    trusted: (provider?.trustedDomains ?? []).join("\n"),
  };
}

const filled = (values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );

export function providerBody(kind: ProviderKindInfo, values: ProviderValues): ProviderInput {
  const { slug, enabled, registers, level, trusted } = values;
  const secret = filled(values.secret);
  return {
    slug,
    kind: kind.kind,
    name: values.name.trim(),
    enabled,
    registers,
    settings: filled(values.settings),
    level: level || null,
    trustedDomains: domainsOf(trusted),
    ...(Object.keys(secret).length > 0 ? { secret } : {}),
  };
}
