/** Names of hosts as people write them. Pure and small: pages use it too. */

/** The label under which the proof stands: `_portico.ai.acme.com`. */
export const PROOF_LABEL = "_portico";

export type HostNameProblem =
  | "empty"
  | "not_a_name"
  | "too_long"
  | "an_address"
  | "more_than_a_name"
  | "one_label"
  | "not_public"
  | "public_suffix";

/** `_portico.` stands in front of it, and together they are a name of at most 253. */
export const HOST_MAX = 253 - PROOF_LABEL.length - 1;

/** Names that mean something on one machine or network only. */
const NOT_PUBLIC = new Set(["localhost", "invalid", "arpa", "onion", "alt"]);

/**
 * Suffixes of two labels under which anybody can register. The list says early what the proof
 * would say late: nobody can put a record for `co.uk` into the DNS.
 */
const SUFFIXES = new Set(
  [
    "com.cn net.cn org.cn gov.cn edu.cn ac.cn com.hk org.hk com.tw org.tw com.mo co.uk org.uk",
    "me.uk ac.uk gov.uk co.jp ne.jp or.jp co.kr or.kr com.au net.au org.au co.nz co.in com.sg",
    "com.my com.br com.mx com.tr com.vn co.id co.th co.za eu.org github.io gitlab.io pages.dev",
    "workers.dev vercel.app netlify.app herokuapp.com web.app firebaseapp.com",
  ]
    .join(" ")
    .split(" "),
);

/**
 * A host as people write or paste it (`https://AI.Acme.com/`, `智能.example`, `ai.acme.com.`) as it
 * stands in the DNS: lower case, in punycode, without the dot at its end.
 */
export function readHostName(
  text: string,
): { ok: true; value: string } | { ok: false; error: HostNameProblem } {
  const fail = (error: HostNameProblem) => ({ ok: false as const, error });
  const bare = text
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/\/$/, "");
  if (bare === "") return fail("empty");
  if (/[/?#@\\:[\]]/.test(bare)) {
    return fail(
      /^\[?[0-9a-f:.]*::?[0-9a-f:.]*\]?$/i.test(bare) ? "an_address" : "more_than_a_name",
    );
  }
  const url = URL.parse(`http://${bare}`);
  if (!url) return fail("not_a_name");
  const host = url.hostname.replace(/\.$/, "");
  if (/^[\d.]+$/.test(host)) return fail("an_address");
  const labels = host.split(".");
  if (host.length > HOST_MAX || labels.some((label) => label.length > 63)) return fail("too_long");
  if (!labels.every((label) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label))) {
    return fail("not_a_name");
  }
  if (NOT_PUBLIC.has(labels.at(-1) ?? "")) return fail("not_public");
  if (labels.length === 1) return fail("one_label");
  return SUFFIXES.has(host) ? fail("public_suffix") : { ok: true, value: host };
}
