/** A chat asked over HTTP, from its request to its answer, whatever protocol the client speaks. */
import type { UsageRecord } from "../contract/usage.ts";
import { microToText } from "../core/credits.ts";
import type { Failure } from "../core/failure.ts";
import { type ChatInput, isContent, type WireProtocol } from "../core/run.ts";
import type { SiteSnapshot } from "../core/site.ts";
import type { StreamWriter, WholeWriter } from "../front/step.ts";
import { type AppContext, deferOf } from "../http/app.ts";
import { gatewayHeaders } from "../http/gateway-headers.ts";
import { EVENT_STREAM_HEADERS, streamSteps } from "../http/stream-answer.ts";
import type { Step } from "../services/chat/run-parts.ts";
import { type Answering, startChats } from "../services/chat/sequence.ts";
import { upstreamFailure } from "../services/chat/start.ts";
import type { Caller } from "../services/identity/callers.ts";
import { creditsLink } from "../services/wallets.ts";
import { requireKey } from "./gateway-caller.ts";

/** How a front speaks. */
export interface Front {
  protocol: WireProtocol;
  stream(): StreamWriter;
  whole(): WholeWriter;
  failure(failure: Failure): Response;
  /** A failure inside a stream that has begun, and the stream's end. */
  failureInStream(failure: Failure): string;
  /** Awaited when the answer is written, before its end is handed out. */
  beforeEnd?(): Promise<void>;
}

export interface Asked {
  /** The name that the client used. */
  model: string;
  input: ChatInput;
  /** Answered after it, each a run of its own. */
  others?: readonly ChatInput[];
  front: Front;
  /** Warnings where the upstream speaks another protocol than the client. */
  beyond: readonly string[];
}

/** Who asks, and by what door. */
export interface Asker {
  caller: Caller;
  site: SiteSnapshot;
  surface: UsageRecord["surface"];
  /** What it means when the connection goes: see `Run.cancel`. */
  goes: "left" | "stop";
}

const askerByKey = async (c: AppContext): Promise<Asker> => ({
  ...(await requireKey(c)),
  surface: "gateway",
  goes: "left",
});

/** `decode` reads the request; what it throws is the request's failure. */
export async function serveChat(
  c: AppContext,
  decode: (caller: Caller) => Promise<Asked>,
  whoAsks: (c: AppContext) => Promise<Asker> = askerByKey,
): Promise<Response> {
  const { requestId, startedAt, services } = c.var;
  const { caller, site, surface, goes } = await whoAsks(c);
  const authMs = Date.now() - startedAt;
  const { model, input, others = [], front, beyond } = await decode(caller);
  const order = {
    requestId,
    site,
    caller,
    targetName: model,
    surface,
    startedAt,
    topUpLink: creditsLink(services, site, c.req.url),
    defer: deferOf(c),
  };
  const started = await startChats(services, order, [input, ...others]);
  const { protocol } = front;
  if (!started.ok) {
    const response = front.failure(started.error.failure);
    gatewayHeaders(response.headers, { protocol, rates: started.error.rates, authMs });
    return response;
  }
  const { run, rates, cached } = started.value;
  c.set("call", run);
  const answer = input.stream
    ? await streamAnswer(run, front, goes)
    : await wholeAnswer(run, front);
  const warnings = [...run.warnings, ...(run.speaks(protocol) ? [] : beyond)];
  const { timings } = run;
  gatewayHeaders(answer.headers, { protocol, rates, authMs, model, timings, warnings, cached });
  answer.headers.set("x-request-id", requestId);
  return answer;
}

async function wholeAnswer(run: Answering, front: Front): Promise<Response> {
  const writer = front.whole();
  for (let step = await run.next(); step; step = await run.next()) {
    const failed = step.events.find((event) => event.type === "run-error");
    if (failed) return front.failure(upstreamFailure(failed.error));
    writer.take(step, run.passesThrough(front.protocol));
  }
  const ending = run.settlement;
  if (!ending) throw new Error("a run ended without a settlement");
  const body = writer.answer(ending);
  await front.beforeEnd?.();
  return new Response(body, {
    headers: {
      "content-type": "application/json",
      "x-portico-credits": microToText(ending.costMicro),
    },
  });
}

function streamAnswer(run: Answering, front: Front, goes: Asker["goes"]): Promise<Response> {
  const writer = front.stream();
  const steps = {
    next: () => run.next(),
    refusal: ({ events }: Step) => {
      const failed = events.find((event) => event.type === "run-error");
      return failed && !events.some(isContent)
        ? front.failure(upstreamFailure(failed.error))
        : null;
    },
    encode: (step: Step) => encodeStep(run, front, writer, step),
    keepAlive: () => writer.keepAlive(),
    cancel: () => run.cancel(goes),
  };
  return streamSteps(steps, EVENT_STREAM_HEADERS);
}

function encodeStep(
  run: Answering,
  front: Front,
  writer: StreamWriter,
  step: Step,
): string | Promise<string> {
  const failed = step.events.find((event) => event.type === "run-error");
  const native = !failed && run.passesThrough(front.protocol);
  const text = native ? writer.pass(step) : writer.encode(step);
  if (failed) return text + front.failureInStream(upstreamFailure(failed.error));
  const ended = step.events.some((event) => event.type === "run-end");
  if (!run.settlement || !ended) return text;
  const whole = text + writer.end(run.settlement);
  return front.beforeEnd ? front.beforeEnd().then(() => whole) : whole;
}
