/** A chat asked over HTTP, from its request to its answer, whatever protocol the client speaks. */
import { microToText } from "../core/credits.ts";
import type { Failure } from "../core/failure.ts";
import { type ChatInput, isContent, type WireProtocol } from "../core/run.ts";
import type { StreamWriter, WholeWriter } from "../front/step.ts";
import { type AppContext, deferOf } from "../http/app.ts";
import { gatewayHeaders } from "../http/gateway-headers.ts";
import type { Run } from "../services/chat/run.ts";
import type { Step } from "../services/chat/run-parts.ts";
import { startChat, upstreamFailure } from "../services/chat/start.ts";
import { creditsLink } from "../services/wallets.ts";
import { requireKey } from "./gateway-caller.ts";

/** Silence after which something keeps proxies from closing the stream. */
const KEEP_ALIVE_MS = 15_000;
/** A client waits this long for the first token before the answer's headers are sent anyway. */
const FIRST_STEP_MS = 8_000;

/** How a front speaks. */
export interface Front {
  protocol: WireProtocol;
  stream(): StreamWriter;
  whole(): WholeWriter;
  failure(failure: Failure): Response;
  /** A failure inside a stream that has begun, and the stream's end. */
  failureInStream(failure: Failure): string;
}

export interface Asked {
  /** The name that the client used. */
  model: string;
  input: ChatInput;
  front: Front;
  /** Warnings where the upstream speaks another protocol than the client. */
  beyond: readonly string[];
}

/** `decode` reads the request; what it throws is the request's failure. */
export async function serveChat(
  c: AppContext,
  decode: (userId: string) => Promise<Asked>,
): Promise<Response> {
  const { requestId, startedAt, services } = c.var;
  const { caller, site } = await requireKey(c);
  const authMs = Date.now() - startedAt;
  const { model, input, front, beyond } = await decode(caller.userId);
  const started = await startChat(services, {
    requestId,
    site,
    caller,
    targetName: model,
    input,
    surface: "gateway",
    startedAt,
    topUpLink: creditsLink(services, site, c.req.url),
    defer: deferOf(c),
  });
  const { protocol } = front;
  if (!started.ok) {
    const response = front.failure(started.error.failure);
    gatewayHeaders(response.headers, { protocol, rates: started.error.rates, authMs });
    return response;
  }
  const { run, rates } = started.value;
  const answer = input.stream ? await streamAnswer(run, front) : await wholeAnswer(run, front);
  const warnings = [...run.warnings, ...(run.speaks(protocol) ? [] : beyond)];
  const { timings } = run;
  gatewayHeaders(answer.headers, { protocol, rates, authMs, model, timings, warnings });
  answer.headers.set("x-request-id", requestId);
  return answer;
}

async function wholeAnswer(run: Run, front: Front): Promise<Response> {
  const writer = front.whole();
  for (let step = await run.next(); step; step = await run.next()) {
    const failed = step.events.find((event) => event.type === "run-error");
    if (failed) return front.failure(upstreamFailure(failed.error));
    writer.take(step, run.passesThrough(front.protocol));
  }
  const ending = run.settlement;
  if (!ending) throw new Error("a run ended without a settlement");
  return new Response(writer.answer(ending), {
    headers: {
      "content-type": "application/json",
      "x-portico-credits": microToText(ending.costMicro),
    },
  });
}

/**
 * Streams the run. The response begins with the first token, so that a failure before it can
 * still be told as a status; but no client waits longer than FIRST_STEP_MS for the headers.
 */
async function streamAnswer(run: Run, front: Front): Promise<Response> {
  const writer = front.stream();
  let pending: Promise<Step | null> | null = run.next();
  const first = await within(pending, FIRST_STEP_MS);
  if (first !== "waited") {
    pending = null;
    const failed = first?.events.find((event) => event.type === "run-error");
    if (failed && !first?.events.some(isContent))
      return front.failure(upstreamFailure(failed.error));
  }
  const bytes = new TextEncoder();
  const encode = (step: Step): string => encodeStep(run, front, writer, step);
  let keepAlive: ReturnType<typeof setInterval> | undefined;
  let lastWriteAt = Date.now();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first !== "waited" && first) {
        const text = encode(first);
        if (text !== "") controller.enqueue(bytes.encode(text));
      }
      keepAlive = setInterval(() => {
        if (Date.now() - lastWriteAt < KEEP_ALIVE_MS) return;
        lastWriteAt = Date.now();
        controller.enqueue(bytes.encode(writer.keepAlive()));
      }, KEEP_ALIVE_MS / 3);
    },
    async pull(controller) {
      for (;;) {
        const step = await (pending ?? run.next());
        pending = null;
        if (!step) {
          clearInterval(keepAlive);
          controller.close();
          return;
        }
        const text = encode(step);
        if (text === "") continue;
        lastWriteAt = Date.now();
        controller.enqueue(bytes.encode(text));
        return;
      }
    },
    cancel() {
      clearInterval(keepAlive);
      run.cancel("left");
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

function encodeStep(run: Run, front: Front, writer: StreamWriter, step: Step): string {
  const failed = step.events.find((event) => event.type === "run-error");
  const native = !failed && run.passesThrough(front.protocol);
  const text = native ? writer.pass(step) : writer.encode(step);
  if (failed) return text + front.failureInStream(upstreamFailure(failed.error));
  const ended = step.events.some((event) => event.type === "run-end");
  return run.settlement && ended ? text + writer.end(run.settlement) : text;
}

/** The work's value, or that it was waited for in vain. Leaves no timer behind. */
async function within<Value>(work: Promise<Value>, ms: number): Promise<Value | "waited"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"waited">((resolve) => {
    timer = setTimeout(() => resolve("waited"), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
