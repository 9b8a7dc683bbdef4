/**
 * The load generator, a process of its own: takes one LoadJob at a time over IPC and answers with a
 * LoadResult. Every client is one connection that sends its next request when the last is whole.
 */
import { Connection } from "./wire.ts";
import type { LoadJob, LoadResult } from "./works.ts";

/** Enough to see what is wrong; a dead target must not fill the memory. */
const ERRORS_KEPT = 5;

function requestsOf(job: LoadJob): Buffer[] {
  const fixed = Object.entries({
    host: `127.0.0.1:${job.port}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(job.body)),
    ...job.headers,
  });
  return job.keys.map((key) => {
    const head = [...fixed, ["authorization", `Bearer ${key}`]]
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    return Buffer.from(`POST ${job.path} HTTP/1.1\r\n${head}\r\n${job.body}`);
  });
}

async function run(job: LoadJob): Promise<LoadResult> {
  const requests = requestsOf(job);
  const result: LoadResult = {
    firstByteMs: [],
    endMs: [],
    gatewayMs: [],
    admitMs: [],
    completed: 0,
    warmUps: 0,
    errors: [],
    elapsedMs: 0,
  };
  let sent = 0;
  const ask = async (connection: Connection, counted: boolean) => {
    const request = requests[sent % requests.length] ?? Buffer.alloc(0);
    sent += 1;
    const startedAt = performance.now();
    try {
      const answer = await connection.send(request);
      if (answer.status !== 200 || !answer.body.includes(job.expect)) {
        throw new Error(`${answer.status} ${answer.body.slice(-300)}`);
      }
      if (!counted) {
        result.warmUps += 1;
        return;
      }
      result.completed += 1;
      result.firstByteMs.push(answer.firstByteAt - startedAt);
      result.endMs.push(answer.endAt - startedAt);
      const timing = /\r\nserver-timing:([^\r]*)/i.exec(answer.head)?.[1] ?? "";
      for (const [, name, ms] of timing.matchAll(/(gateway|admit);dur=([\d.]+)/g)) {
        (name === "gateway" ? result.gatewayMs : result.admitMs).push(Number(ms));
      }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (result.errors.length < ERRORS_KEPT) result.errors.push(text);
      connection.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const connections = Array.from({ length: job.concurrency }, () => new Connection(job.port));
  if (job.isWarmed) await Promise.all(connections.map((connection) => ask(connection, false)));
  const startedAt = performance.now();
  const deadline = startedAt + job.durationMs;
  const end = sent + job.requests;
  await Promise.all(
    connections.map(async (connection) => {
      while (sent < end && performance.now() < deadline) await ask(connection, true);
    }),
  );
  result.elapsedMs = performance.now() - startedAt;
  for (const connection of connections) connection.close();
  return result;
}

process.on("message", (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
