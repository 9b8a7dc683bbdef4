/**
 * `POST /api/v2/video`: one request for what takes minutes. The job is begun and looked at until it
 * has ended, while the client is kept waiting; the file is handed over as it comes.
 */
import type { Hono } from "hono";
import type { Failure } from "../core/failure.ts";
import type { Result } from "../core/result.ts";
import { Base64Pieces, decodeAigneVideo, videoFrame } from "../front/aigne-media.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { readJson } from "../http/body.ts";
import { patientPieces } from "../http/patient-answer.ts";
import { aigneErrorResponse } from "../http/respond.ts";
import { readPictures } from "../services/media/read-pictures.ts";
import { beginVideo, lookAtVideo, openVideo, type VideoView } from "../services/media/video.ts";
import { creditsLink, usageOf } from "../services/wallets.ts";
import { requireKey } from "./gateway-caller.ts";
import { paid } from "./gateway-paid.ts";

const FIRST_LOOK_MS = 1_000;
const LOOK_MS_MAX = 10_000;
const WAIT_MS_MAX = 15 * 60_000;

export function aigneVideoRoutes(app: Hono<AppEnv>): void {
  app.post("/api/v2/video", (c) => {
    const leaving = new AbortController();
    const pieces = videoPieces(c, leaving.signal);
    return paid(c, () => patientPieces(pieces, { left: () => leaving.abort() }));
  });
}

async function* videoPieces(
  c: AppContext,
  leaving: AbortSignal,
): AsyncGenerator<Response | string> {
  const { services, requestId } = c.var;
  const settled: Promise<unknown>[] = [];
  const defer = (work: Promise<unknown>): void => {
    settled.push(work);
    c.executionCtx.waitUntil(work);
  };
  const { caller, site } = await requireKey(c);
  const order = { site, caller, defer };
  const begun = await begin(c, order);
  if (!begun.ok) return yield aigneErrorResponse(begun.error, requestId);
  const ended = await waitFor(c, { ...order, view: begun.value }, leaving);
  // Nobody is there to be told. The job is paid for when its hold expires.
  if (ended === null) return;
  const opened = ended.ok ? await openVideo(services, { ...order, id: begun.value.id }) : ended;
  if (!opened.ok) return yield aigneErrorResponse(opened.error, requestId);
  await Promise.all(settled);
  const record = await usageOf(services, caller, requestId);
  const { frames, headers } = opened.value;
  const told = headers["content-type"] ?? "";
  const { before, after } = videoFrame(told.startsWith("video/") ? told : "video/mp4", {
    model: begun.value.ticket.model,
    seconds: ended.ok ? ended.value : null,
    costMicro: record?.charged_micro ?? 0,
  });
  yield before;
  const base64 = new Base64Pieces();
  for (;;) {
    const piece = await frames.next();
    // A file that ends like any other would be taken for the whole.
    if (!piece.ok) throw new Error(`the upstream broke off: ${piece.error.reason}`);
    if (piece.value === null) break;
    for (const { bytes } of piece.value) if (bytes) yield base64.take(bytes);
  }
  yield base64.end() + after;
}

type Order = Pick<Parameters<typeof lookAtVideo>[1], "site" | "caller" | "defer">;

async function begin(c: AppContext, order: Order): Promise<Result<VideoView, Failure>> {
  const { requestId, startedAt, services } = c.var;
  const decoded = decodeAigneVideo(await readJson(c.req.raw), order.caller.userId);
  if (!decoded.ok) return decoded;
  const { model, input, pictures, wrapped } = decoded.value;
  const read = await readPictures(pictures.slice(0, 1), wrapped ? "input.image" : "image");
  if (!read.ok) return read;
  const topUpLink = creditsLink(services, order.site, c.req.url);
  const call = { ...order, requestId, surface: "gateway", startedAt, topUpLink } as const;
  const image = read.value[0] ?? null;
  const begun = await beginVideo(services, call, { model, input: { ...input, image } });
  return begun.ok
    ? { ok: true, value: begun.value.view }
    : { ok: false, error: begun.error.failure };
}

/** The seconds of the finished video; null when the client has left. */
async function waitFor(
  c: AppContext,
  order: Order & { view: VideoView },
  leaving: AbortSignal,
): Promise<Result<number | null, Failure> | null> {
  const { id } = order.view;
  const until = Date.now() + WAIT_MS_MAX;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LOOK_MS_MAX)) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (leaving.aborted) return null;
    const looked = await lookAtVideo(c.var.services, { ...order, id });
    if (!looked.ok) return looked;
    const { state, ticket } = looked.value;
    if (state.status === "completed") {
      return { ok: true, value: state.usage?.seconds ?? ticket.seconds };
    }
    if (state.status === "failed") {
      const message = state.error ?? "The platform did not make the video.";
      return { ok: false, error: { code: "upstream_rejected", message } };
    }
    if (Date.now() > until) {
      const message = `The video is still being made; ask for it at /v1/videos/${id}.`;
      return { ok: false, error: { code: "upstream_timeout", message } };
    }
  }
}
