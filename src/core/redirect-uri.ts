/** Where an app may be sent back to. Pure; what is not allowed here is never redirected to. */

const MAX_LENGTH = 2_000;
/** A scheme that an app has for itself: `com.example.app:/back`, `cursor://back`. */
const PRIVATE = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:\/|^[a-z][a-z0-9+.-]*:\/\//;
/** What a browser runs, shows by itself, or hands to a program that is no app of ours. */
const NEVER = new Set(
  (
    "about blob chrome data file filesystem ftp http intent jar javascript mailto resource sms " +
    "tel vbscript view-source ws wss"
  ).split(" "),
);
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::\d{1,5})?((?:\/.*)?)$/;

/** Why an app may not have this redirect URI; null when it may. */
export function redirectProblem(uri: string): string | null {
  if (uri.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\*<>"`{}|^]/.test(uri)) {
    return "has characters that a redirect URI cannot have; wildcards are not allowed";
  }
  if (uri.includes("#")) return "has a fragment";
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (!url) return "is not an absolute URI";
  if (url.username || url.password) return "carries a name or a password";
  if (url.protocol === "https:") return null;
  if (LOOPBACK.test(uri)) return null;
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== "http" && PRIVATE.test(uri) && !NEVER.has(scheme)) return null;
  return "must be https, loopback (http://127.0.0.1) or an app's own scheme";
}

/** The same text; of a loopback address the port is free, for an app takes one that it finds. */
export function isSameRedirect(registered: string, asked: string): boolean {
  if (registered === asked) return true;
  const own = LOOPBACK.exec(registered);
  const theirs = LOOPBACK.exec(asked);
  if (!own || !theirs || redirectProblem(asked) !== null) return false;
  return own[1] === theirs[1] && own[2] === theirs[2];
}

/** To whom a redirect leads, as a person can check it: a host, this device, or an app's scheme. */
export function redirectPlace(uri: string): { kind: "host" | "device" | "scheme"; name: string } {
  const url = new URL(uri);
  if (LOOPBACK.test(uri)) return { kind: "device", name: url.hostname };
  if (url.protocol === "https:") return { kind: "host", name: url.host };
  return { kind: "scheme", name: url.protocol.slice(0, -1) };
}

/** The redirect with the answer in its query, beside what was there. */
export function withAnswer(uri: string, answer: Record<string, string | undefined>): string {
  const given = Object.entries(answer).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const query = new URLSearchParams(given).toString();
  return `${uri}${uri.includes("?") ? "&" : "?"}${query}`;
}
