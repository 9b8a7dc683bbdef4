/** What people do while the runtime is being killed, and what they have seen of it. */
import { clientOf, type GatewayClient } from "../server/support.ts";
import { type Lots, MODELS, type Participant, publicName } from "./plan.ts";

/** One request as its client saw it. */
export interface Seen {
  user: string;
  model: string;
  /** Null: the answer never began. */
  requestId: string | null;
  /** `answered`: to its very end, with usage; `refused`: 4xx; `left`: by the client itself. */
  outcome: "answered" | "refused" | "failed" | "broken" | "left";
  status: number | null;
  /** Tokens that the answer itself reported. */
  tokens: number | null;
  endedAt: number;
}

export interface Observations {
  seen: Seen[];
  walletReads: number;
  /** Readings that must never be: something below zero. */
  impossible: string[];
}

export function observations(): Observations {
  return { seen: [], walletReads: 0, impossible: [] };
}

/** One person at work until the end; while the runtime is down it is asked again soon. */
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
    else into.seen.push(await chat(client, person, lots));
    const last = into.seen.at(-1);
    if (last?.status === null || last?.status === 402) await pause(lots.between(20, 120));
  }
}

async function chat(client: GatewayClient, person: Participant, lots: Lots): Promise<Seen> {
  const model = publicName(lots.pick(MODELS));
  const stream = lots.chance(0.6);
  const leaves = lots.chance(0.12) ? lots.between(5, 250) : null;
  const abort = new AbortController();
  const timer = leaves === null ? null : setTimeout(() => abort.abort(), leaves);
  const seen: Seen = {
    user: person.name,
    model,
    requestId: null,
    outcome: "broken",
    status: null,
    tokens: null,
    endedAt: 0,
  };
  try {
    const body = { model, stream, stream_options: { include_usage: true }, max_tokens: 400 };
    const response = await client.chat(stream ? body : { model, max_tokens: 400 }, {
      signal: abort.signal,
    });
    seen.status = response.status;
    seen.requestId = response.headers.get("x-request-id");
    const text = await response.text();
    seen.outcome = outcomeOf(response, text, stream);
    if (seen.outcome === "answered") seen.tokens = tokensOf(text);
  } catch {
    // Killed, or left by ourselves: what became of it is what the reconciliation asks.
    seen.outcome = abort.signal.aborted ? "left" : "broken";
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

/** Of the last usage in the answer; null where it reports none. */
function tokensOf(text: string): number | null {
  const all = [...text.matchAll(/"prompt_tokens":(\d+),"completion_tokens":(\d+)/g)];
  const last = all.at(-1);
  return last ? Number(last[1]) + Number(last[2]) : null;
}

async function readWallet(client: GatewayClient, into: Observations, person: Participant) {
  try {
    const wallet = await client.wallet();
    into.walletReads++;
    for (const figure of ["available_micro", "held_micro", "balance_micro"] as const) {
      if (!(wallet[figure] >= 0)) {
        into.impossible.push(`${person.name}: ${figure} is ${wallet[figure]}`);
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
