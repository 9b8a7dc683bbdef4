/** What people do in the portal meanwhile: they send twice, stop, and are cut off by the kills. */
import type { Conversation, Message } from "../../src/contract/portal.ts";
import { eventually } from "../server/support.ts";
import { type Visitor, visitor } from "../server/visitor.ts";
import { AGENTS, agentSlug, type Lots, type Participant, SITE_HOST } from "./plan.ts";
import { isUnreached, markerIn, type Observations, pause, type Seen, textOf } from "./traffic.ts";

export class PortalUser {
  readonly #person: Participant;
  readonly #page: Visitor;
  readonly #sent = new Map<number, Seen>();

  constructor(port: number, person: Participant) {
    this.#person = person;
    this.#page = visitor(`http://127.0.0.1:${port}`, `${SITE_HOST}:${port}`);
  }

  async logIn(): Promise<void> {
    await this.#page.logIn(this.#person.email, this.#person.password ?? "");
  }

  async work(lots: Lots, into: Observations, ended: () => boolean): Promise<void> {
    while (!ended()) {
      const stops = lots.chance(0.15) ? pause(lots.between(50, 400)) : null;
      const sending = this.#send(lots, into.nextMarker());
      if (stops) await stops.then(() => this.#stop());
      await sending;
      await pause(lots.between(100, 500));
    }
  }

  async #send(lots: Lots, marker: number): Promise<void> {
    const order = {
      target: `agent/${agentSlug(lots.pick(AGENTS))}`,
      text: textOf(marker),
      clientId: `client-of-${marker}`,
    };
    const send = () => this.#page.call("POST", "/api/portal/runs", order);
    const twice = lots.chance(0.3);
    const answers = await Promise.allSettled(twice ? [send(), send()] : [send()]);
    const nobodyThere = answers.every(
      (one) => one.status === "rejected" && isUnreached(one.reason),
    );
    this.#sent.set(marker, {
      marker,
      user: this.#person.email,
      surface: "portal",
      requestId: null,
      outcome: nobodyThere ? "unreached" : "broken",
      status: null,
      costMicro: null,
      endedAt: Date.now(),
    });
  }

  async #stop(): Promise<void> {
    try {
      const path = "/api/portal/conversations?limit=5";
      const { data } = await this.#page.json<{ data: Conversation[] }>("GET", path);
      const runId = data.find((one) => one.runningRunId !== null)?.runningRunId;
      if (runId) await this.#page.call("POST", `/api/portal/runs/${runId}/stop`);
    } catch {
      // The runtime is down: nobody stops anything.
    }
  }

  /** What the conversations say now became of everything that was sent. */
  async outcomes(into: Observations): Promise<Seen[]> {
    const found = new Set<number>();
    for (const { id } of await this.#conversations()) {
      const path = `/api/portal/conversations/${id}`;
      const { messages } = await this.#page.json<{ messages: Message[] }>("GET", path);
      const marker = markerIn(messages[0]?.text ?? "");
      const seen = marker === null ? undefined : this.#sent.get(marker);
      if (!seen) {
        into.impossible.push(`${this.#person.email}: nobody sent what conversation ${id} says`);
        continue;
      }
      if (found.has(seen.marker) || messages.length > 2) {
        into.impossible.push(`${this.#person.email}: chaos-${seen.marker} was taken twice`);
      }
      found.add(seen.marker);
      learn(seen, messages[1]);
    }
    return [...this.#sent.values()];
  }

  /** All of them, none with an answer still being written. */
  async #conversations(): Promise<Conversation[]> {
    return await eventually(async () => {
      const all: Conversation[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const query: string = after ? `&after=${encodeURIComponent(after)}` : "";
        const page: { data: Conversation[]; has_more: boolean; next: string | null } =
          await this.#page.json("GET", `/api/portal/conversations?limit=100${query}`);
        all.push(...page.data);
        after = page.has_more ? page.next : null;
      }
      const running = all.find((one) => one.runningRunId !== null);
      if (running) throw new Error(`conversation ${running.id} is still being answered`);
      return all;
    }, 60_000);
  }
}

/** Into `seen`, from the answer as it is kept. */
function learn(seen: Seen, answer: Message | undefined): void {
  if (!answer) return;
  seen.requestId = answer.requestId;
  if (answer.status === "done") seen.outcome = "answered";
  if (answer.status === "stopped") seen.outcome = "left";
  if (answer.status === "failed") {
    seen.outcome = answer.error?.code === "insufficient_credits" ? "refused" : "failed";
  }
  if (answer.credits !== null) seen.costMicro = Math.round(Number(answer.credits) * 1_000_000);
}
