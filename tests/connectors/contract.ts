/**
 * What every connector promises, whatever its platform. One suite, run for each registered
 * connector with the fixture of its platform.
 */
import { describe, expect, it } from "vitest";
import type {
  AnyConnector,
  Frame,
  UpstreamAnswer,
  UpstreamRequest,
  UpstreamTarget,
} from "../../src/connectors/connector.ts";
import type { Framing } from "../../src/connectors/kit/frames.ts";
import { openAccount } from "../../src/connectors/registry.ts";
import type { Settings } from "../../src/contract/config.ts";
import {
  type ChatInput,
  isTerminal,
  type RunEvent,
  UPSTREAM_REASONS,
  type UpstreamReason,
  type Usage,
} from "../../src/core/run.ts";
import { type Body, cutEverywhere, framesOf } from "./cutting.ts";

/** An answer as the platform documents it. */
export interface Transcript {
  name: string;
  framing?: Framing;
  body: Body;
  text: string;
  /** The last of it; null where the answer reports none. */
  usage: Usage | null;
  /** `run-end` with this finish, or `run-error` with this reason. */
  ends: string;
  /** How many frames must have arrived before an end of the connection counts as the answer's end. */
  completeFrom?: number;
}

export interface ConnectorFixture {
  settings: Settings;
  secret: Record<string, string>;
  /** Keys that are refused before any call, with a sentence. */
  wrongKeys: string[];
  target: UpstreamTarget;
  /** Where the platform wants the secret in the body, in place of a header. */
  secretInBody?: boolean;
  transcripts: Transcript[];
  /** Bodies of the right framing that are not this platform's. */
  foreign: string[];
  failures: {
    name: string;
    answer: UpstreamAnswer;
    reason: UpstreamReason;
    code?: string | null;
  }[];
}

export const json = (status: number, body: unknown): UpstreamAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

export const question = (stream: boolean): ChatInput => ({
  messages: [
    { role: "system", content: [{ type: "text", text: "Be brief." }] },
    { role: "user", content: [{ type: "text", text: "Hello" }] },
  ],
  stream,
  endUser: "usr_1",
  newConversation: "req_0123456789abcdef",
});

export function connectorContract(connector: AnyConnector, fixture: ConnectorFixture): void {
  const opened = openAccount(connector, fixture.settings, fixture.secret);
  if (!opened.ok) throw new Error(`fixture of ${connector.id}: ${opened.error.message}`);
  const account = opened.value;
  describeForm(connector, fixture);
  describe("requests", () => {
    const requests: [string, UpstreamRequest][] = [];
    for (const stream of [true, false]) {
      const prepared = connector.chat?.prepare(account, fixture.target, question(stream));
      if (prepared?.ok) requests.push([stream ? "stream" : "whole", prepared.value.request]);
    }
    const { probe, offers } = connector;
    const begun = { target: fixture.target, input: question(true) };
    const begin = connector.chat?.begin?.prepare(account, begun);
    if (begin) requests.push(["begin", begin]);
    if (probe) requests.push(["probe", probe.prepare(account, undefined)]);
    if (offers) requests.push(["offers", offers.prepare(account, undefined)]);
    if (offers?.refine) requests.push(["offers, completed", offers.refine.prepare(account, [])]);

    it("stay what they are", async () => {
      const shown = requests.map(([name, { body, ...request }]) => ({
        name,
        ...request,
        ...(body === undefined ? {} : { body: JSON.parse(body) }),
      }));
      const text = `${JSON.stringify(shown, null, 2)}\n`;
      await expect(text).toMatchFileSnapshot(`./fixtures/requests/${connector.id}.json`);
    });

    it.each(requests)("%s: the secret stands in one place and nowhere else", (_name, request) => {
      const { headers, body = "", ...rest } = request;
      const places = fixture.secretInBody ? [body] : Object.values(headers);
      const others = fixture.secretInBody ? { headers, rest } : { body, rest };
      for (const value of Object.values(fixture.secret)) {
        expect(JSON.stringify(others)).not.toContain(value);
        expect(places.filter((text) => text.includes(value))).toHaveLength(1);
      }
    });
  });
  describe.each(fixture.transcripts)("the answer $name", (transcript) => {
    describeTranscript(connector, transcript);
  });
  describeForeign(connector, fixture);
  describe("failed answers", () => {
    it.each(fixture.failures)("$name is $reason", ({ answer, reason, code }) => {
      const error = connector.explain(answer);
      expect(error).toMatchObject({ reason, status: answer.status });
      if (code !== undefined) expect(error.upstreamCode).toBe(code);
      expect(error.detail).not.toBe("");
    });

    it.each(["", "null", "[]", '"x"', "{}", "<p>oops</p>", "{", "7"])(
      "a body of %j is explained by its status",
      (body) => {
        expect(connector.explain(json(418, body))).toMatchObject({
          reason: "rejected",
          status: 418,
        });
      },
    );
  });
}

