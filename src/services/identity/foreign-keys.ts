import type { KeyAddress } from "./keys.ts";

const MAX_KNOWN = 20_000;
const UNKNOWN_MS = 2_000;

/**
 * Keys brought along: their hash leads to a wallet, once looked up in the store. A hash that is
 * not there is remembered for a moment only, so that a key made just now soon works.
 */
export class ForeignKeys {
  readonly #lookUp: (hash: string) => Promise<KeyAddress | null>;
  readonly #known = new Map<string, { address: KeyAddress | null; at: number }>();

  constructor(lookUp: (hash: string) => Promise<KeyAddress | null>) {
    this.#lookUp = lookUp;
  }

  async find(text: string, hash: string): Promise<KeyAddress | null> {
    if (text.length < 24 || text.length > 200) return null;
    const known = this.#known.get(hash);
    if (known && (known.address || Date.now() - known.at < UNKNOWN_MS)) return known.address;
    const address = await this.#lookUp(hash);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(hash, { address, at: Date.now() });
    return address;
  }
}
