/**
 * Opened secrets, in isolate memory. Unsealing is one decryption per secret and isolate; the
 * sealed text is the key of the cache, so a changed secret is opened anew.
 */
import type { SealedSecret } from "../core/site.ts";
import { unseal } from "../store/seal.ts";

const MAX_OPENED = 5_000;

export class Vault {
  readonly #masterKey: Uint8Array;
  readonly #opened = new Map<string, Record<string, string>>();

  constructor(masterKey: Uint8Array) {
    this.#masterKey = masterKey;
  }

  /** The values of a secret. Throws when it cannot be opened: wrong master key, or tampered with. */
  async open(
    siteId: string,
    connectionId: string,
    secret: SealedSecret,
  ): Promise<Record<string, string>> {
    const opened = this.#opened.get(secret.sealed);
    if (opened) return opened;
    const text = await unseal(
      this.#masterKey,
      { siteId, connectionId, secretId: secret.id },
      secret.sealed,
    );
    const values = JSON.parse(text) as Record<string, string>;
    if (this.#opened.size >= MAX_OPENED) this.#opened.clear();
    this.#opened.set(secret.sealed, values);
    return values;
  }
}
