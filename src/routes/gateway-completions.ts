/** OpenAI's older protocol, in which a text is continued: `/v1/completions`. */
import type { Hono } from "hono";
import { FailureError } from "../core/failure.ts";
import { streamError } from "../front/openai-chat-response.ts";
import { decodeCompletions } from "../front/openai-completions-request.ts";
import {
  CompletionCollector,
  CompletionStreamEncoder,
} from "../front/openai-completions-response.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { errorEnvelope, errorResponse } from "../http/respond.ts";
import { type Asked, serveChat } from "./gateway-answer.ts";
import { paid } from "./gateway-paid.ts";

export function completionsRoutes(app: Hono<AppEnv>): void {
  app.post("/v1/completions", (c) =>
    paid(c, () => serveChat(c, ({ userId }) => decode(c, userId))),
  );
}

async function decode(c: AppContext, userId: string): Promise<Asked> {
  const { requestId, startedAt } = c.var;
  const decoded = decodeCompletions(await readJson(c.req.raw), userId);
  if (!decoded.ok) throw new FailureError(decoded.error);
  const { model, inputs, echoed, includeUsage, leftOut } = decoded.value;
  const [input, ...others] = inputs;
  const id = `cmpl-${requestId.slice(4)}`;
  const created = Math.floor(startedAt / 1000);
  const encoding = { id, created, model, includeUsage, echoed };
  return {
    model,
    input,
    others,
    beyond: leftOut,
    front: {
      protocol: "openai-completions",
      stream: () => new CompletionStreamEncoder(encoding),
      whole: () => new CompletionCollector(encoding),
      failure: (failure) => errorResponse(failure, requestId),
      failureInStream: (failure) => streamError(errorEnvelope(failure, requestId)),
    },
  };
}
