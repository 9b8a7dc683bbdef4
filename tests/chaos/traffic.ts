/** What apps do while the runtime is being killed, and what they have seen of it. */
import { clientOf, type GatewayClient } from "../server/support.ts";
import { type Lots, MODELS, type Participant, publicName, TOKEN_MICRO } from "./plan.ts";

/** One request as its client saw it. */
export interface Seen {
  /** In its text: the upstream has seen it too. */
  marker: number;
  user: string;
  surface: "gateway" | "portal";
  /** Null: the answer never began. */
  requestId: string | null;
  /**
   * `answered`: to its very end; `refused`: 4xx; `failed`: with an error; `broken`: in the middle;
   * `left`: by the client itself; `unreached`: nobody was there.
   */
  outcome: "answered" | "refused" | "failed" | "broken" | "left" | "unreached";
  status: number | null;
  /** What the answer itself says it used, in micro-credits; null where it says nothing. */
  costMicro: number | null;
  endedAt: number;
}

export class Observations {
  readonly seen: Seen[] = [];
  /** Readings that must never be. */
  readonly impossible: string[] = [];
  walletReads = 0;
  #markers = 0;

  nextMarker(): number {
    return ++this.#markers;
  }
}

/** The text of a request; `markerIn` finds it again. */
export const textOf = (marker: number): string => `hello, this is chaos-${marker}.`;

/** Of the last text that bears one. */
export function markerIn(text: string): number | null {
  const last = [...text.matchAll(/chaos-(\d+)\./g)].at(-1);
  return last ? Number(last[1]) : null;
}

/** One app at work until the end; while the runtime is down it asks again soon. */
export async function work(
  gateway: string,
  person: Participant,
  lots: Lots,
  into: Observations,
  ended: () => boolean,
): Promise<void> {
  const client = clientOf({ gateway }, person.key);
  while (!ended()) {
    if (lots.chance(0.1)) await readWallet(client, into, person);
    const seen = await chat(client, person, lots, into.nextMarker());
    into.seen.push(seen);
    if (seen.status === null || seen.status === 402) await pause(lots.between(20, 120));
  }
}

async function chat(
  client: GatewayClient,
  person: Participant,
  lots: Lots,
  marker: number,
): Promise<Seen> {
  const model = publicName(lots.pick(MODELS));
  const stream = lots.chance(0.6);
  const leaves = lots.chance(0.12) ? lots.between(5, 250) : null;
  const abort = new AbortController();
  const timer = leaves === null ? null : setTimeout(() => abort.abort(), leaves);
  const seen: Seen = {
    marker,
    user: person.email,
    surface: "gateway",
    requestId: null,
    outcome: "broken",
    status: null,
    costMicro: null,
    endedAt: 0,
  };
  try {
    const messages = [{ role: "user", content: textOf(marker) }];
    const usage = stream ? { stream, stream_options: { include_usage: true } } : {};
    const response = await client.chat(
      { model, messages, max_tokens: 400, ...usage },
      { signal: abort.signal },
    );
    seen.status = response.status;
    seen.requestId = response.headers.get("x-request-id");
    const text = await response.text();
    seen.outcome = outcomeOf(response, text, stream);
    if (seen.outcome === "answered") seen.costMicro = costIn(text);
  } catch (error) {
    // Killed, or left by ourselves: what became of it is what the reconciliation asks.
    seen.outcome = abort.signal.aborted ? "left" : isUnreached(error) ? "unreached" : "broken";
  } finally {
    if (timer) clearTimeout(timer);
    seen.endedAt = Date.now();
  }
  return seen;
}

function outcomeOf(response: Response, text: string, stream: boolean): Seen["outcome"] {
  if (response.ok && (!stream || text.includes("data: [DONE]"))) {
    return text.includes('"error"') ? "failed" : "answered";
  }
  if (response.ok) return "broken";
  return response.status < 500 ? "refused" : "failed";
}

export function isUnreached(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return (code ?? cause?.code) === "ECONNREFUSED";
}

/** By the last usage in the answer. */
function costIn(text: string): number | null {
  const last = [...text.matchAll(/"prompt_tokens":(\d+),"completion_tokens":(\d+)/g)].at(-1);
  return last ? (Number(last[1]) + Number(last[2])) * TOKEN_MICRO : null;
}

async function readWallet(client: GatewayClient, into: Observations, person: Participant) {
  try {
    const wallet = await client.wallet();
    into.walletReads++;
    for (const figure of ["available_micro", "held_micro", "balance_micro"] as const) {
      if (!(wallet[figure] >= 0)) {
        into.impossible.push(`${person.email}: ${figure} is ${wallet[figure]}`);
      }
    }
  } catch {
    // The runtime is down: nothing was read.
    await pause(50);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
