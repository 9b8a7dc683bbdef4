/**
 * Texts that many records have in common (names, e-mails, ids, codes), each kept once under a
 * number. A number never changes its text, so both may be remembered; after a transaction that was
 * undone the numbers that it gave out mean nothing, and a new `Words` must be made.
 */

/** The number of the empty text, which in a roll-up also stands for an absent one. */
export const EMPTY = 0;
const REMEMBERED_MAX = 20_000;

export class Words {
  readonly #sql: SqlStorage;
  readonly #ids = new Map<string, number>();
  readonly #texts = new Map<number, string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The number of a text, which it is given when it is new. */
  idOf(text: string): number {
    return this.#ids.get(text) ?? this.#remember(this.#find(text) ?? this.#insert(text), text);
  }

  textOf(id: number): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const { text } = this.#sql
      .exec<{ text: string }>("SELECT text FROM words WHERE id = ?", id)
      .one();
    this.#remember(id, text);
    return text;
  }

  /**
   * Overwrites a text that nobody may read any more; the number stays where it is used. All that
   * was remembered must be thrown away afterwards.
   */
  forget(id: number): void {
    if (id !== EMPTY) {
      this.#sql.exec("UPDATE words SET text = '(forgotten ' || id || ')' WHERE id = ?", id);
    }
  }

  #find(text: string): number | null {
    const [row] = this.#sql
      .exec<{ id: number }>("SELECT id FROM words WHERE text = ?", text)
      .toArray();
    return row?.id ?? null;
  }

  #insert(text: string): number {
    return this.#sql
      .exec<{ id: number }>("INSERT INTO words (text) VALUES (?) RETURNING id", text)
      .one().id;
  }

  #remember(id: number, text: string): number {
    if (this.#ids.size >= REMEMBERED_MAX) {
      this.#ids.clear();
      this.#texts.clear();
    }
    this.#ids.set(text, id);
    this.#texts.set(id, text);
    return id;
  }
}
