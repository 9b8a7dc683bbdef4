/** What every handler finds in its context. */
import type { Context } from "hono";
import type { SiteSnapshot, UserProfile } from "../core/site.ts";
import type { SessionClaims } from "../services/identity/sessions.ts";
import type { Services } from "../services/services.ts";

export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Milliseconds since 1970, of the request's arrival. */
    startedAt: number;
    services: Services;
    /** The site of the host; the platform's own on the platform's host. */
    site: SiteSnapshot;
    onPlatformHost: boolean;
    /** Set by the endpoints that need a signed-in user. */
    user: UserProfile;
    session: SessionClaims;
    /** On `operator` endpoints: the operator's user id, or `token`. */
    operator: string;
    /** On the gateway: the call that answers, once there is one. */
    call?: { readonly settlement: { spent: boolean } | null };
  };
}
export type AppContext = Context<AppEnv>;

/** Keeps work alive after the response. */
export function deferOf(c: AppContext): (work: Promise<unknown>) => void {
  return (work) => c.executionCtx.waitUntil(work);
}
