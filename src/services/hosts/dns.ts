/**
 * The proof that somebody owns a domain: a TXT record that only the domain's owner can put there.
 * It is looked up by several resolvers over HTTPS, and holds where all of them see it: a single one
 * may be lied to, or remember what is no more. "Could not find out" is never taken for "is not there".
 */
import { asArray, asObject, asText, type Json } from "../../connectors/kit/json.ts";
import { PROOF_LABEL } from "../../contract/host-names.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { asker } from "../identity/providers/ask.ts";
import type { Ask } from "../identity/providers/kind.ts";

export interface Resolver {
  /** For people: who was asked. */
  name: string;
  /** The texts that stand under a name, none where there are none; else why that is not known. */
  texts(name: string): Promise<Result<string[], string>>;
}

const TXT = 16;
/** There is no such name. */
const NXDOMAIN = 3;

/** A resolver that speaks the JSON form of DNS over HTTPS; its address is the operator's. */
export function resolverAt(
  address: string,
  ask: Ask = asker({ allowPrivate: true, secrets: [] }),
): Resolver {
  return {
    name: URL.parse(address)?.host ?? address,
    texts: async (name) => {
      const url = new URL(address);
      url.searchParams.set("name", name);
      url.searchParams.set("type", "TXT");
      const answer = await ask({ url: url.href, headers: { accept: "application/dns-json" } });
      return answer.ok ? readTexts(answer.value) : fail(answer.error.detail);
    },
  };
}

function readTexts(answer: Json): Result<string[], string> {
  const { Status: status } = answer;
  if (status === NXDOMAIN) return ok([]);
  if (status !== 0) return fail(`the name servers of the domain do not answer (code ${status})`);
  const texts = asArray(answer.Answer).flatMap((one) => {
    const record = asObject(one);
    const data = asText(record?.data);
    return record?.type === TXT && data !== null ? [unquote(data)] : [];
  });
  return ok(texts);
}

/** `"a long " "text"` → `a long text`: a record is made of pieces of 255 bytes. */
function unquote(data: string): string {
  if (!data.startsWith('"')) return data;
  const pieces = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
  return pieces.map(([, piece = ""]) => piece.replace(/\\(.)/g, "$1")).join("");
}

export const proofName = (host: string): string => `${PROOF_LABEL}.${host}`;
export const proofText = (token: string): string => `portico-verification=${token}`;

/** What each resolver has said of the texts under a host's label. */
export type Texts = { resolver: string; said: Result<string[], string> }[];

export async function askTexts(resolvers: readonly Resolver[], host: string): Promise<Texts> {
  const name = proofName(host);
  return await Promise.all(
    resolvers.map(async (one) => ({ resolver: one.name, said: await one.texts(name) })),
  );
}

/**
 * `found` all see it · `differs` some do · `wrong` all see other texts only · `missing` all see
 * nothing · `unknown` somebody could not be asked.
 */
export interface Proof {
  kind: "found" | "differs" | "wrong" | "missing" | "unknown";
  /** What was seen, or who said what. */
  detail: string;
}

const MAX_SHOWN = 200;

/** Whether these texts prove the claim with this token. */
export function judge(texts: Texts, token: string): Proof {
  const deaf = texts.find(({ said }) => !said.ok);
  if (texts.length === 0) return { kind: "unknown", detail: "no resolver is set up" };
  if (deaf && !deaf.said.ok) {
    return { kind: "unknown", detail: `${deaf.resolver}: ${deaf.said.error}` };
  }
  const wanted = proofText(token);
  const seen = texts.map(({ said }) => (said.ok ? said.value.map((text) => text.trim()) : []));
  const seeing = seen.filter((all) => token !== "" && all.includes(wanted)).length;
  if (seeing === texts.length) return { kind: "found", detail: "" };
  if (seeing > 0) {
    const blind = texts.filter((_, at) => !seen[at]?.includes(wanted));
    return { kind: "differs", detail: blind.map(({ resolver }) => resolver).join(", ") };
  }
  const other = [...new Set(seen.flat())].join(" · ").slice(0, MAX_SHOWN);
  return other === "" ? { kind: "missing", detail: "" } : { kind: "wrong", detail: other };
}
