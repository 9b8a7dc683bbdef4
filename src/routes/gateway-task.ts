/** A task asked over HTTP, from its request to its answer: whole, as events, or as a file. */
import { microToText } from "../core/credits.ts";
import type { Failure } from "../core/failure.ts";
import type { MediaEvent } from "../core/media.ts";
import type { SiteConnection } from "../core/site.ts";
import { type AppContext, deferOf } from "../http/app.ts";
import { gatewayHeaders } from "../http/gateway-headers.ts";
import { errorEnvelope, errorResponseFor } from "../http/respond.ts";
import { EVENT_STREAM_HEADERS, streamSteps } from "../http/stream-answer.ts";
import type { Settlement } from "../services/chat/call-parts.ts";
import { upstreamFailure } from "../services/chat/start.ts";
import { startTask, type Wanted } from "../services/media/start.ts";
import type { TaskRun } from "../services/media/task-run.ts";
import { creditsLink } from "../services/wallets.ts";
import { requireKey } from "./gateway-caller.ts";

interface NamedEvent {
  name: string;
  data: string;
}

/** How a task came to its end, for the answer. */
export interface TaskEnding {
  settlement: Settlement;
  /** The connection that served. */
  connection: SiteConnection;
  /** Adds to what the client is warned of. */
  warn(warnings: readonly string[]): void;
}

/** What is wanted, and how its answer is written. */
export interface AskedTask<Input, Value> extends Wanted<Input, Value> {
  /** The whole answer; absent where it is a file. */
  whole?(value: Value, ending: TaskEnding): Promise<Response>;
  /** Of a file: its content type, `told` being what the upstream says. */
  fileType?(told: string | undefined): string;
  /** Of a file, where the client wants events: a piece of it. */
  fileEvent?(bytes: Uint8Array): NamedEvent;
  /** The last events of a stream whose upstream gave none of its own. */
  events?(value: Value, settlement: Settlement): NamedEvent[];
}

/** A failure in the form of the surface that was called. */
type Refuse = (failure: Failure) => Response;

/** `decode` reads the request; what it throws is the request's failure. */
export async function serveTask<Input extends object, Value>(
  c: AppContext,
  decode: (userId: string) => Promise<AskedTask<Input, Value>>,
): Promise<Response> {
  const { requestId, startedAt, services } = c.var;
  const { caller, site } = await requireKey(c);
  const authMs = Date.now() - startedAt;
  const asked = await decode(caller.userId);
  const order = {
    requestId,
    site,
    caller,
    surface: "gateway",
    startedAt,
    topUpLink: creditsLink(services, site, c.req.url),
    defer: deferOf(c),
  } as const;
  const refuse = (failure: Failure) => errorResponseFor(c.req.path)(failure, requestId);
  const started = await startTask(services, order, asked);
  const protocol = "openai-chat";
  if (!started.ok) {
    const response = refuse(started.error.failure);
    gatewayHeaders(response.headers, { protocol, rates: started.error.rates, authMs });
    return response;
  }
  const { run, rates, cached } = started.value;
  c.set("call", run);
  const more: string[] = [];
  const answer =
    asked.stream || !asked.whole
      ? await streamed(run, asked, requestId, refuse)
      : await whole(run, asked.whole, refuse, more);
  const { timings, serving } = run;
  const warnings = [...(serving?.upstream.warnings ?? []), ...more];
  const { model } = asked;
  gatewayHeaders(answer.headers, { protocol, rates, authMs, model, timings, warnings, cached });
  answer.headers.set("x-request-id", requestId);
  return answer;
}

async function whole<Value>(
  run: TaskRun<Value>,
  write: NonNullable<AskedTask<unknown, Value>["whole"]>,
  refuse: Refuse,
  warnings: string[],
): Promise<Response> {
  const done = await run.whole();
  if (!done.ok) return refuse(upstreamFailure(done.error));
  const { settlement, serving } = run;
  if (!settlement || !serving) throw new Error("a task ended without a settlement");
  const answer = await write(done.value, {
    settlement,
    connection: serving.candidate.route.connection,
    warn: (told) => void warnings.push(...told),
  });
  answer.headers.set("x-portico-credits", microToText(settlement.costMicro));
  return answer;
}

function streamed<Input, Value>(
  run: TaskRun<Value>,
  asked: AskedTask<Input, Value>,
  requestId: string,
  refuse: Refuse,
): Promise<Response> {
  const refusal = (first: MediaEvent<Value>) =>
    first.type === "failed" ? refuse(upstreamFailure(first.error)) : null;
  const steps = { next: () => run.next(), refusal, cancel: () => run.cancel() };
  if (asked.stream) {
    const encode = eventWriter(run, asked, requestId);
    const keepAlive = () => ": keep-alive\n\n";
    return streamSteps({ ...steps, encode, keepAlive }, EVENT_STREAM_HEADERS);
  }
  return fileAnswer(run, asked, steps);
}

async function fileAnswer<Input, Value>(
  run: TaskRun<Value>,
  asked: AskedTask<Input, Value>,
  steps: Pick<Parameters<typeof streamSteps<MediaEvent<Value>>>[0], "next" | "refusal" | "cancel">,
): Promise<Response> {
  const encode = (event: MediaEvent<Value>): Uint8Array | string => {
    if (event.type === "bytes") return event.bytes;
    // A file that ends like any other would be taken for the whole.
    if (event.type === "failed") throw new Error("the upstream broke off");
    return "";
  };
  const answer = await streamSteps({ ...steps, encode, keepAlive: null }, {});
  if (answer.ok) {
    const told = run.serving?.upstream.headers["content-type"];
    const type = asked.fileType?.(told) ?? "application/octet-stream";
    answer.headers.set("content-type", type);
  }
  return answer;
}

function eventWriter<Input, Value>(
  run: TaskRun<Value>,
  asked: AskedTask<Input, Value>,
  requestId: string,
): (event: MediaEvent<Value>) => string {
  let native = false;
  return (event) => {
    native ||= event.type === "native";
    switch (event.type) {
      case "native":
        return eventText(event);
      case "bytes":
        return asked.fileEvent ? eventText(asked.fileEvent(event.bytes)) : "";
      case "done": {
        const { settlement } = run;
        if (native || !settlement) return "";
        return (asked.events?.(event.value, settlement) ?? []).map(eventText).join("");
      }
      case "failed": {
        const envelope = errorEnvelope(upstreamFailure(event.error), requestId);
        return eventText({ name: "error", data: JSON.stringify(envelope) });
      }
      default:
        return "";
    }
  };
}

function eventText({ name, data }: { name: string | null; data: string }): string {
  return `${name === null ? "" : `event: ${name}\n`}data: ${data}\n\n`;
}

export function jsonAnswer(body: string): Response {
  return new Response(body, { headers: { "content-type": "application/json" } });
}
