/** Videos: `POST /v1/videos`, `GET /v1/videos/{id}`, `GET /v1/videos/{id}/content`. */
import type { Hono } from "hono";
import { type Failure, FailureError } from "../core/failure.ts";
import type { Result } from "../core/result.ts";
import { decodeVideo, videoObject } from "../front/openai-media-videos.ts";
import { type AppContext, type AppEnv, deferOf } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { gatewayHeaders } from "../http/gateway-headers.ts";
import { readForm } from "../http/multipart.ts";
import { errorResponse } from "../http/respond.ts";
import { streamSteps } from "../http/stream-answer.ts";
import { authoriseKey } from "../services/chat/visible.ts";
import {
  beginVideo,
  lookAtVideo,
  openVideo,
  type VideoOrder,
  type VideoView,
} from "../services/media/video.ts";
import { creditsLink } from "../services/wallets.ts";
import { requireKey } from "./gateway-caller.ts";
import { paid } from "./gateway-paid.ts";

export function videoRoutes(app: Hono<AppEnv>): void {
  app.post("/v1/videos", (c) => paid(c, () => begin(c)));
  app.get("/v1/videos/:id", async (c) => {
    const view = accepted(await lookAtVideo(c.var.services, await orderOf(c)));
    return c.json(shown(view));
  });
  app.get("/v1/videos/:id/content", async (c) => {
    const { frames, headers } = accepted(await openVideo(c.var.services, await orderOf(c)));
    const told = headers["content-type"] ?? "";
    const length = headers["content-length"];
    return streamSteps(
      {
        next: async () => {
          const piece = await frames.next();
          // A file that ends like any other would be taken for the whole.
          if (!piece.ok) throw new Error(`the upstream broke off: ${piece.error.reason}`);
          return piece.value && Buffer.concat(piece.value.flatMap(({ bytes }) => bytes ?? []));
        },
        refusal: () => null,
        encode: (bytes) => bytes,
        keepAlive: null,
        cancel: () => frames.cancel(),
      },
      {
        "content-type": told.startsWith("video/") ? told : "video/mp4",
        ...(length === undefined ? {} : { "content-length": length }),
      },
    );
  });
}

async function begin(c: AppContext): Promise<Response> {
  const { requestId, startedAt, services } = c.var;
  const { caller, site } = await requireKey(c);
  const authMs = Date.now() - startedAt;
  const isForm = /^multipart\//i.test(c.req.header("content-type") ?? "");
  const body = isForm ? { form: await readForm(c.req.raw) } : { json: await readJson(c.req.raw) };
  const wanted = accepted(decodeVideo(body, caller.userId));
  const order = {
    requestId,
    site,
    caller,
    surface: "gateway",
    startedAt,
    topUpLink: creditsLink(services, site, c.req.url),
    defer: deferOf(c),
  } as const;
  const begun = await beginVideo(services, order, wanted);
  const protocol = "openai-chat";
  if (!begun.ok) {
    const response = errorResponse(begun.error.failure, requestId);
    gatewayHeaders(response.headers, { protocol, rates: begun.error.rates, authMs });
    return response;
  }
  const { view, rates, timings, warnings } = begun.value;
  const answer = Response.json(shown(view));
  const { model } = wanted;
  gatewayHeaders(answer.headers, { protocol, rates, authMs, model, timings, warnings });
  answer.headers.set("x-request-id", requestId);
  return answer;
}

async function orderOf(c: AppContext): Promise<VideoOrder> {
  const { caller, site } = await requireKey(c);
  await authoriseKey(c.var.services, site, caller);
  return {
    site,
    caller,
    id: c.req.param("id") ?? "",
    defer: deferOf(c),
  };
}

const shown = ({ id, ticket, state }: VideoView) => videoObject({ id, ...ticket }, state);

function accepted<Value>(result: Result<Value, Failure>): Value {
  if (!result.ok) throw new FailureError(result.error);
  return result.value;
}
