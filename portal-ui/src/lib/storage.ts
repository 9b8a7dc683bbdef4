/**
 * What this browser remembers. Storage may be forbidden or full (private windows, quotas): the
 * portal then simply forgets, so failures here are answers, not errors.
 */
const PREFIX = "portico.";

export function remember(name: string, value: string | null): void {
  try {
    if (value === null || value === "") localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Forgetting is all that is lost.
  }
}

/** The remembered value, or null. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Forgets every value whose name starts so. */
export function forgetAll(prefix: string): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX + prefix)) localStorage.removeItem(key);
    }
  } catch {
    // Nothing was kept.
  }
}
