/** How long proving who one is takes, and that the time tells nobody who has an account. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "./support.ts";
import { hostOf, type Visitor, visitor } from "./visitor.ts";

const PASSWORD = "correct horse battery";
const TIMES = 15;
const known = (at: number) => `person${at}@acme.example`;
const unknown = (at: number) => `nobody${at}@acme.example`;

let portico: TestPortico;
let nobody: Visitor;

beforeAll(async () => {
  const users = Array.from({ length: TIMES }, (_, at) => ({
    email: known(at),
    password: PASSWORD,
  }));
  portico = await startTestPortico({ sites: [{ slug: "acme", name: "Acme", users }] });
  nobody = visitor(portico.origin, hostOf(portico, "acme"));
});
afterAll(async () => {
  await portico?.stop();
});

async function took(path: string, body: object): Promise<number> {
  const begun = performance.now();
  await nobody.call("POST", path, body);
  return performance.now() - begun;
}
/** What it takes on a machine that others use too: the quickest quarter. */
const quartile = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 2] ?? 0;

/** In turns, so that what slows the machine slows both. */
async function timesOf(path: string, bodyFor: (email: string) => object) {
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let at = 0; at < TIMES; at++) {
    times.known.push(await took(path, bodyFor(known(at))));
    times.unknown.push(await took(path, bodyFor(unknown(at))));
  }
  return { known: quartile(times.known), unknown: quartile(times.unknown) };
}

it("a password takes at most 150 ms, and as long for an account that is not there", async () => {
  await took("/api/auth/login", { email: "first@acme.example", password: "x" });
  const body = (email: string) => ({ email, password: "a wrong password" });
  const times = await timesOf("/api/auth/login", body);
  console.log(`a wrong password: ${JSON.stringify(times)} ms`);
  expect(times.known).toBeLessThanOrEqual(150);
  expect(Math.abs(times.known - times.unknown)).toBeLessThan(times.known / 3);
});

it("a code is answered for before anybody looks whether there is an account", async () => {
  const body = (email: string) => ({ email, purpose: "login" });
  const times = await timesOf("/api/auth/codes", body);
  console.log(`asking for a code: ${JSON.stringify(times)} ms`);
  // A mail more or less must not show; some milliseconds are what one machine differs by itself.
  expect(Math.abs(times.known - times.unknown)).toBeLessThan(Math.max(5, times.known / 2));
});
