import { ApiError } from "@contract/call.ts";
import type { PortalRunEvent } from "@contract/portal.ts";
import { followRun } from "@portal/features/chat/follow-run.ts";
import { describe, expect, test } from "vitest";
import { endEvent, frame, startEvent } from "./support.ts";

const text = (part: string): PortalRunEvent => ({ type: "text", text: part });

/** A response whose body sends these frames and then ends, or breaks as a lost connection does. */
function response(frames: string[], breaks = false): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of frames) controller.enqueue(new TextEncoder().encode(part));
      if (!breaks) controller.close();
    },
    pull(controller) {
      if (breaks) controller.error(new TypeError("network error"));
    },
  });
  return new Response(body);
}

const refusal = (status: number, code: "insufficient_credits" | "unavailable" | "run_not_found") =>
  new ApiError(status, { message: code, type: "server_error", code, param: null, request_id: "" });

interface Script {
  open: (() => Response)[];
  resume?: (() => Response)[];
  delays?: number[];
  signal?: AbortSignal;
}

/** Follows a run whose connections answer one after the other, and tells what happened. */
async function follow(script: Script) {
  const events: PortalRunEvent[] = [];
  const resumed: [string, number][] = [];
  const states: boolean[] = [];
  let opened = 0;
  const next = (list: (() => Response)[] | undefined, index: number) => {
    const step = list?.[index];
    if (!step) throw new Error("more connections than the script has");
    return step();
  };
  const done = followRun({
    open: async () => next(script.open, opened++),
    resume: async (runId, after) => {
      resumed.push([runId, after]);
      return next(script.resume, resumed.length - 1);
    },
    onEvent: (event) => events.push(event),
    onReconnecting: (state) => states.push(state),
    signal: script.signal ?? new AbortController().signal,
    delays: script.delays ?? [1, 1],
  });
  const error = await done.then(
    () => null,
    (reason: unknown) => reason,
  );
  return { events: events.map((event) => event.type), resumed, states, opened, error };
}

describe("following a run", () => {
  test("ends with the end event", async () => {
    const run = await follow({
      open: [
        () => response([frame(1, startEvent()), frame(2, text("a")), frame(3, endEvent("a"))]),
      ],
    });
    expect(run).toMatchObject({ events: ["start", "text", "end"], resumed: [], error: null });
  });

  test("resumes after the last event when the connection breaks", async () => {
    const run = await follow({
      open: [() => response([frame(1, startEvent("run7")), frame(2, text("a"))], true)],
      resume: [() => response([frame(3, text("b"))]), () => response([frame(4, endEvent("ab"))])],
    });
    expect(run.resumed).toEqual([
      ["run7", 2],
      ["run7", 3],
    ]);
    expect(run.events).toEqual(["start", "text", "text", "end"]);
    expect(run.states).toEqual([true, false, true, false]);
    expect(run.error).toBeNull();
  });

  test("repeats the request while nothing has come yet", async () => {
    const run = await follow({
      open: [
        () => {
          throw refusal(0, "unavailable");
        },
        () => response([frame(1, startEvent()), frame(2, endEvent(""))]),
      ],
    });
    expect(run).toMatchObject({ opened: 2, resumed: [], error: null });
  });

  test("does not repeat what was refused", async () => {
    const run = await follow({
      open: [
        () => {
          throw refusal(402, "insufficient_credits");
        },
      ],
    });
    expect(run.opened).toBe(1);
    expect(run.error).toMatchObject({ code: "insufficient_credits" });
  });

  test("does not go on with a run that is gone", async () => {
    const run = await follow({
      open: [() => response([frame(1, startEvent())], true)],
      resume: [
        () => {
          throw refusal(404, "run_not_found");
        },
      ],
    });
    expect(run.error).toMatchObject({ status: 404 });
  });

  test("gives up when no attempt is left, and an event in between gives new ones", async () => {
    const broken = () => {
      throw refusal(0, "unavailable");
    };
    const run = await follow({
      open: [() => response([frame(1, startEvent())], true)],
      resume: [broken, () => response([frame(2, text("a"))], true), broken, broken, broken],
      delays: [1, 1],
    });
    expect(run.resumed.map(([, after]) => after)).toEqual([1, 1, 2, 2]);
    expect(run.error).toMatchObject({ code: "unavailable" });
  });

  test("stops at once when the page lets go", async () => {
    const abort = new AbortController();
    const run = follow({
      open: [() => response([frame(1, startEvent())], true)],
      resume: [() => response([frame(2, endEvent(""))])],
      delays: [60_000],
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 20);
    expect((await run).resumed).toEqual([]);
  });
});
