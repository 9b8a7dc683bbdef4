/** Keeps secrets out of everything that a platform says and we repeat. */
import { tidyKey } from "./guide.ts";

const DETAIL_LENGTH_MAX = 500;
/** Shorter values are ordinary words too often to be cut out of a sentence. */
const SECRET_LENGTH_MIN = 6;
const MASK = "***";

/** What looks like a credential of some platform, whoever it belongs to. */
const CREDENTIAL_LIKE =
  /\b(?:(?:sk|pk|rk|app|xai|pat|dataset|fastgpt|ragflow|gsk|key)[-_][A-Za-z0-9_*-]{8,}|AIza[\w-]{20,}|AQ\.[\w-]{20,}|A[KS]IA[A-Z0-9]{12,}|ABSK[\w+/=]{20,}|bce-v3\/[\w/-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)/g;
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;

/** Values that must not appear in anything that leaves: as they are and as a URL spells them. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const pasted of secrets) {
    // What is sent is the tidied key, so that is what an upstream could repeat.
    for (const secret of [pasted.trim(), tidyKey(pasted)]) {
      if (secret.length < SECRET_LENGTH_MIN) continue;
      forms.add(secret);
      forms.add(encodeURIComponent(secret));
      forms.add(JSON.stringify(secret).slice(1, -1));
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** Replaces exact secret values; `forms` comes from `secretForms`. */
export function withoutSecrets(text: string, forms: readonly string[]): string {
  let clean = text;
  for (const form of forms) {
    if (clean.includes(form)) clean = clean.replaceAll(form, MASK);
  }
  return clean;
}

/** A sentence fit for an admin's eyes: one line, no credential, at most 500 characters. */
export function safeDetail(text: string, forms: readonly string[] = []): string {
  const clean = withoutSecrets(text, forms)
    .replace(BEARER, `$1 ${MASK}`)
    .replace(CREDENTIAL_LIKE, MASK)
    .replace(/\s+/g, " ")
    .trim();
  return clean.length > DETAIL_LENGTH_MAX ? `${clean.slice(0, DETAIL_LENGTH_MAX - 1)}…` : clean;
}
