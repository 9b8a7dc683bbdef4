/** A task on upstreams that do what a script says, with a wallet that writes down what it is told. */
import type { Frame, TaskReader } from "../../src/connectors/connector.ts";
import type { FrameReader } from "../../src/connectors/kit/body-reader.ts";
import type { ModelPrice } from "../../src/contract/config.ts";
import type { MediaEvent, MediaUsage } from "../../src/core/media.ts";
import { fail, ok } from "../../src/core/result.ts";
import type { UpstreamError } from "../../src/core/run.ts";
import type { SettleRequest, UsageDraft } from "../../src/durable/wallet/protocol.ts";
import { RouteHealth } from "../../src/services/chat/health.ts";
import type { Forecast } from "../../src/services/media/forecast.ts";
import { type OpenedTask, TaskRun } from "../../src/services/media/task-run.ts";
import { target } from "./fixture.ts";
import { failure } from "./run-fixture.ts";

export type Event = MediaEvent<string>;
/** What arrives at once, or nothing until somebody leaves. */
type Piece = Event[] | { broken: UpstreamError } | "silence";
export type TaskScript = { refused: UpstreamError } | { pieces: Piece[] };

export const bytes = (count = 3): Event => ({ type: "bytes", bytes: new Uint8Array(count) });
export const DONE: Event = { type: "done", value: "made" };
export const told = (usage: Partial<MediaUsage>): Event => ({
  type: "usage",
  usage: { tokens: null, images: null, seconds: null, ...usage },
});

type Call = { what: "settle"; request: SettleRequest } | { what: "release"; record: UsageDraft };

export const EXPECTED: Forecast = {
  expected: { input: 10, output: 20, units: { characters: 5 } },
  most: { input: 11, output: 60, units: { characters: 5 } },
};

export function stageTask(scripts: TaskScript[], price: ModelPrice, forecast = EXPECTED) {
  const calls: Call[] = [];
  const seen = { cancelled: 0, released: 0, opened: [] as string[] };
  const deferred: Promise<unknown>[] = [];
  const health = new RouteHealth();
  const aim = target({ tariff: { kind: "byTokens", price } });
  const left = [...scripts];
  const done = { ok: true, chargedMicro: 0, uncollectedMicro: 0, availableMicro: 0 } as const;
  const run = new TaskRun<string>({
    requestId: "req_a",
    target: aim,
    stream: true,
    forecast,
    candidates: aim.routes.map((route) => ({ route, secret: route.connection.secrets[0] ?? null })),
    surface: "gateway",
    keyId: null,
    startedAt: 0,
    deadlineAt: 1,
    admitMs: 0,
    wallet: {
      settle: async (request) => {
        calls.push({ what: "settle", request });
        return { ...done, repeated: false };
      },
      release: async (_, record) => {
        calls.push({ what: "release", record });
        return { ...done, repeated: false };
      },
      progress: async () => undefined,
    },
    health,
    tellOfKey: async () => undefined,
    defer: (work) => void deferred.push(work),
    now: () => 0,
    open: async (candidate) => {
      seen.opened.push(candidate.route.connection.slug);
      const script = left.shift();
      if (!script) throw new Error("one call more than the script knows");
      return "refused" in script ? fail(script.refused) : ok(upstream(script.pieces, seen));
    },
  });
  const play = async () => {
    const events: Event[] = [];
    for (let event = await run.next(); event; event = await run.next()) events.push(event);
    await Promise.all(deferred);
    return events;
  };
  return { run, calls, seen, play, deferred };
}

function upstream(
  pieces: Piece[],
  seen: { cancelled: number; released: number },
): OpenedTask<string> {
  const left = [...pieces];
  let leave: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  let current: Event[] = [];
  const frames: FrameReader = {
    next: async () => {
      const piece = left.shift();
      if (piece === undefined) return ok(null);
      if (piece === "silence") {
        await gone;
        return fail(failure("truncated"));
      }
      if ("broken" in piece) return fail(piece.broken);
      current = piece;
      return ok([{ data: "" } satisfies Frame]);
    },
    cancel: () => {
      seen.cancelled++;
      leave();
    },
    release: async () => void seen.released++,
  };
  const reader: TaskReader<string> = {
    push: () => current,
    end: () => [{ type: "failed", error: failure("truncated") }],
  };
  return { reader, frames, headers: {}, warnings: [] };
}
