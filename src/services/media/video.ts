/**
 * Videos: a job at the platform, begun by one request and looked at by others. Invariants:
 *
 * 1. The hold of the first request stands until somebody sees the job's end; it is settled then,
 *    once, at what was made, or released when the job failed.
 * 2. A job that nobody looks at again is charged in full when its hold expires: the platform has
 *    been paid for it.
 * 3. A job is seen only by the user who began it.
 */
import type { FrameReader } from "../../connectors/kit/body-reader.ts";
import { exchange, invoke } from "../../connectors/kit/invoke.ts";
import type { Failure } from "../../core/failure.ts";
import type { VideoInput, VideoState } from "../../core/media.ts";
import { tariffMicro } from "../../core/pricing.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { admitCall, type CallOrder, type Rates, type Refused } from "../chat/admit.ts";
import type { CallParts, RunTimings } from "../chat/call-parts.ts";
import type { Candidate } from "../chat/health.ts";
import { keyStateOf } from "../chat/key-state.ts";
import { type OpenRoute, openRoute } from "../chat/open-route.ts";
import { settleCall } from "../chat/settle-call.ts";
import { settlingWallet } from "../chat/settling.ts";
import { upstreamFailure } from "../chat/start.ts";
import { resolveModel } from "../chat/target.ts";
import type { Caller } from "../identity/callers.ts";
import type { Services } from "../services.ts";
import { forecastVideo, holdOf } from "./forecast.ts";
import { liesAt } from "./inline-images.ts";
import { measure } from "./measure.ts";
import { openTask } from "./start.ts";
import { TaskRun } from "./task-run.ts";
import { openTicket, sealTicket, type VideoTicket } from "./video-ticket.ts";

/** Longer than any platform takes. */
const HOLD_MS = 60 * 60_000;
const FILE_LIMITS = {
  timeoutMs: 600_000,
  idleTimeoutMs: 60_000,
  responseBytesMax: 2 * 1024 * 1024 * 1024,
};

/** A video as the API shows it. */
export interface VideoView {
  id: string;
  ticket: Pick<VideoTicket, "model" | "startedAt" | "seconds" | "size">;
  state: VideoState;
}

export interface BegunVideo {
  view: VideoView;
  rates: Rates;
  timings: RunTimings;
  warnings: readonly string[];
}

const BEGUN: VideoState = {
  status: "queued",
  progress: null,
  url: null,
  usage: null,
  error: null,
};

export async function beginVideo(
  services: Services,
  order: CallOrder,
  wanted: { model: string; input: VideoInput },
): Promise<Result<BegunVideo, Refused>> {
  const { site, startedAt, caller } = order;
  const { model, input } = wanted;
  const resolved = resolveModel(site, model, "video");
  if (!resolved.ok) return fail({ failure: resolved.error, rates: {} });
  const { target } = resolved.value;
  const forecast = forecastVideo(input);
  const hold = holdOf(target.tariff, forecast);
  const admitted = await admitCall(services, { ...order, holdMs: HOLD_MS }, target, hold);
  if (!admitted.ok) return admitted;
  const { parts, rates, slip } = admitted.value;
  const asked = { kind: "video", input } as const;
  const run = new TaskRun<string>({
    ...parts,
    stream: false,
    forecast,
    keepsHold: true,
    open: (candidate, signal) =>
      openTask(
        services,
        { site, candidate, signal, startedAt },
        asked,
        ({ video }) => video?.create,
      ),
  });
  const begun = await run.whole();
  if (!begun.ok) return fail({ failure: upstreamFailure(begun.error), rates });
  const { serving, timings } = run;
  if (!serving) throw new Error("a job began nowhere");
  const metered = measure(target.tariff, forecast, null, true);
  const fullMicro = tariffMicro(target.tariff, metered.usage, true, metered.units);
  order.defer(parts.wallet.progress(order.requestId, fullMicro));
  const { route, secret } = serving.candidate;
  const ticket: VideoTicket = {
    requestId: order.requestId,
    userId: caller.userId,
    keyId: parts.keyId,
    connectionId: route.connection.id,
    secretId: secret?.id ?? null,
    upstreamId: route.upstreamId,
    job: begun.value,
    model,
    price: resolved.value.model.price,
    cost: target.cost,
    priceVersion: target.priceVersion,
    slip,
    startedAt,
    timings,
    attempts: [...run.attempts],
    seconds: input.seconds,
    size: input.size,
  };
  const id = await sealTicket(services.vault, site, ticket);
  const { warnings } = serving.upstream;
  return ok({ view: { id, ticket, state: BEGUN }, rates, timings, warnings });
}

