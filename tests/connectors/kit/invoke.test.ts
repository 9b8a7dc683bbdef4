/** The way out against a real server on loopback. */
import { describe, expect, inject, it } from "vitest";
import type { UpstreamRequest } from "../../../src/connectors/connector.ts";
import type { FrameReader } from "../../../src/connectors/kit/body-reader.ts";
import { type InvokeOptions, invoke, openStream } from "../../../src/connectors/kit/invoke.ts";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { LaneState } from "../../support/upstream-call.ts";

const KEY = "sk-upstream-secret-0123456789";
const OPTIONS: InvokeOptions = {
  limits: { timeoutMs: 5000, idleTimeoutMs: 5000, responseBytesMax: 10_000_000 },
  allowPrivate: true,
  secrets: [KEY],
};

/** A base URL that only this test uses, and what was seen there. */
function lane() {
  const base = `${inject("upstreamUrl")}/t/${crypto.randomUUID()}`;
  const state = async () => (await (await fetch(`${base}/__state`)).json()) as LaneState;
  return { base: `${base}/v1`, state };
}

function ask(base: string, model: string, stream = true): UpstreamRequest {
  return {
    method: "POST",
    url: `${base}/chat/completions`,
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model, stream, messages: [{ role: "user", content: "hi" }] }),
    framing: stream ? "sse" : "json",
  };
}

async function readAll(frames: FrameReader) {
  const data: string[] = [];
  for (;;) {
    const piece = await frames.next();
    if (!piece.ok) return { data, error: piece.error };
    if (piece.value === null) return { data, error: null };
    data.push(...piece.value.map((frame) => frame.data));
  }
}

async function opened(base: string, model: string, options: Partial<InvokeOptions> = {}) {
  const answer = await invoke(ask(base, model), { ...OPTIONS, ...options });
  if (!answer.ok) throw new Error(`${answer.error.reason}: ${answer.error.detail}`);
  return answer.value;
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 3000;
  while (!(await check())) {
    if (Date.now() > until) throw new Error("it never came true");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a stream", () => {
  it("gives every frame in order, then null for ever", async () => {
    const { frames, status } = await opened(lane().base, "chunks-50");
    const { data, error } = await readAll(frames);
    expect(status).toBe(200);
    expect(error).toBeNull();
    expect(data).toHaveLength(52);
    expect(data.at(-1)).toBe("[DONE]");
    expect(await frames.next()).toEqual({ ok: true, value: null });
  });

  it("may be read by several at once: each gets a piece of its own", async () => {
    const { frames } = await opened(lane().base, "chunks-6+pace-5ms");
    const pieces = await Promise.all(Array.from({ length: 12 }, () => frames.next()));
    const data = pieces.flatMap((piece) => (piece.ok ? (piece.value ?? []) : []));
    expect(pieces.every((piece) => piece.ok)).toBe(true);
    expect(data).toHaveLength(8);
  });

  it("whose answer is complete is released: what is left is read to its end", async () => {
    const { base, state } = lane();
    const { frames } = await opened(base, "chunks-20+pace-5ms");
    await frames.next();
    await frames.release();
    expect(await frames.next()).toEqual({ ok: true, value: null });
    expect(await state()).toMatchObject({ aborted: 0, billed: [{ output: 20, complete: true }] });
  });

  it("that goes on for long after its release is aborted", async () => {
    const { base, state } = lane();
    const { frames } = await opened(base, "stall");
    await frames.next();
    await frames.release();
    await eventually(async () => (await state()).aborted === 1);
  });

  it("an upstream that cannot stream answers one frame of JSON", async () => {
    const answer = await invoke({ ...ask(lane().base, "ok", false), framing: "sse" }, OPTIONS);
    if (!answer.ok) throw new Error(answer.error.detail);
    const { data } = await readAll(answer.value.frames);
    expect(data).toHaveLength(1);
    expect(JSON.parse(data[0] ?? "")).toMatchObject({ object: "chat.completion" });
  });

  it("that is reset in mid-body ends in a failure, after what had arrived", async () => {
    const { frames } = await opened(lane().base, "chunks-20+cut-mid");
    const { data, error } = await readAll(frames);
    expect(data.length).toBeGreaterThan(0);
    expect(data.length).toBeLessThanOrEqual(10);
    expect(error).toMatchObject({ reason: "truncated" });
  });

  it("larger than the cap is cut off", async () => {
    const limits = { ...OPTIONS.limits, responseBytesMax: 20_000 };
    const { frames } = await opened(lane().base, "chunks-500+bytes-1000+pace-1ms", { limits });
    const { data, error } = await readAll(frames);
    expect(error).toMatchObject({ reason: "answer_too_large" });
    expect(data.length).toBeLessThan(500);
  });
});

