/** How much a Meter grows. The records are like those of a busy site, see `traffic`. */
import { expect, it } from "vitest";
import type { UsageRecord } from "../../../src/contract/usage.ts";
import { makeId } from "../../../src/core/ids.ts";
import { HOUR, inStorage, isolate, meter, NOON, record } from "./support.ts";

isolate();

const REQUESTS = 10_000;
const BYTES_MAX = 220;
const MODELS = [
  "openai/gpt-4o-mini",
  "openai/gpt-4.1",
  "anthropic/claude-sonnet-4",
  "agent/support",
];

/** Seeded, and the same on each run: an id of a noun from a number. */
function idOf(kind: "request" | "user" | "key", number: number): string {
  const bytes = new Uint8Array(10);
  for (let at = 0, state = number + 1; at < 10; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  bytes[9] = number & 255;
  bytes[8] = (number >> 8) & 255;
  return makeId(kind, bytes);
}

/**
 * 10 000 requests within `hours`, of `users` users with a key each who use one or two models; one in
 * thirty fails on one connection and is answered by the next, one in fifty fails for good.
 */
function traffic({ users, hours }: { users: number; hours: number }): UsageRecord[] {
  return Array.from({ length: REQUESTS }, (_, number) => {
    const user = (number * 7919) % users;
    const model = MODELS[(user + (number % 5 === 0 ? 1 : 0)) % MODELS.length] ?? "";
    const upstream = model.replace(/^\w+\//, "");
    const failed = number % 50 === 0;
    const outcome = failed ? "timeout" : "ok";
    const attempt = { connection: "primary", model: upstream, status: 200, ms: 900, detail: null };
    const rescued = {
      ...attempt,
      connection: "backup",
      outcome: "unavailable",
      status: 503,
      detail: "The server is overloaded, please try again later.",
    };
    return record(idOf("request", number), NOON + Math.floor((number * hours * HOUR) / REQUESTS), {
      user_id: idOf("user", user),
      user_email: `user-${user}@acme.example`,
      key_id: idOf("key", user),
      model,
      connection: "primary",
      upstream_model: upstream,
      status: failed ? "error" : "ok",
      error: failed ? "upstream_timeout" : null,
      tokens: {
        input: 300 + ((number * 37) % 3000),
        output: 100 + ((number * 53) % 900),
        cachedInput: number % 3 === 0 ? 256 : 0,
        cacheWrite: 0,
        reasoning: number % 7 === 0 ? 120 : 0,
      },
      held_micro: 4000 + (number % 9000),
      charged_micro: 300 + ((number * 13) % 3000),
      cost_micro: 200 + ((number * 11) % 2500),
      price_version: 3,
      attempts: [
        ...(number % 30 === 0 ? [rescued] : []),
        { ...attempt, outcome, status: failed ? 504 : 200 },
      ],
      timings: {
        gateway: 1 + (number % 4),
        admit: 1 + (number % 3),
        first_byte: 180 + ((number * 17) % 700),
        total: 900 + ((number * 29) % 9000),
      },
    });
  });
}

async function bytesPerRequest(records: UsageRecord[]): Promise<number> {
  const own = meter();
  const size = () => inStorage(own, ({ sql }) => sql.databaseSize);
  const before = await size();
  // A wallet sends a few at a time.
  for (let at = 0; at < records.length; at += 20) await own.record(records.slice(at, at + 20));
  return ((await size()) - before) / records.length;
}

it.each([
  { users: 500, hours: 6, name: "of a busy day" },
  { users: 1_000, hours: 100, name: "of users of whom hardly one comes twice in an hour" },
])("a request $name costs at most 220 bytes, indexes, sums and words included", async (shape) => {
  const bytes = await bytesPerRequest(traffic(shape));
  console.info(`${shape.users} users: ${bytes.toFixed(0)} bytes per request`);
  expect(bytes).toBeLessThanOrEqual(BYTES_MAX);
});
