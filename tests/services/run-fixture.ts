/** A run on upstreams that do what a script says, with a wallet that writes down what it is told. */
import type { AnyConnector, Frame } from "../../src/connectors/connector.ts";
import type { FrameReader } from "../../src/connectors/kit/body-reader.ts";
import { fail, ok } from "../../src/core/result.ts";
import type { ChatInput, RunEvent, UpstreamError, UpstreamReason } from "../../src/core/run.ts";
import type { SettleRequest, UsageDraft } from "../../src/durable/wallet/protocol.ts";
import { type Candidate, RouteHealth } from "../../src/services/chat/health.ts";
import { Run } from "../../src/services/chat/run.ts";
import type { OpenedUpstream, RunParts } from "../../src/services/chat/run-parts.ts";
import { target, usage } from "./fixture.ts";

export const failure = (
  reason: UpstreamReason,
  more: Partial<UpstreamError> = {},
): UpstreamError => ({
  reason,
  status: null,
  upstreamCode: null,
  retryAfterMs: null,
  detail: "",
  ...more,
});

/** What arrives at once: events, a broken line, or nothing until somebody leaves. */
export type Piece = RunEvent[] | { broken: UpstreamError } | "silence";
/** What a candidate does: it does not answer, or it answers these pieces and closes. */
export type Script = { refused: UpstreamError } | { pieces: Piece[] };

export const text = (value: string): RunEvent => ({ type: "text-delta", text: value });
export const reported = (input: number, output: number): RunEvent => ({
  type: "usage",
  usage: usage({ input, output }),
});
export const END: RunEvent = { type: "run-end", finish: "stop" };

export const answer = (...pieces: Piece[]): Script => ({ pieces });
export const refused = (...args: Parameters<typeof failure>): Script => ({
  refused: failure(...args),
});
export const whole = answer([text("Hello")], [reported(7, 3), END]);
export const types = (events: { type: string }[]) => events.map((event) => event.type);
/** Of the attempts, in order: where, and what became of each. */
export const outcomes = ({ run }: Staged) =>
  run.attempts.map(({ connection, outcome }) => [connection, outcome]);

type Call =
  | { what: "settle"; request: SettleRequest }
  | { what: "release"; record: UsageDraft }
  | { what: "progress"; costMicro: number };

export interface Staged {
  run: Run;
  /** All that the wallet was told. */
  calls: Call[];
  /** Slugs of the connections that were called, in order. */
  opened: string[];
  /** What they were asked. */
  asked: ChatInput[];
  cancelled: string[];
  released: string[];
  told: string[];
  health: RouteHealth;
  deferred: Promise<unknown>[];
  clock: { now: number };
  /** All events until the end of the run. */
  play(): Promise<RunEvent[]>;
}

export interface Stage {
  scripts: Script[];
  disconnect?: AnyConnector["disconnect"];
  spendableMicro?: number;
  inputTokens?: number;
  target?: Parameters<typeof target>[0];
  candidates?: Candidate[];
  deadlineMs?: number;
  /** Whose token can be renewed; see AccessTokens. */
  renewable?: (candidate: Candidate) => boolean;
  upstreamConversation?: string;
  /** Where the platform can be told to stop: told here. */
  stop?: () => Promise<void>;
  /** Where the client has named its conversation: what is kept of it. */
  kept?: string[];
}

export function stage(set: Stage): Staged {
  const staged = {
    calls: [] as Call[],
    opened: [] as string[],
    asked: [] as ChatInput[],
    cancelled: [] as string[],
    released: [] as string[],
    told: [] as string[],
    deferred: [] as Promise<unknown>[],
    health: new RouteHealth(),
    clock: { now: 1_760_000_000_000 },
  };
  const aim = target(set.target);
  const candidates =
    set.candidates ??
    aim.routes.map((route) => ({ route, secret: route.connection.secrets[0] ?? null }));
  const scripts = [...set.scripts];
  const run = new Run({
    requestId: "req_a",
    target: aim,
    input: {
      messages: [],
      stream: true,
      endUser: "usr_a",
      ...(set.upstreamConversation ? { upstreamConversation: set.upstreamConversation } : {}),
    },
    stream: true,
    inputTokens: set.inputTokens ?? 10,
    outputLimit: null,
    spendableMicro: set.spendableMicro ?? 1_000_000_000,
    candidates,
    surface: "gateway",
    keyId: "key_a",
    startedAt: staged.clock.now - 5,
    deadlineAt: staged.clock.now + (set.deadlineMs ?? 600_000),
    admitMs: 3,
    wallet: walletOf(staged.calls),
    health: staged.health,
    ...(set.renewable ? { renewToken: set.renewable } : {}),
    open: async (candidate, _target, input) => {
      const { slug } = candidate.route.connection;
      staged.opened.push(slug);
      staged.asked.push(input);
      staged.clock.now += 20;
      const script = scripts.shift();
      if (!script) throw new Error("one call more than the script knows");
      if ("refused" in script) return fail(script.refused);
      const opened = upstream(script.pieces, slug, set.disconnect ?? "cancel", staged);
      return ok(set.stop ? { ...opened, stop: set.stop } : opened);
    },
    keepConversation: async (conversation) => void set.kept?.push(conversation),
    tellOfKey: async ({ route }, error) =>
      void staged.told.push(`${route.connection.slug}: ${error?.reason ?? "works"}`),
    defer: (work) => void staged.deferred.push(work),
    now: () => staged.clock.now,
  });
  const play = async () => {
    const events: RunEvent[] = [];
    for (let step = await run.next(); step; step = await run.next()) events.push(...step.events);
    await Promise.all(staged.deferred);
    return events;
  };
  return { ...staged, run, play };
}

function walletOf(calls: Call[]): RunParts["wallet"] {
  const settled = {
    ok: true,
    chargedMicro: 0,
    uncollectedMicro: 0,
    availableMicro: 0,
    repeated: false,
  } as const;
  return {
    settle: async (request) => {
      calls.push({ what: "settle", request });
      return settled;
    },
    release: async (_, record) => {
      calls.push({ what: "release", record });
      return settled;
    },
    progress: async (_, costMicro) => void calls.push({ what: "progress", costMicro }),
  };
}

function upstream(
  pieces: Piece[],
  slug: string,
  disconnect: AnyConnector["disconnect"],
  seen: Pick<Staged, "cancelled" | "released" | "clock">,
): OpenedUpstream {
  const left = [...pieces];
  let leave: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const frames: FrameReader = {
    next: async () => {
      seen.clock.now += 10;
      const piece = left.shift();
      if (piece === undefined) return ok(null);
      if (piece === "silence") {
        await gone;
        return fail(failure("truncated"));
      }
      if ("broken" in piece) return fail(piece.broken);
      return ok(piece.map((event): Frame => ({ data: JSON.stringify(event) })));
    },
    cancel: () => {
      seen.cancelled.push(slug);
      leave();
    },
    release: async () => void seen.released.push(slug),
  };
  return {
    connector: { disconnect, chat: { wire: "openai-chat" } } as unknown as AnyConnector,
    decoder: {
      push: (frame) => [JSON.parse(frame.data) as RunEvent],
      end: () => [{ type: "run-error", error: failure("truncated") }],
    },
    frames,
    warnings: [],
  };
}
