/** `npm start`: everything on this machine, and the addresses where it is. */
import { startPortico } from "./portico.ts";

const startedAt = Date.now();
const running = await startPortico({ env: process.env, log: (line) => console.log(line) }).catch(
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);

const address = (slug: string | null) =>
  `http://${slug === null ? "" : `${slug}.`}${running.baseDomain}:${running.port}`;
const rows: [string, string][] = [];
for (const slug of running.sites.slice(0, 5)) {
  rows.push(
    [`Portal (${slug})`, `${address(slug)}/`],
    [`Console (${slug})`, `${address(slug)}/admin/`],
  );
}
rows.push(["Operator", `${address(null)}/admin/`], ["API", `${running.origin}/v1`]);
if (running.setUp) {
  rows.push([
    "Set up (once)",
    `${address(running.setUp.slug)}/admin/setup?token=${running.setUp.token}`,
  ]);
}
const width = Math.max(...rows.map(([name]) => name.length));
console.log(`\nPortico is ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`);
for (const [name, url] of rows) console.log(`  ${name.padEnd(width)}  ${url}`);
console.log("\nStop with Ctrl-C.");

let closing = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (closing) return;
    closing = true;
    running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
