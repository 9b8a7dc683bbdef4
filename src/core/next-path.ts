/** Where a person is led after log-in: a page of this very site, whatever an address asks for. */

/** What answers there is no page, and may begin the way anew. */
const NO_PAGE = /^\/api(\/|$)/;

/**
 * The path, query and fragment of `asked` where it is a page of `origin`; else `/`. Judged after
 * it was parsed as a browser parses it: `/\evil`, `/<tab>/evil` and `/.//evil` lead elsewhere.
 */
export function nextPath(asked: string | undefined, origin: string): string {
  if (!asked?.startsWith("/")) return "/";
  const url = URL.parse(asked, origin);
  if (!url || url.origin !== new URL(origin).origin) return "/";
  const { pathname, search, hash } = url;
  if (/^\/[/\\]/.test(pathname) || NO_PAGE.test(pathname)) return "/";
  return pathname + search + hash;
}
