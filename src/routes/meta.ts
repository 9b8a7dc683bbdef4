/** Health, metrics, the OpenAPI document and its page, the schema of the configuration file. */
import type { Hono } from "hono";
import { readHostName } from "../contract/host-names.ts";
import { refuse } from "../core/failure.ts";
import { VERSION } from "../core/version.ts";
import { requireCaller } from "../http/access.ts";
import { type AppEnv, deferOf } from "../http/app.ts";
import type { App } from "../http/endpoint.ts";
import { type OpenApiDocument, openApiDocument } from "../http/openapi.ts";
import { configJsonSchema } from "../services/config/schema.ts";
import { deploymentState, metricsText } from "../services/operations.ts";

/** Asked without a host's site: a health check knows no tenant. */
export function healthRoutes(app: Hono<AppEnv>): void {
  app.get("/healthz", async (c) => {
    const state = await deploymentState(c.var.services);
    return c.json(
      { ok: state === "ready", version: VERSION, ...(state === "ready" ? {} : { state }) },
      state === "ready" ? 200 : 503,
    );
  });
  // For a proxy in front that gets certificates by itself and asks for which names (Caddy's `ask`);
  // it tells no more than a request to that name does.
  app.get("/healthz/host", async (c) => {
    const { sites } = c.var.services;
    const read = readHostName(c.req.query("domain") ?? "");
    const host = read.ok ? read.value : "";
    const isServed = host !== "" && (await sites.siteIdOf(host, deferOf(c))) !== null;
    return c.json({ served: isServed }, isServed ? 200 : 404);
  });
  app.get("/metrics", async (c) => {
    c.set("onPlatformHost", true);
    const host = new URL(c.req.url).hostname;
    if (!c.var.services.sites.isPlatformHost(host)) refuse("not_found", "There is nothing here.");
    await requireCaller(c, { auth: "operator" });
    return c.text(metricsText(c.var.services), 200, {
      "content-type": "text/plain; version=0.0.4",
    });
  });
}

export function documentRoutes(app: App): void {
  app.get("/schemas/portico.json", (c) => c.json(configJsonSchema()));
  let document: OpenApiDocument | undefined;
  const told = () => (document ??= openApiDocument(app.endpoints));
  app.get("/openapi.json", (c) => c.json(told()));
  app.get("/docs", (c) => {
    return c.html(docsPage(told()), 200, {
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    });
  });
}

/** A plain page without scripts: every endpoint, who may call it, and where the full document is. */
function docsPage(document: OpenApiDocument): string {
  const rows = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const who = Object.keys(operation.security?.[0] ?? { public: 0 })[0] ?? "public";
      return `<tr><td><code>${method.toUpperCase()}</code><td><code>${path}</code><td>${operation.summary}<td>${who}`;
    }),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Portico API</title>
<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #8884;padding:.4rem .6rem;text-align:left;vertical-align:top}</style>
<h1>Portico API</h1><p>The full description with every field: <a href="/openapi.json">/openapi.json</a>. The gateway (<code>/v1</code>) speaks the OpenAI protocol.</p>
<table><thead><tr><th>Method<th>Path<th>What<th>Who</thead><tbody>${rows.join("\n")}</tbody></table></html>`;
}
