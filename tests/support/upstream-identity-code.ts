/** Codes of the scripted places to log in at: each says whom it is for, and works once. */
export interface GivenCode {
  claims: Record<string, unknown>;
  nonce: string;
  challenge: string;
  redirectUri: string;
  id: string;
}

const used = new Set<string>();

export function openCode(code: string | null): GivenCode | null {
  try {
    return JSON.parse(Buffer.from(code ?? "", "base64url").toString()) as GivenCode;
  } catch {
    return null;
  }
}

/** False from the second time on. */
export function useOnce({ id }: GivenCode): boolean {
  if (used.has(id)) return false;
  used.add(id);
  return true;
}

/** For platforms whose page to log in at is not scripted: what it would send back. */
export function codeFor(claims: Record<string, unknown>): string {
  const code = { claims, nonce: "", challenge: "", redirectUri: "", id: crypto.randomUUID() };
  return Buffer.from(JSON.stringify(code)).toString("base64url");
}
