/** What happens before every route: a request id, the services, the site of the host. */
import { createMiddleware } from "hono/factory";
import { admits } from "../contract/ip.ts";
import { editionFailure, limitOfCode } from "../core/editions.ts";
import { type Failure, FailureError, isOutage, loggable } from "../core/failure.ts";
import { makeId } from "../core/ids.ts";
import { movedTo } from "../services/hosts/subdomain.ts";
import { servicesOf } from "../services/services.ts";
import { carriesOperatorToken } from "./access.ts";
import { addressOf, NOT_FROM_THERE } from "./address.ts";
import { type AppContext, type AppEnv, deferOf } from "./app.ts";
import { EnvironmentError, readEnvironment } from "./environment.ts";
import { isPagePath } from "./pages.ts";
import { errorResponseFor } from "./respond.ts";

export const arrival = createMiddleware<AppEnv>(async (c, next) => {
  c.set("startedAt", Date.now());
  c.set("requestId", makeId("request", crypto.getRandomValues(new Uint8Array(10))));
  c.set("services", servicesOf(c.env, readEnvironment(c.env)));
  await next();
  if (!c.res.headers.has("x-request-id")) c.res.headers.set("x-request-id", c.var.requestId);
});

/** The site comes from the host and from nothing else that a client sends. */
export const siteOfHost = createMiddleware<AppEnv>(async (c, next) => {
  const { services } = c.var;
  const host = new URL(c.req.url).hostname.toLowerCase().replace(/\.$/, "");
  const siteId = await services.sites.siteIdOf(host, deferOf(c));
  const site = siteId === null ? null : await services.sites.snapshot(siteId, deferOf(c));
  if (!site || site.suspended) return (await wayToNewHost(c, host)) ?? unknownHost();
  c.set("onPlatformHost", services.sites.isPlatformHost(host));
  c.set("site", site);
  // With the operator's token nobody is shut out: it undoes lists that let nobody in.
  if (!admits(site.addresses, addressOf(c)) && !carriesOperatorToken(c)) return notFromThere(c);
  await next();
});

/** A page of a subdomain that its site has left: people who follow an old link arrive all the same. */
async function wayToNewHost(c: AppContext, host: string): Promise<Response | null> {
  const url = new URL(c.req.url);
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  if (!isRead || !isPagePath(url.pathname)) return null;
  const moved = await movedTo(c.var.services, host);
  if (moved === null) return null;
  url.hostname = moved;
  // For a while only: somebody else may have the old address one day.
  const headers = { location: url.href, "cache-control": "no-store" };
  return new Response(null, { status: 308, headers });
}

/** Plain, and the same for a host that never was, one that is gone, and one that is suspended. */
function unknownHost(): Response {
  return new Response("There is no site at this address.\n", {
    status: 421,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

/** A browser that opens a page is told in plain words, everybody else as the surface speaks. */
function notFromThere(c: AppContext): Response {
  const asksForPage = c.req.header("accept")?.includes("text/html") ?? false;
  if (!asksForPage) return errorResponseFor(c.req.path)(NOT_FROM_THERE, c.var.requestId);
  return new Response(`${NOT_FROM_THERE.message}\n`, {
    status: 403,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

/** The single error handler. What is not an expected failure is logged, and told as such. */
export function onError(error: Error, c: AppContext): Response {
  const requestId = c.var.requestId ?? "req_none";
  const errorResponse = errorResponseFor(c.req.path);
  if (error instanceof FailureError) return errorResponse(inFigures(c, error.failure), requestId);
  if (error instanceof EnvironmentError) {
    console.error("misconfigured", error.message);
    return errorResponse(
      { code: "unavailable", message: "This deployment is not set up: a setting is missing." },
      requestId,
    );
  }
  console.error("unexpected", requestId, loggable(error));
  if (isOutage(error)) {
    const message = "Something that is needed cannot be reached; please try again shortly.";
    return errorResponse({ code: "unavailable", message, retryAfterMs: 5_000 }, requestId);
  }
  return errorResponse(
    { code: "internal", message: "Something went wrong on our side." },
    requestId,
  );
}

/** The store says which limit of an edition is met; which edition, and how much it allows, the site. */
function inFigures(c: AppContext, failure: Failure): Failure {
  const limit = c.var.onPlatformHost ? null : limitOfCode(failure.code);
  return limit === null || !c.var.site ? failure : editionFailure(limit, c.var.site);
}

export function onNotFound(c: AppContext): Response {
  return errorResponseFor(c.req.path)(
    {
      code: "not_found",
      message: `There is no ${c.req.method} ${new URL(c.req.url).pathname} here.`,
    },
    c.var.requestId ?? "req_none",
  );
}