describe("time", () => {
  it("silence longer than the idle limit fails, what arrived before stays", async () => {
    const limits = { ...OPTIONS.limits, idleTimeoutMs: 100 };
    const { base, state } = lane();
    const { frames } = await opened(base, "stall", { limits });
    const { data, error } = await readAll(frames);
    expect(data).toHaveLength(1);
    expect(error).toMatchObject({ reason: "timeout" });
    await eventually(async () => (await state()).aborted === 1);
  });

  it("a reader that takes its time is not silence of the upstream", async () => {
    const limits = { ...OPTIONS.limits, idleTimeoutMs: 100 };
    const { frames } = await opened(lane().base, "chunks-6+pace-10ms", { limits });
    await frames.next();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await readAll(frames)).toMatchObject({ error: null });
  });

  it("a head that never comes is a timeout", async () => {
    const limits = { ...OPTIONS.limits, idleTimeoutMs: 100 };
    const answer = await invoke(ask(lane().base, "hang"), { ...OPTIONS, limits });
    expect(answer).toMatchObject({ ok: false, error: { reason: "timeout" } });
  });

  it("the deadline ends a stream that never stops talking", async () => {
    const { frames } = await opened(lane().base, "chunks-500+pace-10ms", { deadlineMs: 150 });
    const { data, error } = await readAll(frames);
    expect(data.length).toBeGreaterThan(0);
    expect(error).toMatchObject({ reason: "timeout" });
  });

  it("a whole answer may be silent for as long as the deadline allows", async () => {
    const limits = { ...OPTIONS.limits, idleTimeoutMs: 50 };
    const answer = await invoke(ask(lane().base, "slow-200ms", false), { ...OPTIONS, limits });
    expect(answer.ok).toBe(true);
  });

  it("a deadline that has passed sends nothing", async () => {
    const { base, state } = lane();
    const answer = await invoke(ask(base, "ok"), { ...OPTIONS, deadlineMs: 0 });
    expect(answer).toMatchObject({ ok: false, error: { reason: "timeout" } });
    expect((await state()).requests).toHaveLength(0);
  });
});

describe("leaving", () => {
  it("cancel reaches the server at once", async () => {
    const { base, state } = lane();
    const { frames } = await opened(base, "paced");
    await frames.next();
    frames.cancel();
    expect(await frames.next()).toEqual({ ok: true, value: null });
    await eventually(async () => (await state()).aborted === 1);
    expect((await state()).billed[0]?.output).toBeLessThan(100);
  });

  it("the caller's signal does the same while a read is waiting", async () => {
    const abort = new AbortController();
    const { base, state } = lane();
    const { frames } = await opened(base, "stall", { signal: abort.signal });
    await frames.next();
    const waiting = frames.next();
    abort.abort();
    expect(await waiting).toMatchObject({ ok: false, error: { detail: "cancelled" } });
    await eventually(async () => (await state()).aborted === 1);
  });

  it("a signal that has fired before sends nothing", async () => {
    const { base, state } = lane();
    const answer = await invoke(ask(base, "ok"), { ...OPTIONS, signal: AbortSignal.abort() });
    expect(answer.ok).toBe(false);
    expect((await state()).requests).toHaveLength(0);
  });
});

describe("addresses", () => {
  it("a server that is not there is unreachable", async () => {
    const answer = await invoke(ask("http://127.0.0.1:9/v1", "ok"), OPTIONS);
    expect(answer).toMatchObject({ ok: false, error: { reason: "unreachable", status: null } });
  });

  it("a private address is not called where the operator forbids it", async () => {
    const { base, state } = lane();
    const answer = await invoke(ask(base, "ok"), { ...OPTIONS, allowPrivate: false });
    expect(answer).toMatchObject({ ok: false, error: { reason: "address_not_allowed" } });
    expect((await state()).requests).toHaveLength(0);
  });

  it("a redirect to another origin is not followed, and the key stays here", async () => {
    const answer = await invoke(ask(lane().base, "redirect-away"), OPTIONS);
    expect(answer).toMatchObject({ ok: false, error: { reason: "address_not_allowed" } });
    if (!answer.ok) expect(answer.error.detail).toContain("http://elsewhere.example");
  });

  it("a redirect within the origin is followed with the request and the key", async () => {
    const { base, state } = lane();
    const { frames } = await opened(base, "redirect-self");
    expect((await readAll(frames)).data.at(-1)).toBe("[DONE]");
    const [first, second] = (await state()).requests;
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers.authorization).toBe(first?.headers.authorization);
  });

  it("redirects within the origin are not followed for ever", async () => {
    const { base, state } = lane();
    const answer = await invoke(ask(base, "redirect-forever"), OPTIONS);
    expect(answer).toMatchObject({ ok: false, error: { reason: "protocol_violation" } });
    expect((await state()).requests).toHaveLength(4);
  });

  it("a web page instead of an answer is named", async () => {
    const answer = await invoke(ask(lane().base, "page"), OPTIONS);
    expect(answer).toMatchObject({ ok: false, error: { reason: "protocol_violation" } });
    if (!answer.ok) expect(answer.error.detail).toContain("web page");
  });
});

describe("failed answers", () => {
  it("the connector explains them, with the time to wait from the headers", async () => {
    const openai = connectorById("openai");
    if (!openai) throw new Error("no such connector");
    const answer = await openStream(openai, ask(lane().base, "429"), OPTIONS);
    expect(answer).toEqual({
      ok: false,
      error: {
        reason: "rate_limited",
        status: 429,
        upstreamCode: "rate_limit_exceeded",
        retryAfterMs: 2000,
        detail: "Rate limit reached.",
      },
    });
  });

  it("no secret leaves, even when the upstream repeats it", async () => {
    const openai = connectorById("openai");
    if (!openai) throw new Error("no such connector");
    const answer = await openStream(openai, ask(lane().base, "tell-key"), OPTIONS);
    expect(JSON.stringify(answer)).not.toContain(KEY);
    const raw = await invoke(ask(lane().base, "tell-key"), OPTIONS);
    expect(JSON.stringify(raw)).not.toContain(KEY);
    expect(raw).toMatchObject({ ok: false, error: { reason: "unauthorized", status: 401 } });
  });

  it("no secret leaves in a frame either", async () => {
    const { frames } = await opened(lane().base, "ok", {
      secrets: ["word3"],
      limits: OPTIONS.limits,
    });
    const short = await readAll(frames);
    expect(short.data.join()).toContain("word3");
    const again = await opened(lane().base, "ok", { secrets: ["chatcmpl-test"] });
    expect((await readAll(again.frames)).data.join()).not.toContain("chatcmpl-test");
  });
});
