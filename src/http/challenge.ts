/** Whoever comes without a good token is told where one is to be had (RFC 9728). */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app.ts";

export const tokenChallenge = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // The platform's host has no authorization server: there only keys lead to a site.
  if (c.res.status !== 401 || c.var.onPlatformHost) return;
  const { origin } = new URL(c.req.url);
  const metadata = `${origin}/.well-known/oauth-protected-resource`;
  c.res.headers.set("www-authenticate", `Bearer resource_metadata="${metadata}"`);
});
