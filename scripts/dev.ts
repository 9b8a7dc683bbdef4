/**
 * `npm run dev`: like `npm start`, and again at every change of the Worker's sources. The UIs have
 * dev servers of their own (`npm run dev -w portal-ui`, `-w admin-ui`), which forward /api here.
 */
import { watch } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";
import { type RunningPortico, startPortico } from "./portico.ts";

const DEBOUNCE_MS = 150;

let running: RunningPortico | null = null;
let again = false;
let busy = false;

async function restart(): Promise<void> {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  do {
    again = false;
    await running?.close();
    running = null;
    try {
      running = await startPortico({ env: process.env, log: (line) => console.log(line) });
      console.log(`ready: http://demo.${running.baseDomain}:${running.port}/`);
    } catch (error) {
      // A mistake in a source must not end the watch: the next change tries again.
      console.error(error instanceof Error ? error.message : error);
    }
  } while (again);
  busy = false;
}

let timer: ReturnType<typeof setTimeout> | undefined;
for (const folder of ["src", "migrations"]) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void restart(), DEBOUNCE_MS);
  });
}
await restart();
