/** A History whose Runner is led by the test, and a reader of its events. */

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createParser } from "eventsource-parser";
import type { Message, PortalRunEvent } from "../../../src/contract/portal.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { historyOf } from "../../../src/durable/history/client.ts";
import type {
  HistoryResult,
  HistoryRpc,
  RunCaller,
  RunnerLine,
  RunnerRpc,
  RunnerRun,
  RunRequest,
  SendRequest,
} from "../../../src/durable/history/protocol.ts";

type Done = Omit<Extract<RunnerLine, { type: "done" }>, "type">;

/**
 * One request to the Runner, answered line by line by the test. Its stream belongs to the object,
 * so it is written in `Person.answer`, which runs inside the object.
 */
export class ScriptedRun {
  readonly request: RunRequest;
  /** How often the History has told it to stop. */
  stops = 0;
  /** Whether the History has let go of its lines before their end. */
  released = false;
  /** Hears a stop and does nothing about it. */
  deaf = false;
  readonly lines: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #over = false;

  constructor(request: RunRequest) {
    this.request = request;
    this.lines = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.released = true;
      },
    });
  }

  /** As the Runner does it: settles, says so, and ends. */
  async stop(): Promise<void> {
    this.stops += 1;
    if (this.#over) return;
    if (this.deaf) return await new Promise(() => {});
    this.done({ status: "stopped", chargedMicro: 7_000_000, outputTokens: 3 });
  }

  event(...events: RunEvent[]): this {
    for (const event of events) this.#line({ type: "event", event });
    return this;
  }

  text(text: string): this {
    return this.event({ type: "text-delta", text });
  }

  done(done: Partial<Done> = {}): this {
    const usual: Done = { status: "done", error: null, chargedMicro: 0, outputTokens: 0 };
    this.#line({ type: "done", ...usual, ...done });
    this.#over = true;
    this.#controller?.close();
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#controller?.enqueue(bytes);
    return this;
  }

  /** The stream ends or breaks without a `done`. */
  breakOff(cause?: Error): this {
    this.#over = true;
    if (cause) this.#controller?.error(cause);
    else this.#controller?.close();
    return this;
  }

  #line(line: RunnerLine): void {
    this.bytes(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  }
}

/** Keeps what it was asked, in order; the test answers. */
export class ScriptedRunner implements RunnerRpc {
  readonly runs: ScriptedRun[] = [];

  async run(request: RunRequest): Promise<RunnerRun> {
    const run = new ScriptedRun(request);
    this.runs.push(run);
    return run;
  }

  /** The newest request. */
  get last(): ScriptedRun {
    const run = this.runs.at(-1);
    if (!run) throw new Error("the Runner was not asked");
    return run;
  }
}

let users = 0;

/** The History of a user nobody else has, in every test file. */
export async function newHistory(): Promise<Person> {
  users += 1;
  const person = new Person(`usr_${crypto.randomUUID().slice(0, 8)}_${users}`);
  await person.employ();
  return person;
}

export class Person {
  readonly userId: string;
  readonly runner = new ScriptedRunner();
  readonly caller: RunCaller;

  constructor(userId: string) {
    this.userId = userId;
    this.caller = { siteId: "site_test", userId, sessionId: "ses_test", epoch: 1 };
  }

  /** A new one each time: a stub breaks with its object. */
  get stub(): DurableObjectStub {
    return env.HISTORY.getByName(`site_test:${this.userId}`);
  }

  get history(): HistoryRpc {
    return historyOf(env, "site_test", this.userId);
  }

  /** Puts the scripted Runner in the object's hands; again after an eviction. */
  async employ(runner: RunnerRpc = this.runner): Promise<void> {
    await runInDurableObject(this.stub, (instance) => {
      Object.assign(instance, { runner });
    });
  }

  async send(request: Partial<SendRequest> = {}): Promise<string> {
    return value(await this.trySend(request)).runId;
  }

  trySend(request: Partial<SendRequest> = {}): Promise<HistoryResult<{ runId: string }>> {
    return this.history.send({
      target: "agent/guide",
      parentId: null,
      text: "Hello",
      images: [],
      clientId: crypto.randomUUID(),
      caller: this.caller,
      ...request,
    });
  }

