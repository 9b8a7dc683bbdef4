/**
 * The id of a tool call carries the upstream's seal on the thought behind it through clients that
 * know nothing of seals: they repeat ids as they are, and drop every field that they do not know.
 * Inside, ids are short and the seal stands apart; only clients see `<id>__thought__<seal>`.
 */
const MARK = "__thought__";

/** Letters, digits, `_` and `-` only: what the strictest protocol takes for an id. */
export function sealedId(id: string, seal: string | undefined): string {
  if (seal === undefined || !/^[\w+/-]+={0,2}$/.test(seal)) return id;
  const plain = seal.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `${id}${MARK}${plain}`;
}

export function readSealedId(text: string): { id: string; seal?: string } {
  const at = text.lastIndexOf(MARK);
  if (at < 0) return { id: text };
  const plain = text
    .slice(at + MARK.length)
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  const padding = "=".repeat((4 - (plain.length % 4)) % 4);
  return { id: text.slice(0, at), seal: plain + padding };
}
