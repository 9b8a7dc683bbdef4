/**
 * IP addresses, ranges of them, and lists of ranges. Pure and small: pages use it too. An IPv4
 * address that is written as IPv6 (`::ffff:192.0.2.1`) is that IPv4 address; no range of one
 * family has addresses of the other, so `::/0` is all of IPv6 and nothing else.
 */

/** From where one may come. Who is on `deny` may not; where `allow` has any, nobody else may. */
export interface AddressRules {
  allow: readonly string[];
  deny: readonly string[];
}

interface Address {
  bits: 32 | 128;
  value: bigint;
}

export interface AddressRange extends Address {
  /** How many leading bits all its addresses have in common. */
  prefix: number;
}

/** Null where it is none. */
export function parseAddress(text: string): Address | null {
  const address = parseV4(text) ?? parseV6(text);
  return address && isMapped(address) ? { bits: 32, value: address.value & 0xffffffffn } : address;
}

/**
 * `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`. Null where it is none, also where bits are set
 * beyond the prefix: `10.1.2.3/8` may have been meant for one address or for all of them.
 */
export function parseRange(text: string): AddressRange | null {
  const [, start = "", length] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const written = parseV4(start) ?? parseV6(start);
  if (!written) return null;
  const { bits, value } = written;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits || BigInt.asUintN(bits - prefix, value) !== 0n) return null;
  if (!isMapped(written) || prefix < 96) return { bits, value, prefix };
  return { bits: 32, value: value & 0xffffffffn, prefix: prefix - 96 };
}

/** Whether the rules let the address in. One that nobody knows is let in only where there are none. */
export function admits(rules: AddressRules, address: string | null): boolean {
  if (rules.allow.length + rules.deny.length === 0) return true;
  const from = address === null ? null : parseAddress(address);
  if (!from) return false;
  const { allow, deny } = rangesOf(rules);
  // What nobody can read lets nobody in.
  if (deny.some((range) => range === null || contains(range, from))) return false;
  return allow.length === 0 || allow.some((range) => range !== null && contains(range, from));
}

interface Ranges {
  allow: (AddressRange | null)[];
  deny: (AddressRange | null)[];
}
/** Lists are read with every request and written seldom. */
const known = new WeakMap<AddressRules, Ranges>();

function rangesOf(rules: AddressRules): Ranges {
  const cached = known.get(rules);
  if (cached) return cached;
  const ranges = { allow: rules.allow.map(parseRange), deny: rules.deny.map(parseRange) };
  known.set(rules, ranges);
  return ranges;
}

function contains(range: AddressRange, { bits, value }: Address): boolean {
  const rest = BigInt(range.bits - range.prefix);
  return bits === range.bits && value >> rest === range.value >> rest;
}

const isMapped = ({ bits, value }: Address): boolean => bits === 128 && value >> 32n === 0xffffn;

/** Decimal, without leading zeros: elsewhere those make a number octal. */
const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function parseV4(text: string): Address | null {
  if (!V4.test(text)) return null;
  const value = text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  return { bits: 32, value };
}

function parseV6(text: string): Address | null {
  const [head = "", tail, ...more] = text.split("::");
  const isShort = tail !== undefined;
  const left = groupsOf(head, !isShort);
  const right = isShort ? groupsOf(tail, true) : [];
  if (!left || !right || more.length > 0) return null;
  const missing = 8 - left.length - right.length;
  if (isShort ? missing < 1 : missing !== 0) return null;
  const groups = [...left, ...Array<bigint>(missing).fill(0n), ...right];
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | group, 0n) };
}

/** Sixteen bits each; the end of an address may be written as IPv4. Null where one is wrong. */
function groupsOf(text: string, isEnd: boolean): bigint[] | null {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const quad = isEnd && at === parts.length - 1 ? parseV4(part) : null;
    if (quad) groups.push(quad.value >> 16n, quad.value & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}
