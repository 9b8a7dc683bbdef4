/**
 * Runs a chat for a History object and streams it back, one JSON object a line. The last line is
 * `done`, with what was charged.
 */
import type { ChatInput } from "../core/run.ts";
import type { RunnerLine, RunRequest } from "../durable/history/protocol.ts";
import type { Run } from "./chat/run.ts";
import { startChat, upstreamFailure } from "./chat/start.ts";
import type { Services } from "./services.ts";

const TOP_UP_PATH = "/wallet";

export async function runForHistory(
  services: Services,
  request: RunRequest,
  defer: (work: Promise<unknown>) => void,
): Promise<ReadableStream<Uint8Array>> {
  const { caller } = request;
  const site = await services.sites.snapshot(caller.siteId, defer);
  if (!site) return lines([failedLine("site_not_found", "This site is gone.")]);
  const input: ChatInput = {
    messages: request.messages,
    stream: true,
    endUser: caller.userId,
    ...(request.upstreamConversation === null
      ? {}
      : { upstreamConversation: request.upstreamConversation }),
  };
  const started = await startChat(services, {
    requestId: request.requestId,
    site,
    caller: {
      siteId: caller.siteId,
      userId: caller.userId,
      credential: { kind: "session", sessionId: caller.sessionId, epoch: caller.epoch },
    },
    targetName: request.target,
    input,
    surface: "portal",
    startedAt: Date.now(),
    topUpLink: TOP_UP_PATH,
    defer,
  });
  if (!started.ok) {
    const { code, message, link } = started.error.failure;
    return lines([failedLine(code, message, link)]);
  }
  return streamRun(started.value.run);
}

function streamRun(run: Run): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let failure: { code: string; message: string } | null = null;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = await run.next();
      if (!step) {
        controller.enqueue(encoder.encode(line(doneLine(run, failure))));
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
    // The History object lets go only when a person pressed stop.
    cancel() {
      run.cancel("stop");
    },
  });
}

function doneLine(run: Run, failure: { code: string; message: string } | null): RunnerLine {
  return {
    type: "done",
    status: failure ? "failed" : "done",
    error: failure ? { code: failure.code, message: failure.message } : null,
    chargedMicro: run.settlement?.costMicro ?? 0,
    outputTokens: run.settlement?.usage.output ?? 0,
  };
}

function failedLine(code: string, message: string, link?: string): RunnerLine {
  const error = { code, message, ...(link === undefined ? {} : { link }) };
  return { type: "done", status: "failed", error, chargedMicro: 0, outputTokens: 0 };
}

const line = (value: RunnerLine): string => `${JSON.stringify(value)}\n`;

function lines(values: RunnerLine[]): ReadableStream<Uint8Array> {
  return new Blob([values.map(line).join("")]).stream();
}