export interface VideoOrder {
  site: SiteSnapshot;
  caller: Caller;
  id: string;
  defer(work: Promise<unknown>): void;
}

/** The job as it stands; its end settles the hold. */
export async function lookAtVideo(
  services: Services,
  order: VideoOrder,
): Promise<Result<VideoView, Failure>> {
  const found = await find(services, order);
  if (!found.ok) return found;
  const { ticket, state } = found.value;
  if (state.status === "completed" || state.status === "failed") {
    settle(services, order, ticket, state);
  }
  return ok({ id: order.id, ticket, state });
}

export interface VideoFile {
  frames: FrameReader;
  headers: Record<string, string>;
}

/** The finished file. */
export async function openVideo(
  services: Services,
  order: VideoOrder,
): Promise<Result<VideoFile, Failure>> {
  const found = await find(services, order);
  if (!found.ok) return found;
  const { ticket, state, route, candidate } = found.value;
  const { video } = route.connector;
  const request = state.status === "completed" && video?.file(route.account, ticket.job, state);
  if (!request) {
    return fail({ code: "not_found", message: `This video is ${state.status}: it has no file.` });
  }
  settle(services, order, ticket, state);
  const options = route.options();
  const allowPrivate = options.allowPrivate && liesAt(candidate.route.connection, request.url);
  const opened = await invoke(request, { ...options, allowPrivate, limits: FILE_LIMITS });
  return opened.ok ? ok(opened.value) : fail(upstreamFailure(opened.error));
}

interface Found {
  ticket: VideoTicket;
  state: VideoState;
  route: OpenRoute;
  candidate: Candidate;
}

const NOT_FOUND: Failure = { code: "not_found", message: "There is no such video of yours." };

async function find(
  services: Services,
  { site, caller, id }: VideoOrder,
): Promise<Result<Found, Failure>> {
  const ticket = await openTicket(services.vault, site, id);
  if (ticket?.userId !== caller.userId) return fail(NOT_FOUND);
  const connection = site.connections.get(ticket.connectionId);
  const secret = connection?.secrets.find((one) => one.id === ticket.secretId) ?? null;
  if (!connection || (secret === null && ticket.secretId !== null)) return fail(NOT_FOUND);
  const route = { connection, upstreamId: ticket.upstreamId, weight: 1, priority: 0 };
  const candidate = { route, secret };
  const { signal } = new AbortController();
  const opened = await openRoute(services, { site, candidate, signal, startedAt: Date.now() });
  if (!opened.ok) return fail(upstreamFailure(opened.error));
  const { connector, account, options } = opened.value;
  if (!connector.video) return fail(NOT_FOUND);
  const looked = await exchange(connector, connector.video.look, account, ticket.job, options());
  if (!looked.ok) return fail(upstreamFailure(looked.error));
  return ok({ ticket, state: looked.value, route: opened.value, candidate });
}

/** May be repeated: the wallet knows the request by its id. */
function settle(
  services: Services,
  { site, caller, defer }: VideoOrder,
  ticket: VideoTicket,
  state: VideoState,
): void {
  const { model, price, cost, priceVersion, attempts, timings, slip } = ticket;
  const tariff = { kind: "byTokens", price } as const;
  const wallet = () => walletOf(services.env, caller.siteId, caller.userId);
  const parts: CallParts = {
    requestId: ticket.requestId,
    target: { name: model, tariff, cost, priceVersion },
    stream: false,
    candidates: [],
    surface: "gateway",
    keyId: ticket.keyId,
    startedAt: ticket.startedAt,
    deadlineAt: ticket.startedAt,
    admitMs: timings.admit,
    wallet: settlingWallet(wallet(), wallet, slip),
    health: services.health,
    tellOfKey: keyStateOf(services, site),
    defer,
    now: Date.now,
  };
  const made = state.status === "completed";
  settleCall(parts, {
    attempts,
    timings,
    ending: made
      ? { status: "ok", finish: "stop", error: null }
      : { status: "error", finish: null, error: JOB_FAILED },
    metered: made ? measure(tariff, forecastVideo(ticket), state.usage, true) : null,
    delivered: made,
  });
}

const JOB_FAILED = {
  reason: "rejected",
  status: null,
  upstreamCode: null,
  retryAfterMs: null,
  detail: "the platform did not make the video",
} as const;