function describeForm(connector: AnyConnector, fixture: ConnectorFixture): void {
  describe("the form", () => {
    it("says every text in both languages and links only to https", () => {
      const { guide, label } = connector;
      const texts = [label, ...guide.steps.map((step) => step.text)];
      for (const field of guide.fields) {
        texts.push(field.label);
        if (field.help) texts.push(field.help);
        if (field.pattern) texts.push(field.pattern.message);
      }
      for (const text of texts) {
        expect(text.en).not.toBe("");
        expect(text["zh-CN"]).not.toBe("");
      }
      for (const step of guide.steps) if (step.link) expect(step.link).toMatch(/^https:\/\//);
      expect(guide.steps.length).toBeGreaterThan(0);
    });

    it("asks for what the schemas need, and for nothing else", () => {
      const named = connector.guide.fields.map((field) => `${field.in}.${field.name}`);
      for (const name of Object.keys(fixture.settings)) expect(named).toContain(`settings.${name}`);
      for (const name of Object.keys(fixture.secret)) expect(named).toContain(`secret.${name}`);
      const unknown = openAccount(
        connector,
        { ...fixture.settings, unheardOf: "x" },
        fixture.secret,
      );
      expect(unknown.ok).toBe(false);
    });

    it("a required field that is missing is refused with its path", () => {
      for (const field of connector.guide.fields.filter((one) => one.required)) {
        const { [field.name]: _left, ...rest } =
          field.in === "secret" ? fixture.secret : fixture.settings;
        const opened =
          field.in === "secret"
            ? openAccount(connector, fixture.settings, rest as Record<string, string>)
            : openAccount(connector, rest as Settings, fixture.secret);
        expect(opened).toMatchObject({ ok: false, error: { path: `${field.in}.${field.name}` } });
      }
    });

    it.each(fixture.wrongKeys)("%s is refused before any call", (apiKey) => {
      const opened = openAccount(connector, fixture.settings, { apiKey });
      expect(opened).toMatchObject({ ok: false, error: { path: "secret.apiKey" } });
    });
  });

  it("every advice is told in both languages", () => {
    for (const reason of UPSTREAM_REASONS) {
      const error = { reason, status: 400, upstreamCode: null, retryAfterMs: null, detail: "" };
      const advice = connector.advise?.(error) ?? null;
      if (advice) expect([advice.en, advice["zh-CN"]]).not.toContain("");
    }
  });
}

/** All events of an answer whose frames have arrived and whose connection then ended. */
export function eventsOf(connector: AnyConnector, frames: Frame[]): RunEvent[] {
  const decoder = connector.chat?.decoder(question(true));
  if (!decoder) throw new Error(`${connector.id} does not chat`);
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
}

const lastUsage = (events: RunEvent[]): Usage | null =>
  events.reduce<Usage | null>((last, event) => (event.type === "usage" ? event.usage : last), null);

function textOf(events: RunEvent[]): string {
  let text = "";
  for (const event of events) {
    if (event.type === "text-delta") text += event.text;
    else if (event.type === "text-replace") text = event.text;
  }
  return text;
}

function endOf(events: RunEvent[]): string {
  const terminals = events.filter(isTerminal);
  if (terminals.length !== 1) return `${terminals.length} terminal events`;
  const last = events.at(-1);
  if (last?.type === "run-end") return last.finish;
  return last?.type === "run-error" ? last.error.reason : "something after the terminal event";
}

function describeTranscript(connector: AnyConnector, transcript: Transcript): void {
  const framing = transcript.framing ?? "sse";
  const frames = framesOf(framing, transcript.body);
  const whole = eventsOf(connector, frames);

  it("has its text, its usage and exactly one end", () => {
    expect(textOf(whole)).toBe(transcript.text);
    expect(lastUsage(whole)).toEqual(transcript.usage);
    expect(endOf(whole)).toBe(transcript.ends);
  });

  it("decodes the same wherever the network cuts it", () => {
    cutEverywhere(framing, transcript.body, (pieces, at) => {
      expect(eventsOf(connector, pieces), `cut at byte ${at}`).toEqual(whole);
    });
  });

  it("broken off after any frame it ends once, truncated, with the usage so far", () => {
    const completeFrom = transcript.completeFrom ?? frames.length;
    for (let count = 0; count < completeFrom; count++) {
      const part = frames.slice(0, count);
      const events = eventsOf(connector, part);
      expect(endOf(events), `after ${count} frames`).toBe("truncated");
      const decoder = connector.chat?.decoder(question(true));
      const before = part.flatMap((frame) => decoder?.push(frame) ?? []);
      expect(lastUsage(events)).toEqual(lastUsage(before));
    }
  });

  it("fields that nobody knows change nothing", () => {
    const strange = frames.map((frame) => withUnknown(frame));
    expect(eventsOf(connector, strange)).toEqual(whole);
  });

  it("fields that are missing or of another type never throw, and it still ends once", () => {
    for (const [at, frame] of frames.entries()) {
      for (const damaged of damages(frame)) {
        const events = eventsOf(connector, frames.with(at, damaged));
        expect(events.filter(isTerminal), damaged.data).toHaveLength(1);
        expect(isTerminal(events.at(-1) as RunEvent)).toBe(true);
      }
    }
  });

  it("what comes after the end is ignored", () => {
    const decoder = connector.chat?.decoder(question(true));
    const events = [...frames, ...frames].flatMap((frame) => decoder?.push(frame) ?? []);
    events.push(...(decoder?.end() ?? []), ...(decoder?.end() ?? []));
    expect(events.filter(isTerminal)).toHaveLength(1);
  });
}

function describeForeign(connector: AnyConnector, fixture: ConnectorFixture): void {
  it.each(fixture.foreign)("an answer that is not the platform's is a violation: %s", (body) => {
    expect(endOf(eventsOf(connector, [{ data: body }]))).toBe("protocol_violation");
  });

  it("lists and probes that are not the platform's are violations, never exceptions", () => {
    for (const body of ["", "{}", "[1]", '{"data":7}', "null", "{", '"x"']) {
      for (const call of [connector.probe, connector.offers, connector.chat?.begin]) {
        const read = call?.read(json(200, body));
        if (read && !read.ok) expect(read.error.reason).toBe("protocol_violation");
      }
    }
    if (connector.offers) expect(connector.offers.read(json(200, "{}")).ok).toBe(false);
  });
}

export function withUnknown(frame: Frame): Frame {
  try {
    const payload = JSON.parse(frame.data) as object;
    const wider = (value: object) => ({ x_new: { deep: [1] }, ...value, z_new: null });
    const strange = Array.isArray(payload) ? payload.map(wider) : wider(payload);
    return { ...frame, data: JSON.stringify(strange) };
  } catch {
    return frame;
  }
}

/** The frame with each field (and each field of its first choice, or data) left out or replaced. */
export function damages(frame: Frame): Frame[] {
  let payload: unknown;
  try {
    payload = JSON.parse(frame.data);
  } catch {
    return [];
  }
  return damaged(payload, 3).map((value) => ({ ...frame, data: JSON.stringify(value) }));
}

function damaged(value: unknown, depth: number): unknown[] {
  if (typeof value !== "object" || value === null || depth === 0) return [];
  const found: unknown[] = [];
  for (const name of Object.keys(value)) {
    const { [name]: inner, ...rest } = value as Record<string, unknown>;
    found.push(rest);
    const others: unknown[] = [null, 7, -1, "text", [], {}, [null], true];
    others.push(...damaged(inner, depth - 1));
    for (const other of others) {
      found.push(Array.isArray(value) ? [other] : { ...rest, [name]: other });
    }
  }
  return found;
}
