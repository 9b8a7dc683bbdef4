/** The entry: environment → services → routes. It only chooses. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { RunnerRpc, RunnerRun, RunRequest } from "./durable/history/protocol.ts";
import { tokenChallenge } from "./http/challenge.ts";
import { App } from "./http/endpoint.ts";
import { readEnvironment } from "./http/environment.ts";
import { arrival, onError, onNotFound, siteOfHost } from "./http/middleware.ts";
import { adminRoutes } from "./routes/admin.ts";
import { authRoutes } from "./routes/auth.ts";
import { accountRoutes, entryRoutes } from "./routes/auth-account.ts";
import { authGuestRoutes } from "./routes/auth-guest.ts";
import { authInvitationRoutes } from "./routes/auth-invitations.ts";
import { authProviderRoutes } from "./routes/auth-providers.ts";
import { gatewayRoutes } from "./routes/gateway.ts";
import { aigneRoutes } from "./routes/gateway-aigne.ts";
import { anthropicRoutes } from "./routes/gateway-anthropic.ts";
import { completionsRoutes } from "./routes/gateway-completions.ts";
import { mediaRoutes } from "./routes/gateway-media.ts";
import { responsesRoutes } from "./routes/gateway-responses.ts";
import { videoRoutes } from "./routes/gateway-videos.ts";
import { workflowRoutes } from "./routes/gateway-workflows.ts";
import { documentRoutes, healthRoutes } from "./routes/meta.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { connectRoutes } from "./routes/oauth-connect.ts";
import { oauthPageRoutes } from "./routes/oauth-pages.ts";
import { pageRoutes } from "./routes/pages.ts";
import { platformRoutes } from "./routes/platform.ts";
import { portalRoutes } from "./routes/portal.ts";
import { deliverAudit } from "./services/audit.ts";
import { tendHosts } from "./services/hosts/cron.ts";
import { sweepCodes } from "./services/identity/one-time-codes.ts";
import { deliverMails } from "./services/mail/send.ts";
import { sweepOauth } from "./services/oauth/token-care.ts";
import { deliverProfiles } from "./services/profiles.ts";
import { runForHistory } from "./services/runner.ts";
import { servicesOf } from "./services/services.ts";

export { ResponseCache } from "./durable/cache/cache.ts";
export { History } from "./durable/history/history.ts";
export { Idempotency } from "./durable/idempotency/idempotency.ts";
export { Meter } from "./durable/meter/meter.ts";
export { Throttle } from "./durable/throttle/throttle.ts";
export { Wallet } from "./durable/wallet/wallet.ts";

const app = new App();
app.onError(onError);
app.notFound(onNotFound);
app.use(arrival);
healthRoutes(app);
app.use(siteOfHost);
app.use("/v1/*", tokenChallenge);
anthropicRoutes(app);
gatewayRoutes(app);
workflowRoutes(app);
mediaRoutes(app);
videoRoutes(app);
responsesRoutes(app);
completionsRoutes(app);
aigneRoutes(app);
oauthRoutes(app);
entryRoutes(app);
accountRoutes(app);
authInvitationRoutes(app);
authGuestRoutes(app);
connectRoutes(app);
oauthPageRoutes(app);
authRoutes(app);
authProviderRoutes(app);
portalRoutes(app);
adminRoutes(app);
platformRoutes(app);
documentRoutes(app);
pageRoutes(app);

/** Runs chats for the History objects, in a context of its own. */
export class Runner extends WorkerEntrypoint<Env> implements RunnerRpc {
  run(request: RunRequest): Promise<RunnerRun> {
    const services = servicesOf(this.env, readEnvironment(this.env));
    return runForHistory(services, request, (work) => this.ctx.waitUntil(work));
  }
}

export default {
  fetch: app.fetch,
  /** Every minute: what could not be delivered at once. */
  async scheduled(_event, env) {
    const services = servicesOf(env, readEnvironment(env));
    const deliveries = await Promise.allSettled([
      deliverProfiles(services),
      deliverAudit(services),
      deliverMails(services),
      sweepCodes(services),
      tendHosts(services),
      sweepOauth(services),
    ]);
    for (const one of deliveries) if (one.status === "rejected") throw one.reason;
  },
} satisfies ExportedHandler<Env>;
