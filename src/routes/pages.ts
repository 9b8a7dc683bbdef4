/** Serves the portal at `/` and the console at `/admin/`. */
import type { Hono } from "hono";
import { refuse } from "../core/failure.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { bootOf } from "../http/boot.ts";
import { framePage, hashedAsset, isPagePath, plainAsset, renderPage } from "../http/pages.ts";
import { PROOF_FILE, proofFile } from "../services/identity/providers/proof-file.ts";

export function pageRoutes(app: Hono<AppEnv>): void {
  app.get("/assets/*", (c) => hashed(c));
  app.get("/admin/assets/*", (c) => hashed(c));
  app.get("/mermaid-frame.html", async (c) => {
    const asset = await fetchAsset(c, "/mermaid-frame.html");
    return asset.ok ? framePage(asset, new URL(c.req.url).origin) : missing(c);
  });
  app.get("/admin", (c) => c.redirect("/admin/", 308));
  app.get("*", async (c): Promise<Response> => {
    const { pathname } = new URL(c.req.url);
    if (!isPagePath(pathname)) return missing(c);
    if (/\.[a-z0-9]{2,5}$/i.test(pathname)) return await plainFile(c, pathname);
    if (pathname.startsWith("/admin/")) return await page(c, "console");
    // The platform's own host has no portal: it is where the operator works.
    if (c.var.onPlatformHost) return c.redirect("/admin/", 302);
    return await page(c, "portal");
  });
}

/** Icons and the like, by their own names. Pages are only ever served with their boot data. */
async function plainFile(c: AppContext, pathname: string): Promise<Response> {
  if (pathname.endsWith(".html")) return missing(c);
  const [, proofName] = PROOF_FILE.exec(pathname) ?? [];
  if (proofName) {
    const proof = await proofFile(c.var.services, c.var.site.id, proofName);
    return proof === null
      ? missing(c)
      : c.text(proof, 200, { "x-content-type-options": "nosniff" });
  }
  const asset = await fetchAsset(c, pathname);
  return asset.ok ? plainAsset(asset, pathname) : missing(c);
}

function missing(c: AppContext): never {
  return refuse("not_found", `There is no ${new URL(c.req.url).pathname} here.`);
}

async function fetchAsset(c: AppContext, path: string): Promise<Response> {
  return await c.env.ASSETS.fetch(new URL(path, c.req.url));
}

async function hashed(c: AppContext): Promise<Response> {
  const { pathname } = new URL(c.req.url);
  const asset = await fetchAsset(c, pathname);
  if (!asset.ok) return missing(c);
  return hashedAsset(asset, pathname, c.req.header("accept-encoding") ?? "");
}

async function page(c: AppContext, app: "portal" | "console"): Promise<Response> {
  const path = app === "portal" ? "/index.html" : "/admin/index.html";
  const [asset, boot] = await Promise.all([fetchAsset(c, path), bootOf(c)]);
  if (!asset.ok) return refuse("unavailable", `The ${app} has not been built.`);
  return renderPage(await asset.text(), boot, app);
}
