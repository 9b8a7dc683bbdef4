/** Other places to log in at: the way there and back, one's own links, and the console's page. */
import { providerEndpoints, type SignInProblem } from "../contract/providers.ts";
import { currentUser } from "../http/access.ts";
import { originOf as arrivalOf } from "../http/address.ts";
import type { AppContext } from "../http/app.ts";
import { type App, serve } from "../http/endpoint.ts";
import { isSecure, keepInBrowser, keptInBrowser, linkKept } from "../http/sign-in-cookies.ts";
import { recordAudit } from "../services/audit.ts";
import { changeSignIn, readSignIn } from "../services/console/sign-in.ts";
import { type Arrival, arrive, identityOf } from "../services/identity/providers/arrive.ts";
import { enterByLink } from "../services/identity/providers/enter.ts";
import * as manage from "../services/identity/providers/manage.ts";
import {
  linkOwn,
  ownIdentities,
  sealWaiting,
  unlinkOwn,
} from "../services/identity/providers/own.ts";
import { mayTry } from "../services/identity/providers/tries.ts";
import { beginWay, endWay, type Failed } from "../services/identity/providers/way.ts";
import { SESSION_TTL_MS, sessionCookie } from "../services/identity/sessions.ts";
import type { SignInOutcome } from "../services/identity/sign-in.ts";

export function authProviderRoutes(app: App): void {
  serve(app, providerEndpoints, {
    "GET /api/auth/providers/{slug}/start": async (c, { params, query }) => {
      const { slug } = params;
      if (!(await mayCome(c))) return await failed(c, slug, TOO_MANY);
      const way = { slug, next: query.next, origin: originOf(c), agent: agentOf(c) };
      const begun = await beginWay(c.var.services, c.var.site, way);
      if (!begun.ok) return await failed(c, slug, begun.error);
      keepInBrowser(c, "way", begun.value.cookie);
      return leadTo(c, begun.value.url);
    },
    "GET /api/auth/providers/{slug}/callback": async (c, { params, query }) =>
      await comeBack(c, params.slug, query),
    "GET /api/auth/providers/{slug}/enter": async (c, { params, query }) => {
      const { slug } = params;
      if (!(await mayCome(c))) return await failed(c, slug, TOO_MANY);
      const { token, next: asked } = query;
      const link = { slug, token, next: asked, origin: originOf(c) };
      const entered = await enterByLink(c.var.services, c.var.site, link);
      if (!entered.ok) return await failed(c, slug, entered.error);
      const { next } = entered.value;
      const arrived = await arrive(c.var.services, c.var.site, entered.value, arrivalOf(c));
      return await letIn(c, { slug, next, arrived });
    },
    "GET /api/auth/identities": (c) => ownIdentities(c.var.services, c.var.site, c.var.user.userId),
    "POST /api/auth/identities/{slug}": async (c, { params, body }) => {
      const { userId, sessionId } = c.var.session;
      const begun = await beginWay(c.var.services, c.var.site, {
        slug: params.slug,
        next: body.next,
        origin: originOf(c),
        agent: agentOf(c),
        linkFor: { userId, sessionId },
      });
      if (!begun.ok) {
        const query = new URLSearchParams({ problem: begun.error.problem, provider: params.slug });
        return { url: `/settings?${query}` };
      }
      keepInBrowser(c, "way", begun.value.cookie);
      return { url: begun.value.url };
    },
    "DELETE /api/auth/identities/{slug}": (c, { params }) =>
      unlinkOwn(c.var.services, c.var.site, { userId: c.var.user.userId, slug: params.slug }),
    "GET /api/admin/sign-in": (c) => readSignIn(c.var.services, c.var.site),
    "PUT /api/admin/sign-in": (c, { body }) => changeSignIn(c.var.services, c.var.site, body),
    "GET /api/admin/sign-in/providers": async (c) => ({
      data: await manage.listOwnProviders(c.var.services, c.var.site),
    }),
    "POST /api/admin/sign-in/providers": (c, { body }) =>
      manage.saveProvider(c.var.services, c.var.site, body, null),
    "PUT /api/admin/sign-in/providers/{id}": (c, { params, body }) =>
      manage.saveProvider(c.var.services, c.var.site, body, params.id),
    "DELETE /api/admin/sign-in/providers/{id}": (c, { params }) =>
      manage.removeProvider(c.var.services, c.var.site.id, params.id),
    "PUT /api/admin/sign-in/order": (c, { body }) =>
      manage.orderOwnProviders(c.var.services, c.var.site.id, body.ids),
    "POST /api/admin/sign-in/test": (c, { body }) =>
      manage.testProvider(c.var.services, c.var.site.id, body),
  });
}

const originOf = (c: AppContext) => new URL(c.req.url).origin;
const agentOf = (c: AppContext) => c.req.header("user-agent") ?? "";

const mayCome = (c: AppContext) => mayTry(c.var.services, c.var.site, arrivalOf(c).address);

