/**
 * Runs a chat for a History object and streams it back, one JSON object a line. The last line is
 * `done`, with what was charged.
 */
import type { ChatInput } from "../core/run.ts";
import type { RunnerLine, RunnerRun, RunRequest } from "../durable/history/protocol.ts";
import type { Run } from "./chat/run.ts";
import { startChat, upstreamFailure } from "./chat/start.ts";
import { guestPayer, isGuestId, takesGuests } from "./identity/guests.ts";
import type { Services } from "./services.ts";

const TOP_UP_PATH = "/wallet";

export async function runForHistory(
  services: Services,
  request: RunRequest,
  defer: (work: Promise<unknown>) => void,
): Promise<RunnerRun> {
  const { caller } = request;
  const site = await services.sites.snapshot(caller.siteId, defer);
  if (!site) return refused("site_not_found", "This site is gone.");
  const guest = isGuestId(caller.userId);
  if (guest && !takesGuests(site)) return refused("access_denied", "This site takes no guests.");
  const settling: Promise<unknown>[] = [];
  const started = await startChat(services, {
    requestId: request.requestId,
    site,
    caller: guest
      ? await guestPayer(services, site, caller.sessionId, Date.now())
      : {
          siteId: caller.siteId,
          userId: caller.userId,
          credential: { kind: "session", sessionId: caller.sessionId, epoch: caller.epoch },
        },
    targetName: request.target,
    input: inputOf(request),
    surface: "portal",
    startedAt: Date.now(),
    topUpLink: TOP_UP_PATH,
    defer: (work) => {
      settling.push(work);
      defer(work);
    },
  });
  if (!started.ok) {
    const { code, message, link } = started.error.failure;
    return refused(code, message, link);
  }
  return runnerRun(started.value.run, settling);
}

function inputOf(request: RunRequest): ChatInput {
  const { upstreamConversation } = request;
  return {
    messages: request.messages,
    stream: true,
    endUser: request.caller.userId,
    ...(upstreamConversation === null ? {} : { upstreamConversation }),
  };
}

/** The stream ends, and a stop resolves, when the run is settled: before that the caller must not let go. */
function runnerRun(run: Run, settling: Promise<unknown>[]): RunnerRun {
  const encoder = new TextEncoder();
  let failure: { code: string; message: string } | null = null;
  let stopped = false;
  const lines = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = await run.next();
      if (!step) {
        await Promise.allSettled(settling);
        const status = stopped ? "stopped" : failure ? "failed" : "done";
        controller.enqueue(encoder.encode(line(doneLine(run, status, failure))));
        controller.close();
        return;
      }
      let text = "";
      for (const event of step.events) {
        if (event.type === "run-error") failure = upstreamFailure(event.error);
        text += line({ type: "event", event });
      }
      controller.enqueue(encoder.encode(text));
    },
    cancel() {
      run.cancel("stop");
    },
  });
  return {
    lines,
    stop: async () => {
      stopped = run.settlement === null;
      run.cancel("stop");
      await Promise.allSettled(settling);
    },
  };
}

function doneLine(
  run: Run,
  status: "done" | "stopped" | "failed",
  failure: { code: string; message: string } | null,
): RunnerLine {
  return {
    type: "done",
    status,
    error: status === "failed" ? failure : null,
    chargedMicro: run.settlement?.costMicro ?? 0,
    outputTokens: run.settlement?.usage.output ?? 0,
  };
}

function refused(code: string, message: string, link?: string): RunnerRun {
  const error = { code, message, ...(link === undefined ? {} : { link }) };
  const last: RunnerLine = {
    type: "done",
    status: "failed",
    error,
    chargedMicro: 0,
    outputTokens: 0,
  };
  return { lines: new Blob([line(last)]).stream(), stop: async () => undefined };
}

const line = (value: RunnerLine): string => `${JSON.stringify(value)}\n`;
