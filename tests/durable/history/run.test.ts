/** One run and its readers. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import type { RunnerLine } from "../../../src/durable/history/protocol.ts";
import { newHistory, textOf } from "./support.ts";

describe("what a reader sees", () => {
  it("starts with the stored messages, streams, and ends with the finished message", async () => {
    const ann = await newHistory();
    const runId = await ann.send({ text: "What is an edge?" });
    await ann.answer((run) =>
      run
        .event({ type: "run-start" }, { type: "reasoning-delta", text: "Let me think." })
        .event({ type: "status", label: "Searching", state: "running" })
        .event({ type: "source-cite", index: 1, title: "Edges", url: null, snippet: "…" })
        .text("A border ")
        .text("of a graph.")
        .event({ type: "suggestion", text: "And a node?" }, { type: "run-end", finish: "stop" })
        .done({ chargedMicro: 2_500_000, outputTokens: 7 }),
    );
    const { events, sequences, text, end } = await ann.follow(runId);

    const [start] = events;
    if (start?.type !== "start") throw new Error("no start");
    expect(start.user).toMatchObject({ role: "user", text: "What is an edge?", parentId: null });
    expect(start.assistant).toMatchObject({ status: "running", text: "", suggestions: [] });
    expect(start.assistant.parentId).toBe(start.user?.id);
    expect(start.conversation).toMatchObject({ title: "What is an edge?", target: "agent/guide" });
    const types = ["start", "reasoning", "status", "citation", "text", "suggestion", "end"];
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(text).toBe("A border of a graph.");
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => Number(a) - Number(b)));
    expect(end.conversation.runningRunId).toBeNull();
    expect(end.message).toMatchObject({
      id: start.assistant.id,
      status: "done",
      text: "A border of a graph.",
      reasoning: "Let me think.",
      citations: [{ index: 1, title: "Edges", url: null, snippet: "…" }],
      suggestions: ["And a node?"],
      credits: "2.5",
      outputTokens: 7,
      error: null,
      runId,
      requestId: ann.runner.last.request.requestId,
    });
    expect(end.message.totalMs).toBeGreaterThanOrEqual(end.message.firstTokenMs ?? Infinity);
    expect(await ann.messages(end.conversation.id)).toEqual([start.user, end.message]);
  });

  it("is nothing twice and nothing missing when it left and comes back with its number", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    const first = await ann.reader(runId);
    await ann.answer((run) => run.text("one "));
    await first.untilText("one ");
    await ann.answer((run) => run.text("two "));
    await first.untilText("two ");
    await first.leave();

    await ann.answer((run) => run.text("three ").text("four").done());
    const rest = await ann.follow(runId, first.position);
    expect(rest.events.map(({ type }) => type)).toEqual(["text", "end"]);
    expect(textOf(rest.events, first.text)).toBe("one two three four");
  });

  it("is the same for two readers, whenever each of them came", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    const early = await ann.reader(runId);
    await ann.answer((run) => run.text("Nothing "));
    await early.untilText("Nothing ");
    const late = await ann.reader(runId);
    await ann.answer((run) => run.event({ type: "text-replace", text: "Well, " }).text("this."));
    await ann.answer((run) => run.done());
    const { text, end } = await ann.follow(runId);
    for (const reader of [early, late]) {
      expect(await reader.until(() => false)).toBe(false);
      expect(reader.text).toBe("Well, this.");
      expect(reader.read.at(-1)?.event).toEqual(end);
    }
    expect(text).toBe("Well, this.");
  });

  it("is `end` alone, with the stored message, when the run is no longer in memory", async () => {
    const ann = await newHistory();
    const { runId, message } = await ann.exchange();
    await evictDurableObject(ann.stub);
    const { events, sequences, end } = await ann.follow(runId, 7);
    expect(events).toHaveLength(1);
    expect(sequences).toEqual([8]);
    expect(end.message).toEqual(message);
  });

  it("is refused for a run that is not this user's", async () => {
    const [ann, bob] = [await newHistory(), await newHistory()];
    const { runId } = await ann.exchange();
    expect(await bob.history.events(runId, 0)).toEqual({ ok: false, reason: "run_not_found" });
    expect(await bob.history.stop(runId)).toEqual({ ok: false, reason: "run_not_found" });
  });
});

describe("a run without readers", () => {
  it("goes on to its end and keeps the answer", async () => {
    const ann = await newHistory();
    await ann.send();
    await ann.answer((run) => run.text("Read me ").text("tomorrow.").done());
    const [conversation] = (await ann.history.list({ limit: 1, after: null, search: null })).data;
    const [, answer] = await ann.messages(conversation?.id ?? "");
    expect(answer).toMatchObject({ status: "done", text: "Read me tomorrow." });
  });

  it("goes on when its only reader leaves in the middle", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    const reader = await ann.reader(runId);
    await ann.answer((run) => run.text("Half "));
    await reader.untilText("Half ");
    await reader.leave();
    expect(ann.runner.last.stops).toBe(0);
    await ann.answer((run) => run.text("and half.").done());
    expect((await ann.follow(runId)).end.message.text).toBe("Half and half.");
  });

  it("has what was written in storage within moments, while it still runs", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    await ann.answer((run) => run.text("So far"));
    await vi.waitFor(
      async () => {
        const stored = await runInDurableObject(ann.stub, (_, { storage }) =>
          storage.sql
            .exec<{ text: string }>("SELECT text FROM messages WHERE run_id = ?", runId)
            .one(),
        );
        expect(stored.text).toBe("So far");
      },
      { timeout: 3_000 },
    );
  });
});

describe("stop", () => {
  it("keeps what was written, lets the Runner go and ends every reader", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    const reader = await ann.reader(runId);
    await ann.answer((run) => run.text("Enough"));
    await reader.untilText("Enough");
    expect(await ann.history.stop(runId)).toEqual({ ok: true, value: null });
    await reader.until(() => false);
    const { end } = await ann.follow(runId, reader.position - 1);
    expect(reader.read.at(-1)?.event).toEqual(end);
    expect(end.message).toMatchObject({
      status: "stopped",
      text: "Enough",
      error: null,
      credits: "7",
    });
    expect(end.conversation.runningRunId).toBeNull();
    expect(ann.runner.last.stops).toBe(1);
  });

  it("changes nothing about a run that has ended, and nothing the second time", async () => {
    const ann = await newHistory();
    const { runId, message } = await ann.exchange();
    await ann.history.stop(runId);
    expect((await ann.follow(runId)).end.message).toEqual(message);

    const stopped = await ann.send();
    await ann.history.stop(stopped);
    const { end } = await ann.follow(stopped);
    expect(await ann.history.stop(stopped)).toEqual({ ok: true, value: null });
    expect((await ann.follow(stopped)).end).toEqual(end);
  });

  it("pressed twice asks the Runner once", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    await ann.answer((run) => run.text("Enough"));
    await Promise.all([ann.history.stop(runId), ann.history.stop(runId)]);
    expect((await ann.follow(runId)).end.message.status).toBe("stopped");
    expect(ann.runner.last.stops).toBe(1);
  });

  it("waits a few seconds for the Runner to settle, and not longer", async () => {
    const ann = await newHistory();
    const runId = await ann.send();
    const reader = await ann.reader(runId);
    await ann.answer((run) => {
      run.deaf = true;
      run.text("Enough");
    });
    await reader.untilText("Enough");
    expect(await ann.history.stop(runId)).toEqual({ ok: true, value: null });
    const { message } = (await ann.follow(runId)).end;
    expect(message).toMatchObject({ status: "stopped", text: "Enough", credits: null });
    expect(ann.runner.last.released).toBe(true);
    // The pump is gone too: nothing is left to watch over.
    await runDurableObjectAlarm(ann.stub);
    expect(await ann.alarmAt()).toBeNull();
  });

  it("holds also before the Runner has answered at all", async () => {
    const ann = await newHistory();
    const asked = Promise.withResolvers<void>();
    await ann.employ({
      run: async (request) => {
        await asked.promise;
        return await ann.runner.run(request);
      },
    });
    const runId = await ann.send();
    await ann.history.stop(runId);
    expect((await ann.follow(runId)).end.message.status).toBe("stopped");
    await runInDurableObject(ann.stub, () => asked.resolve());
    await vi.waitFor(() => expect(ann.runner.last.stops).toBe(1));
  });
});

describe("a run that fails", () => {
  it("keeps the Runner's reason with its link", async () => {
    const ann = await newHistory();
    const error = { code: "insufficient_credits", message: "Not enough credits.", link: "/wallet" };
    const { message } = await ann.exchange({}, (run) => run.done({ status: "failed", error }));
    expect(message).toMatchObject({ status: "failed", text: "", error });
  });

  it.each<[string, (line: { breakOff(cause?: Error): unknown }) => unknown]>([
    ["ends without a last word", (run) => run.breakOff()],
    ["breaks", (run) => run.breakOff(new Error("connection lost"))],
  ])("is interrupted and keeps its text when the Runner's stream %s", async (_, breakOff) => {
    const ann = await newHistory();
    const { message } = await ann.exchange({}, (run) => {
      run.text("Half of");
      breakOff(run);
    });
    expect(ann.runner.last.released).toBe(false);
    expect(message).toMatchObject({
      status: "failed",
      text: "Half of",
      error: { code: "interrupted" },
      credits: null,
    });
  });

  it("is interrupted when the Runner cannot be reached, and the sender still has his run", async () => {
    const ann = await newHistory();
    await ann.employ({ run: () => Promise.reject(new Error("no such entrypoint")) });
    const { end } = await ann.follow(await ann.send());
    expect(end.message).toMatchObject({ status: "failed", error: { code: "interrupted" } });
    await ann.employ();
    const again = await ann.answerAnew(end.message.parentId ?? "");
    expect(again.message.status).toBe("done");
  });

  it("ends and lets the Runner go when the answer is larger than a message can be", async () => {
    const ann = await newHistory();
    const { message } = await ann.exchange({}, (run) => {
      for (let part = 0; part < 6; part += 1) run.text("x".repeat(50_000));
    });
    expect(message).toMatchObject({ status: "failed", error: { code: "answer_too_large" } });
    expect(message.text).toHaveLength(250_000);
    expect(message.credits).toBe("7");
    expect(ann.runner.last.stops).toBe(1);
  });
});

it("lines are put together wherever the bytes were cut, inside a character too", async () => {
  const ann = await newHistory();
  const lines: RunnerLine[] = [
    { type: "event", event: { type: "text-delta", text: "积分 🎈" } },
    { type: "event", event: { type: "text-delta", text: "足够" } },
    { type: "done", status: "done", error: null, chargedMicro: 1, outputTokens: 2 },
  ];
  const bytes = new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join("\n"));
  const { message } = await ann.exchange({}, (run) => {
    for (const byte of bytes) run.bytes(Uint8Array.of(byte));
    run.breakOff();
  });
  expect(message).toMatchObject({ status: "done", text: "积分 🎈足够", credits: "0.000001" });
});

it("runs of two conversations do not mix", async () => {
  const ann = await newHistory();
  const [first, second] = [await ann.send({ text: "1" }), await ann.send({ text: "2" })];
  const [one, two] = ann.runner.runs;
  await ann.answer((run) => run.text("to two").done(), two);
  await ann.answer((run) => run.text("to one").done(), one);
  expect((await ann.follow(first)).end.message.text).toBe("to one");
  expect((await ann.follow(second)).end.message.text).toBe("to two");
});