  async regenerate(messageId: string, target = "agent/guide"): Promise<string> {
    const clientId = crypto.randomUUID();
    const { caller } = this;
    return value(await this.history.regenerate({ messageId, target, clientId, caller })).runId;
  }

  /** A whole exchange: the message, its answer, and the conversation both are in. */
  async exchange(
    request: Partial<SendRequest> = {},
    answer: Script = (run) => run.text("Hi!").done(),
  ): Promise<Exchange> {
    return await this.#finish(await this.send(request), answer);
  }

  async answerAnew(
    messageId: string,
    answer: Script = (run) => run.text("Hi again!").done(),
    target?: string,
  ): Promise<Exchange> {
    return await this.#finish(await this.regenerate(messageId, target), answer);
  }

  /** Writes to the newest request of the Runner, or to an earlier one. */
  async answer(script: Script, run: ScriptedRun = this.runner.last): Promise<void> {
    await runInDurableObject(this.stub, () => {
      script(run);
    });
  }

  async #finish(runId: string, answer: Script): Promise<Exchange> {
    await this.answer(answer);
    const end = (await this.follow(runId)).end;
    const { message, conversation } = end;
    if (message.parentId === null) throw new Error("an answer without a question");
    return { runId, conversationId: conversation.id, questionId: message.parentId, message };
  }

  async follow(runId: string, after = 0): Promise<Followed> {
    return followed(await readAll(value(await this.history.events(runId, after))));
  }

  async reader(runId: string, after = 0): Promise<EventReader> {
    return new EventReader(value(await this.history.events(runId, after)));
  }

  async alarmAt(): Promise<number | null> {
    return await runInDurableObject(this.stub, (_, { storage }) => storage.getAlarm());
  }

  async messages(conversationId: string): Promise<Message[]> {
    return value(await this.history.get(conversationId)).messages;
  }
}

export type Script = (run: ScriptedRun) => void;

export interface Exchange {
  runId: string;
  conversationId: string;
  questionId: string;
  message: Message;
}

export interface Numbered {
  sequence: number | null;
  event: PortalRunEvent;
}

export interface Followed {
  events: PortalRunEvent[];
  sequences: (number | null)[];
  /** The text a reader ends up with. */
  text: string;
  end: Extract<PortalRunEvent, { type: "end" }>;
}

/** What a client makes of the events, by the words of the contract. */
export function followed(read: Numbered[]): Followed {
  const events = read.map(({ event }) => event);
  const end = events.at(-1);
  if (end?.type !== "end") throw new Error(`no end, but ${end?.type}`);
  return { events, sequences: read.map(({ sequence }) => sequence), text: textOf(events), end };
}

export function textOf(events: PortalRunEvent[], before = ""): string {
  let text = before;
  for (const event of events) {
    if (event.type === "start") text = event.assistant.text;
    if (event.type === "text") text += event.text;
    if (event.type === "replace") text = event.text;
  }
  return text;
}

/** Reads as slowly as the test wants. */
export class EventReader {
  readonly read: Numbered[] = [];
  readonly comments: string[] = [];
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    onEvent: ({ id, data }) => {
      const sequence = id === undefined ? null : Number(id);
      this.read.push({ sequence, event: JSON.parse(data) as PortalRunEvent });
    },
    onComment: (comment) => this.comments.push(comment),
  });

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Reads until the condition holds; false when the stream ended first. */
  async until(holds: (reader: EventReader) => boolean): Promise<boolean> {
    while (!holds(this)) {
      const { done, value: bytes } = await this.#reader.read();
      if (done) return false;
      this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    }
    return true;
  }

  async untilText(text: string): Promise<void> {
    const met = await this.until((reader) => reader.text.includes(text));
    if (!met) throw new Error(`the stream ended before ${JSON.stringify(text)}`);
  }

  get text(): string {
    return textOf(this.read.map(({ event }) => event));
  }

  /** The number to resume from. */
  get position(): number {
    return this.read.reduce((last, { sequence }) => sequence ?? last, 0);
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Numbered[]> {
  const reader = new EventReader(stream);
  await reader.until(() => false);
  return reader.read;
}

export function value<Value>(result: HistoryResult<Value>): Value {
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.value;
}
