/**
 * Opened secrets, in isolate memory. Unsealing is one decryption per secret and isolate. The key
 * of the cache is the sealed text, so a changed secret is opened anew, together with whom it was
 * opened for: memory must not open for another site what the seal would keep shut.
 */
import type { SealedSecret } from "../core/site.ts";
import { seal, unseal } from "../store/seal.ts";

const MAX_OPENED = 5_000;

export class Vault {
  readonly #masterKey: Uint8Array;
  readonly #opened = new Map<string, Record<string, string>>();

  constructor(masterKey: Uint8Array) {
    this.#masterKey = masterKey;
  }

  /** A text that goes out and comes back, and that only this site's `purpose` can open. */
  sealFor(siteId: string, purpose: string, text: string): Promise<string> {
    return seal(this.#masterKey, placeOf(siteId, purpose), text);
  }

  /** Null for what was not sealed here, for this. */
  async openFor(siteId: string, purpose: string, sealed: string): Promise<string | null> {
    return unseal(this.#masterKey, placeOf(siteId, purpose), sealed).catch(() => null);
  }

  /** The values of a secret. Throws when it cannot be opened: wrong master key, or tampered with. */
  async open(
    siteId: string,
    connectionId: string,
    secret: SealedSecret,
  ): Promise<Record<string, string>> {
    const key = `${siteId}:${connectionId}:${secret.id}:${secret.sealed}`;
    const opened = this.#opened.get(key);
    if (opened) return opened;
    const text = await unseal(
      this.#masterKey,
      { siteId, connectionId, secretId: secret.id },
      secret.sealed,
    );
    const values = JSON.parse(text) as Record<string, string>;
    if (this.#opened.size >= MAX_OPENED) this.#opened.clear();
    this.#opened.set(key, values);
    return values;
  }
}

/** No connection has an empty id: what is sealed here is no secret of one. */
const placeOf = (siteId: string, purpose: string) => ({
  siteId,
  connectionId: "",
  secretId: purpose,
});
