/** `POST /v1/workflows/{slug}/runs`: an agent with a form is run by the form's values. */
import type { Hono } from "hono";
import * as z from "zod";
import { inputValuesSchema } from "../contract/input-form.ts";
import { FailureError, refuse } from "../core/failure.ts";
import { readInputs, runInput } from "../core/input-form.ts";
import type { SiteSnapshot } from "../core/site.ts";
import {
  WorkflowCollector,
  WorkflowStreamEncoder,
  workflowStreamError,
} from "../front/workflow-response.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { parse } from "../http/endpoint.ts";
import { errorEnvelope, errorResponse } from "../http/respond.ts";
import { AGENT_PREFIX, targetNotFound } from "../services/chat/target.ts";
import { authoriseKey, visibleTargets } from "../services/chat/visible.ts";
import type { Caller } from "../services/identity/callers.ts";
import { type Asked, serveChat } from "./gateway-answer.ts";
import { requireKey } from "./gateway-caller.ts";
import { paid } from "./gateway-paid.ts";

const bodySchema = z.strictObject({
  inputs: inputValuesSchema.default({}),
  stream: z.boolean().default(false),
});

export function workflowRoutes(app: Hono<AppEnv>): void {
  app.post("/v1/workflows/:slug/runs", (c) =>
    paid(c, async () => {
      const asker = { ...(await requireKey(c)), surface: "gateway", goes: "left" } as const;
      return await serveChat(
        c,
        (caller) => asked(c, asker.site, caller),
        async () => asker,
      );
    }),
  );
}

async function asked(c: AppContext, site: SiteSnapshot, caller: Caller): Promise<Asked> {
  const { requestId, services } = c.var;
  const model = `${AGENT_PREFIX}${c.req.param("slug") ?? ""}`;
  // The form of what one may not use is nobody's business.
  const profile = await authoriseKey(services, site, caller);
  const shown = visibleTargets(site, profile).find(({ target }) => target === model);
  if (!shown) throw new FailureError({ ...targetNotFound(model), param: "slug" });
  if (shown.inputs?.mode !== "run") {
    refuse("unsupported_value", `"${model}" is no workflow: ask it in a chat.`, { param: "slug" });
  }
  const body = parse(bodySchema, await readJson(c.req.raw), "body");
  const values = readInputs(shown.inputs, body.inputs);
  if (!values.ok) {
    const param = `inputs.${values.error.name}`;
    refuse("invalid_value", `${param}: ${values.error.message}`, { param });
  }
  const input = runInput(shown.inputs, values.value, {
    endUser: caller.userId,
    stream: body.stream,
  });
  return {
    model,
    input,
    beyond: [],
    front: {
      protocol: "workflow",
      stream: () => new WorkflowStreamEncoder(requestId),
      whole: () => new WorkflowCollector(requestId),
      failure: (failure) => errorResponse(failure, requestId),
      failureInStream: (failure) => workflowStreamError(errorEnvelope(failure, requestId)),
    },
  };
}
