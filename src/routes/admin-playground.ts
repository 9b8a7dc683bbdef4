/** The console's playground: a chat as an app would ask it, by the session of whoever tries it. */
import type { adminEndpoints } from "../contract/admin.ts";
import { type AppContext, deferOf } from "../http/app.ts";
import type { Handlers } from "../http/endpoint.ts";
import { askedInChat } from "./gateway.ts";
import { type Asker, serveChat } from "./gateway-answer.ts";

export const playgroundHandlers = {
  "POST /api/admin/playground": (c, { body }) => {
    const decode = async ({ userId }: Asker["caller"]) => askedInChat(c, body, userId);
    const answer = serveChat(c, decode, async () => askerBySession(c));
    // A page that is closed must not take the settlement with it.
    deferOf(c)(answer.catch(() => undefined));
    return answer;
  },
} satisfies Partial<Handlers<typeof adminEndpoints>>;

function askerBySession(c: AppContext): Asker {
  const { siteId, userId, sessionId, epoch } = c.var.session;
  const credential = { kind: "session", sessionId, epoch } as const;
  // Whoever reads along here presses stop, and means it.
  return {
    caller: { siteId, userId, credential },
    site: c.var.site,
    surface: "playground",
    goes: "stop",
  };
}
