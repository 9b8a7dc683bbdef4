/**
 * What every task beside chat promises, whatever its platform: one suite, run for each capability
 * of each connector with answers that its platform documents.
 */
import { describe, expect, it } from "vitest";
import type {
  AnyConnector,
  Frame,
  Task,
  Tasks,
  UpstreamRequest,
} from "../../src/connectors/connector.ts";
import type { Framing } from "../../src/connectors/kit/frames.ts";
import { openAccount } from "../../src/connectors/registry.ts";
import type { MediaEvent, MediaUsage } from "../../src/core/media.ts";
import { type ConnectorFixture, damages, withUnknown } from "./contract.ts";
import { type Body, cutEverywhere, framesOf } from "./cutting.ts";

export type Capability = keyof Tasks<unknown, unknown>;
type AnyTask = Task<unknown, unknown, unknown, unknown>;

/** Of a video: the task that begins its job. */
export function taskOf(connector: AnyConnector, capability: Capability): AnyTask | undefined {
  const task = capability === "video" ? connector.video?.create : connector[capability];
  return task as AnyTask | undefined;
}

export interface TaskAnswer {
  name: string;
  framing: Framing;
  body: Body;
  /** `done`, or the reason of the failure. */
  ends: string;
  value?: unknown;
  /** The last of it; null where none is told. */
  usage: MediaUsage | null;
  /** How many frames must have come before an end of the connection is the answer's. */
  completeFrom?: number;
}

export interface TaskFixture {
  /** What is asked; each makes a request that stays what it is. */
  inputs: Record<string, unknown>;
  /** Which of them the answers are to; the first where nothing is said. */
  asked?: string;
  answers: TaskAnswer[];
}

