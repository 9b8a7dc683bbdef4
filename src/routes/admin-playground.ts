/** The console's playground: a chat as an app would ask it, by the session of whoever tries it. */
import type { adminEndpoints } from "../contract/admin.ts";
import type { SiteSnapshot } from "../core/site.ts";
import { type AppContext, deferOf } from "../http/app.ts";
import type { Handlers } from "../http/endpoint.ts";
import { AGENT_PREFIX } from "../services/chat/target.ts";
import { withDraft } from "../services/console/draft.ts";
import { askedInChat } from "./gateway.ts";
import { type Asker, serveChat } from "./gateway-answer.ts";

export const playgroundHandlers = {
  "POST /api/admin/playground": (c, { body }) => chat(c, body, c.var.site),
  "POST /api/admin/agents/draft/chat": (c, { body: { agent, ...body } }) =>
    chat(c, { ...body, model: `${AGENT_PREFIX}${agent.slug}` }, withDraft(c.var.site, agent)),
} satisfies Partial<Handlers<typeof adminEndpoints>>;

function chat(c: AppContext, body: object, site: SiteSnapshot): Promise<Response> {
  const decode = async ({ userId }: Asker["caller"]) => askedInChat(c, body, userId);
  const answer = serveChat(c, decode, async () => askerBySession(c, site));
  // A page that is closed must not take the settlement with it.
  deferOf(c)(answer.catch(() => undefined));
  return answer;
}

function askerBySession(c: AppContext, site: SiteSnapshot): Asker {
  const { siteId, userId, sessionId, epoch } = c.var.session;
  const credential = { kind: "session", sessionId, epoch } as const;
  // Whoever reads along here presses stop, and means it.
  return {
    caller: { siteId, userId, credential },
    site,
    surface: "playground",
    goes: "stop",
  };
}
