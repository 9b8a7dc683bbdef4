import { describe, expect, it } from "vitest";
import type { MediaEvent } from "../../src/core/media.ts";
import { NO_FRAMES } from "../../src/services/cache/response-cache.ts";
import { recordedTask, replayedTask } from "../../src/services/cache/task-cache.ts";
import { failure } from "./run-fixture.ts";

type Event = MediaEvent<number[]>;
const used: Event = { type: "usage", usage: { tokens: null, images: null, seconds: 3 } };
const done: Event = { type: "done", value: [1, 2, 3] };

function recording(pushed: Event[], atEnd: Event[]) {
  const stored: { warnings: readonly string[]; events: readonly Event[] }[] = [];
  const reader = { push: () => pushed, end: () => atEnd };
  const opened = { reader, frames: NO_FRAMES, headers: { a: "b" }, warnings: ["dimensions"] };
  const kept = recordedTask<number[]>(opened, (answer) => void stored.push(answer));
  const given = [...kept.reader.push({ data: "" }), ...kept.reader.end()];
  return { given, stored, kept };
}

describe("a task that is written down", () => {
  it("passes unchanged, and is given again as it was", async () => {
    const { given, stored, kept } = recording([used], [done]);
    expect(given).toEqual([used, done]);
    expect(kept.headers).toEqual({ a: "b" });
    const [answer] = JSON.parse(JSON.stringify(stored)) as typeof stored;
    if (!answer) throw new Error("nothing was stored");
    const again = replayedTask(answer);
    expect(again.warnings).toEqual(["dimensions"]);
    expect(await again.frames.next()).toEqual({ ok: true, value: null });
    expect(again.reader.push({ data: "anything" })).toEqual([]);
    expect(again.reader.end()).toEqual([used, done]);
  });

  it("is not stored where it failed or never ended", () => {
    const failed: Event = { type: "failed", error: failure("truncated") };
    expect(recording([used], [failed]).stored).toEqual([]);
    expect(recording([used], []).stored).toEqual([]);
  });
});
