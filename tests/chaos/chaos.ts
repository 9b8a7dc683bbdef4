/**
 * A real Portico that is killed again and again in the middle of mixed traffic, with an upstream
 * that fails, stalls and cuts its streams; in the end every micro-credit must be explained.
 */
import { type Child, startChild, workplace } from "../server/child.ts";
import { clientOf, eventually } from "../server/support.ts";
import { startUpstream } from "../support/upstream.ts";
import type { SeenRequest } from "../support/upstream-call.ts";
import { Console, type Deed } from "./console.ts";
import {
  Lots,
  MODELS,
  type Participant,
  participants,
  REQUEST_TIMEOUT_MS,
  siteConfig,
} from "./plan.ts";
import { PortalUser } from "./portal.ts";
import { type Account, type Books, reconcile } from "./reconcile.ts";
import { Observations, pause, work } from "./traffic.ts";

export interface ChaosOptions {
  seconds: number;
  seed: number;
  users: number;
  /** Seconds between two kills, at least and at most. */
  apart: [from: number, to: number];
}

const WORKERS_PER_USER = 2;
/** Holds expire, outboxes drain and alarms ring within this. */
const QUIET_MS = 90_000;

export async function chaos(options: ChaosOptions): Promise<Account> {
  const lots = new Lots(options.seed);
  const people = participants(options.users);
  const upstream = await startUpstream();
  for (const model of MODELS) {
    if (model === "429" || model === "500") upstream.script(model, { delayMs: 5 });
  }
  const place = workplace();
  const env = {
    PORTICO_CONFIG: place.write("chaos.json", JSON.stringify(siteConfig(upstream.url, people))),
    PORTICO_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
  };
  const state = `${place.folder}/state`;
  let child = await startChild(state, env);
  try {
    await child.ready();
    const port = child.port;
    const again = async () => {
      const next = await startChild(state, { ...env, PORT: String(port) });
      await next.ready();
      return next;
    };
    const console = new Console(port);
    await console.logIn();
    const chatters = await logInAll(port, people);
    const into = new Observations();
    const until = Date.now() + options.seconds * 1_000;
    const ended = () => Date.now() >= until;
    const gateway = `http://127.0.0.1:${port}/v1`;
    const busy = [
      ...people.flatMap((person) =>
        Array.from({ length: WORKERS_PER_USER }, () =>
          work(gateway, person, lots.fork(), into, ended),
        ),
      ),
      ...chatters.map((chatter) => chatter.work(lots.fork(), into, ended)),
    ];
    const doing = console.work(people, lots.fork(), into, ended);
    const kills: number[] = [];
    const killing = lots.fork();
    while (!ended()) {
      await pause(Math.min(killing.between(...inMs(options.apart)), until - Date.now()));
      if (ended()) break;
      kills.push(Date.now());
      child.kill();
      await child.ended;
      child = await again();
    }
    await Promise.all(busy);
    const deeds = await doing;
    // One more, at the very end: what is in memory only must be found again from storage.
    await pause(50);
    kills.push(Date.now());
    child.kill();
    await child.ended;
    child = await again();
    for (const chatter of chatters) into.seen.push(...(await chatter.outcomes(into)));
    return await settleAccounts(console, gateway, people, {
      into,
      kills,
      deeds,
      upstream: upstream.requests.filter(({ path }) => path.endsWith("/chat/completions")),
    });
  } finally {
    await end(child);
    await upstream.close();
    place.remove();
  }
}

async function logInAll(port: number, people: readonly Participant[]): Promise<PortalUser[]> {
  const chatters = people
    .filter(({ password }) => password !== null)
    .map((person) => new PortalUser(port, person));
  for (const chatter of chatters) await chatter.logIn();
  return chatters;
}

function inMs([from, to]: [number, number]): [number, number] {
  return [from * 1_000, to * 1_000];
}

async function settleAccounts(
  console: Console,
  gateway: string,
  people: readonly Participant[],
  found: { into: Observations; kills: number[]; deeds: Deed[]; upstream: SeenRequest[] },
): Promise<Account> {
  const { into, ...evidence } = found;
  let last: Account | null = null;
  const account = async (): Promise<Account> => {
    const books = await Promise.all(people.map((person) => booksOf(gateway, person)));
    const records = await console.records();
    const rolledUp = await console.rolledUp();
    const story = reconcile({ ...evidence, books, records, rolledUp, seen: into.seen });
    last = { ...story, unexplained: [...into.impossible, ...story.unexplained] };
    if (last.unexplained.length > 0) throw new Error(last.unexplained[0]);
    return last;
  };
  try {
    return await eventually(account, QUIET_MS);
  } catch (error) {
    if (last) return last;
    throw error;
  }
}

async function booksOf(gateway: string, person: Participant): Promise<Books> {
  const client = clientOf({ gateway }, person.key);
  const [wallet, entries] = [await client.wallet(), await client.entries()];
  return { person, wallet, entries: entries.reverse() };
}

async function end(child: Child): Promise<void> {
  child.kill();
  await child.ended;
}
