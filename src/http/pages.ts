/** The two static apps: their pages with the boot data written in, under a strict CSP. */
import type { Boot } from "../contract/auth.ts";

const PORTAL_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine writes style elements and attributes; scripts stay strict.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https:",
  "font-src 'self'",
  "connect-src 'self'",
  // Diagrams in an answer of the playground.
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** The frame that draws diagrams: opaque origin, no network but its own scripts. */
function frameCsp(origin: string): string {
  return [
    "default-src 'none'",
    `script-src ${origin}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; ");
}

const COMMON = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

const TURNSTILE = "https://challenges.cloudflare.com";

/**
 * On log-in pages that ask Turnstile, its script and its frame; it is not written for Trusted
 * Types. Nobody who is signed in gets such a page.
 */
function cspOf(app: "portal" | "console", { me, site }: Boot): string {
  const csp = app === "portal" ? PORTAL_CSP : CONSOLE_CSP;
  if (me !== null || site.turnstileSiteKey === null) return csp;
  return csp
    .replace("script-src 'self'", `script-src 'self' ${TURNSTILE}`)
    .replace("frame-src 'self'", `frame-src 'self' ${TURNSTILE}`)
    .replace("; require-trusted-types-for 'script'", "");
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Paths that are never a page, so that a mistyped API call is told so in JSON. */
const NOT_PAGES = /^\/(api|v1|oauth|mcp|schemas|\.well-known)(\/|$)/;

export const isPagePath = (pathname: string): boolean => !NOT_PAGES.test(pathname);

/** The page of one of the apps with the boot data of this site and person. */
export function renderPage(html: string, boot: Boot, app: "portal" | "console"): Response {
  const locale = boot.me?.locale ?? boot.site.locale;
  // `<` could end the script element; U+2028 and U+2029 are fine in JSON blocks.
  const json = JSON.stringify(boot).replace(/</g, "\\u003c");
  const page = html
    .replace("<!--boot-->", () => `<script type="application/json" id="boot">${json}</script>`)
    .replace('<html lang="en"', () => `<html lang="${locale}"`)
    .replace("<title>Portico</title>", () => `<title>${escapeHtml(boot.site.name)}</title>`);
  return new Response(page, {
    headers: {
      ...COMMON,
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": cspOf(app, boot),
      "x-frame-options": "DENY",
    },
  });
}

/** Said by us and not taken from the file server, which on one's own machine does not know. */
const CONTENT_TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  ttf: "font/ttf",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
};

function typed(asset: Response, pathname: string): Response {
  const response = new Response(asset.body, asset);
  const type = CONTENT_TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
  if (type) response.headers.set("content-type", type);
  return response;
}

const COMPRESSIBLE = /\.(css|js|json|map|svg|ttf|txt|wasm|webmanifest)$/;

/**
 * A hashed file: the same for every site, forever. At the edge these files do not pass here and
 * are compressed there; on one's own machine the runtime compresses what is declared so.
 */
export function hashedAsset(asset: Response, pathname: string, acceptEncoding: string): Response {
  const response = typed(asset, pathname);
  if (COMPRESSIBLE.test(pathname) && /\bgzip\b/.test(acceptEncoding)) {
    response.headers.set("content-encoding", "gzip");
    response.headers.delete("content-length");
  }
  response.headers.set("vary", "accept-encoding");
  response.headers.set("cache-control", "public, max-age=31536000, immutable");
  response.headers.set("x-content-type-options", "nosniff");
  // The diagram frame has an opaque origin and must be able to load its own scripts.
  response.headers.set("access-control-allow-origin", "*");
  return response;
}

/** A file without a hash in its name: asked for again each time. */
export function plainAsset(asset: Response, pathname: string): Response {
  const response = typed(asset, pathname);
  response.headers.set("cache-control", "no-cache");
  response.headers.set("x-content-type-options", "nosniff");
  return response;
}

export function framePage(asset: Response, origin: string): Response {
  const response = typed(asset, "/frame.html");
  response.headers.set("content-security-policy", frameCsp(origin));
  response.headers.set("cache-control", "no-cache");
  for (const [name, value] of Object.entries(COMMON)) response.headers.set(name, value);
  return response;
}
