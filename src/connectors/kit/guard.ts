/**
 * The one guard of every address that a connection may point to. It judges the URL as parsed
 * (so every spelling of an IPv4 address arrives here normalised), not what a name resolves to:
 * on Cloudflare a Worker cannot reach private networks by name, and on one's own machine the
 * operator decides with `allowPrivate`.
 */
import { fail, ok, type Result } from "../../core/result.ts";

export interface GuardRules {
  /** Whether http, loopback and private addresses are allowed. Metadata addresses never are. */
  allowPrivate: boolean;
}

/** Hosts that hand out credentials of the machine to whoever asks. */
const METADATA_HOSTS = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "100.100.100.200",
  "metadata.google.internal",
  "metadata.goog",
  "fd00:ec2::254",
]);

/** The URL when it may be called; otherwise a sentence that says why not. */
export function guardUrl(text: string, rules: GuardRules): Result<URL, string> {
  const url = URL.parse(text);
  if (!url) return fail("not a full URL such as https://api.example.com/v1");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return fail(`${url.protocol}// addresses are not allowed`);
  }
  if (url.username !== "" || url.password !== "") {
    return fail("a user name or password in the URL is not allowed");
  }
  const host = plainHost(url.hostname);
  if (METADATA_HOSTS.has(embeddedV4(host) ?? host)) {
    return fail(`${host} is a metadata address and never allowed`);
  }
  if (rules.allowPrivate) return ok(url);
  if (isPrivateHost(host)) return fail(`${host} is a private address; the operator forbids those`);
  if (url.protocol === "http:") return fail("only https addresses are allowed");
  return ok(url);
}

/** Lower case already; without brackets and without the dot that ends an absolute name. */
function plainHost(hostname: string): string {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return bare.endsWith(".") ? bare.slice(0, -1) : bare;
}

/** Whether a host (as `URL` normalises it, without brackets) belongs to a private network. */
export function isPrivateHost(host: string): boolean {
  if (host.includes(":")) return isPrivateV6(host);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isPrivateV4(host);
  // A name without a dot only means something inside a network.
  return !host.includes(".") || /\.(localhost|local|internal|home\.arpa|lan)$/.test(host);
}

function isPrivateV4(host: string): boolean {
  const [a = 0, b = 0, c = 0] = host.split(".").map(Number);
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 198 && (b === 18 || b === 19))
  );
}

function isPrivateV6(host: string): boolean {
  const v4 = embeddedV4(host);
  if (v4 !== null) return isPrivateV4(v4);
  const first = Number.parseInt(host.split(":")[0] || "0", 16);
  return (
    first === 0 || // ::, ::1 and what else is reserved
    (first & 0xfe00) === 0xfc00 || // unique local
    (first & 0xffc0) === 0xfe80 || // link local
    (first & 0xffc0) === 0xfec0 || // site local, long abandoned, still private
    (first & 0xff00) === 0xff00 // multicast
  );
}

/** `::ffff:7f00:1` (mapped), `64:ff9b::7f00:1` (NAT64), `2002:7f00:1::` (6to4) → `127.0.0.1`. */
function embeddedV4(host: string): string | null {
  const tail = /^(?:::ffff:|::ffff:0:|64:ff9b::|::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  const six = /^2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):/.exec(host);
  const found = tail ?? six;
  if (!found) return null;
  const high = Number.parseInt(found[1] ?? "0", 16);
  const low = Number.parseInt(found[2] ?? "0", 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
