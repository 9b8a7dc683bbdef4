/** The console's API: trying an agent before it is saved. */
import * as z from "zod";
import { agentConfigSchema } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { slugSchema } from "./values.ts";

/** What of an agent a run is made of. */
export const draftSchema = agentConfigSchema
  .pick({ target: true, inputs: true, price: true, vision: true, files: true })
  .extend({ slug: slugSchema.default("draft") });

export const draftEndpoints = {
  "POST /api/admin/agents/draft/chat": {
    auth: "console",
    permission: "publishing.write",
    // The request log tells of it.
    audited: false,
    summary:
      "Ask an agent as its form stands, not saved, paid from the asker's own wallet; all but `agent` is a body of POST /v1/chat/completions.",
    body: z.looseObject({ agent: draftSchema, messages: z.array(z.unknown()).min(1) }),
    raw: true,
  },
} as const satisfies EndpointTable;