export function taskContract(
  connector: AnyConnector,
  fixture: ConnectorFixture,
  tasks: Partial<Record<Capability, TaskFixture>>,
): void {
  const opened = openAccount(connector, fixture.settings, fixture.secret);
  if (!opened.ok) throw new Error(`fixture of ${connector.id}: ${opened.error.message}`);
  const target = { ...fixture.target, id: fixture.target.id ?? "model-a" };
  const requests: [string, UpstreamRequest | { refused: string }][] = [];
  for (const [capability, { inputs }] of Object.entries(tasks)) {
    for (const [name, input] of Object.entries(inputs)) {
      const made = taskOf(connector, capability as Capability)?.prepare(
        opened.value,
        target,
        input,
      );
      if (!made) throw new Error(`${connector.id} has nothing for ${capability}`);
      const shown = made.ok ? made.value.request : { refused: made.error.detail };
      requests.push([`${capability}: ${name}`, shown]);
    }
  }

  it("requests stay what they are", async () => {
    const text = `${JSON.stringify(requests.map(shownRequest), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`./fixtures/requests/tasks/${connector.id}.json`);
  });

  it.each(requests)("%s: the secret stands in one header and nowhere else", (_name, request) => {
    if ("refused" in request) return;
    for (const value of Object.values(fixture.secret)) {
      const { headers, ...rest } = request;
      expect(JSON.stringify(rest)).not.toContain(value);
      expect(Object.values(headers).filter((text) => text.includes(value))).toHaveLength(1);
    }
  });

  it("a route that names no model is refused before any call", () => {
    for (const [capability, { inputs }] of Object.entries(tasks)) {
      const made = taskOf(connector, capability as Capability)?.prepare(
        opened.value,
        { ...target, id: null },
        Object.values(inputs)[0],
      );
      expect(made).toMatchObject({ ok: false, error: { reason: "target_not_found" } });
    }
  });

  for (const [capability, task] of Object.entries(tasks)) {
    const read = readerOf(connector, capability as Capability, task);
    describe.each(task.answers)(`${capability}: $name`, (answer) => describeAnswer(read, answer));
    describeForeign(capability, read);
  }
}

/** Files by their size: their bytes are no reading matter. */
function shownRequest([name, request]: [string, UpstreamRequest | { refused: string }]): object {
  if ("refused" in request) return { name, ...request };
  const { body, form, ...rest } = request;
  return {
    name,
    ...rest,
    ...(body === undefined ? {} : { body: JSON.parse(body) }),
    ...(form === undefined
      ? {}
      : {
          form: form.map(({ name: field, value }) =>
            typeof value === "string"
              ? [field, value]
              : [field, `${value.name}, ${value.mime}, ${value.bytes.byteLength} bytes`],
          ),
        }),
  };
}

type Read = (frames: Frame[]) => MediaEvent<unknown>[];

function readerOf(connector: AnyConnector, capability: Capability, fixture: TaskFixture): Read {
  const { inputs, asked = Object.keys(inputs)[0] ?? "" } = fixture;
  return (frames) => {
    const reader = taskOf(connector, capability)?.reader(inputs[asked]);
    if (!reader) throw new Error(`${connector.id} has nothing for ${capability}`);
    return [...frames.flatMap((frame) => reader.push(frame)), ...reader.end()];
  };
}

const isTerminal = ({ type }: MediaEvent<unknown>): boolean => type === "done" || type === "failed";

function endOf(events: MediaEvent<unknown>[]): string {
  const terminals = events.filter(isTerminal);
  if (terminals.length !== 1) return `${terminals.length} terminal events`;
  const last = events.at(-1);
  if (last?.type === "failed") return last.error.reason;
  return last?.type === "done" ? "done" : "something after the terminal event";
}

function describeAnswer(read: Read, answer: TaskAnswer): void {
  const { framing, body, ends, usage } = answer;
  const frames = framesOf(framing, body);
  const whole = read(frames);

  it("has its value, its usage and exactly one end", () => {
    expect(endOf(whole)).toBe(ends);
    const done = whole.find((event) => event.type === "done");
    if (answer.value !== undefined) expect(done?.value).toEqual(answer.value);
    const told = whole.findLast((event) => event.type === "usage");
    expect(told?.usage ?? null).toEqual(usage);
  });

  it("reads the same wherever the network cuts it", () => {
    cutEverywhere(framing, body, (pieces, at) => {
      expect(joined(read(pieces)), `cut at byte ${at}`).toEqual(joined(whole));
    });
  });

  it("broken off after any frame it ends once, as truncated", () => {
    for (let count = 0; count < (answer.completeFrom ?? frames.length); count++) {
      expect(endOf(read(frames.slice(0, count))), `after ${count} frames`).toBe("truncated");
    }
  });

  it("fields that nobody knows change nothing but what is passed on", () => {
    const strange = read(frames.map(withUnknown));
    expect(strange.map(({ type }) => type)).toEqual(whole.map(({ type }) => type));
    expect(strange.filter(({ type }) => type === "usage")).toEqual(
      whole.filter(({ type }) => type === "usage"),
    );
  });

  it("fields that are missing or of another type never throw, and it still ends once", () => {
    for (const [at, frame] of frames.entries()) {
      for (const damaged of damages(frame)) {
        const events = read(frames.with(at, damaged));
        expect(events.filter(isTerminal), damaged.data).toHaveLength(1);
      }
    }
  });

  it("what comes after the end is ignored", () => {
    expect(endOf(read([...frames, ...frames]))).toBe(ends);
  });
}

/** Pieces of a file in one: where it is cut is the network's business. */
function joined(events: MediaEvent<unknown>[]): unknown[] {
  const bytes = events.flatMap((event) => (event.type === "bytes" ? [...event.bytes] : []));
  return [...events.filter(({ type }) => type !== "bytes"), bytes];
}

function describeForeign(capability: string, read: Read): void {
  it.each(["{}", "[]", "null", '"x"', "7", "{", '{"data":7}', '{"data":[]}', '{"data":[7]}'])(
    `${capability}: an answer of %s is a violation, never an exception`,
    (data) => {
      expect(endOf(read([{ data }]))).toBe("protocol_violation");
    },
  );
}
