/**
 * Ids: a prefix that names the noun, then 80 random bits in Crockford base32 (lower case).
 * Request ids are made at the edge, everything else where the row is made.
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export const ID_PREFIXES = {
  request: "req",
  site: "site",
  user: "usr",
  provider: "idp",
  key: "key",
  app: "app",
  connection: "con",
  secret: "sec",
  model: "mod",
  agent: "agt",
  level: "lvl",
  group: "grp",
  department: "dep",
  session: "ses",
  code: "code",
  factor: "fac",
  mail: "mail",
  conversation: "conv",
  message: "msg",
  run: "run",
  grant: "grt",
  entry: "ent",
  audit: "aud",
  invitation: "inv",
  guest: "gst",
} as const;

/** 10 bytes → 16 characters. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text;
}

/** Null when the text is not base32 of whole bytes. */
export function decodeBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return null;
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (buffer >> bits) & 255;
    }
  }
  return bytes;
}

/** `random` is 10 bytes from the caller: core has no randomness of its own. */
export function makeId(kind: keyof typeof ID_PREFIXES, random: Uint8Array): string {
  return `${ID_PREFIXES[kind]}_${encodeBase32(random)}`;
}