const TOO_MANY: Failed = { problem: "too_many", detail: "too many attempts", next: "/" };

type Query = {
  code?: string | undefined;
  authCode?: string | undefined;
  state?: string | undefined;
  iss?: string | undefined;
  error?: string | undefined;
  error_description?: string | undefined;
};

async function comeBack(c: AppContext, slug: string, query: Query): Promise<Response> {
  const { services, site } = c.var;
  const cookie = keptInBrowser(c, "way");
  keepInBrowser(c, "way", "");
  if (!(await mayTry(services, site, arrivalOf(c).address))) return await failed(c, slug, TOO_MANY);
  const { code, authCode, state, iss: issuer, error, error_description: said } = query;
  const ended = await endWay(services, site, {
    slug,
    origin: originOf(c),
    cookie,
    state,
    code: authCode ?? code,
    error: error && [error, said].filter(Boolean).join(": "),
    issuer,
  });
  if (!ended.ok) return await failed(c, slug, ended.error);
  const { provider, person, next, linkFor } = ended.value;
  if (!linkFor) {
    const arrived = await arrive(services, site, { provider, person }, arrivalOf(c));
    return await letIn(c, { slug, next, arrived });
  }
  // The session that began it, and no other that has come into this browser since.
  const me = await currentUser(c);
  if (me?.userId !== linkFor.userId || c.var.session.sessionId !== linkFor.sessionId) {
    return await failed(c, slug, { problem: "expired", detail: "another session", next });
  }
  const identity = { ...identityOf(provider.row, person), userId: me.userId };
  const linked = await linkOwn(services, site.id, identity);
  if (!linked.ok) {
    return await failed(c, slug, { problem: linked.error, detail: identity.subject, next });
  }
  return leadTo(c, next);
}

async function letIn(
  c: AppContext,
  { slug, next, arrived }: { slug: string; next: string; arrived: Arrival },
): Promise<Response> {
  switch (arrived.kind) {
    case "in":
      return await enter(c, arrived.result, next);
    case "waits": {
      const { host } = new URL(c.req.url);
      const sealed = await sealWaiting(c.var.services, c.var.site.id, host, arrived.waiting);
      keepInBrowser(c, "link", sealed);
      return await failed(c, slug, { problem: "confirm", detail: "has an account", next });
    }
    case "out":
      return await failed(c, slug, { ...arrived, next });
  }
}

async function enter(c: AppContext, result: SignInOutcome, next: string): Promise<Response> {
  if (result.kind === "second_factor") {
    const { ticket, ways } = result;
    // Behind the #: it is sent to no server and stands in no log.
    const asked = new URLSearchParams({ ticket, ways: ways.join(",") });
    return leadTo(c, `${loginPage({ next })}#${asked}`);
  }
  c.header("set-cookie", sessionCookie(isSecure(c), result.token, SESSION_TTL_MS), {
    append: true,
  });
  await linkKept(c, result.userId);
  return leadTo(c, next);
}

/**
 * The page to log in at, of whichever app the person was on the way to; the console shows its own
 * wherever somebody is who is not signed in.
 */
function loginPage({ next, ...query }: { next: string } & Record<string, string>): string {
  if (/^\/admin(\/|$)/.test(next)) {
    const page = new URL(next, "http://console");
    for (const [name, value] of Object.entries(query)) page.searchParams.set(name, value);
    return page.pathname + page.search;
  }
  const search = new URLSearchParams({ ...query, ...(next === "/" ? {} : { next }) });
  return search.size > 0 ? `/login?${search}` : "/login";
}

/** What nobody had to do anything for: telling of it would let anybody fill the audit. */
const UNTOLD: ReadonlySet<SignInProblem> = new Set(["expired", "unavailable", "too_many"]);

/** Where nobody was let in, the site's admins can read why, and the person what to do. */
async function failed(c: AppContext, slug: string, error: Failed): Promise<Response> {
  const { problem, detail } = error;
  if (!UNTOLD.has(problem)) {
    await recordAudit(c.var.services, c.var.site.id, {
      ...arrivalOf(c),
      action: "sign_in",
      actor: { kind: "nobody", id: "", name: "" },
      asked: { method: slug, problem, detail: detail.slice(0, 300) },
      outcome: "refused",
    });
  }
  // Whoever is signed in has no log-in page: he came from where his links are.
  if (problem !== "confirm" && !c.var.onPlatformHost && (await currentUser(c))) {
    return leadTo(c, `/settings?${new URLSearchParams({ problem, provider: slug })}`);
  }
  // The platform's own host has the console alone.
  const next = c.var.onPlatformHost && error.next === "/" ? "/admin/" : error.next;
  return leadTo(c, loginPage({ problem, provider: slug, next }));
}

function leadTo(c: AppContext, to: string): Response {
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "no-referrer");
  return c.redirect(to, 303);
}
