/** A real browser on the running server, with its console and policy violations watched. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { requireBrowser } from "../../scripts/browser.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: requireBrowser(), args: FLAGS });
}

export interface Watched {
  context: BrowserContext;
  page: Page;
  /** Console errors, uncaught exceptions and policy violations seen so far. */
  complaints: string[];
}

export async function openPage(
  browser: Browser,
  more: { width?: number; locale?: string; dark?: boolean } = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: more.width ?? 1280, height: 900 },
    locale: more.locale ?? "en",
    colorScheme: more.dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is reported by the browser itself; the pages show it to the person.
    const refused = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !refused) complaints.push(message.text());
  });
  return { context, page, complaints };
}

/** A request as the page itself makes it: Node does not resolve `*.localhost`, the browser does. */
export async function fetchIn(
  page: Page,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  return await page.evaluate(
    async ([how, where, what]) => {
      const answer = await fetch(where as string, {
        method: how as string,
        ...(what === null
          ? {}
          : { body: what as string, headers: { "content-type": "application/json" } }),
      });
      return { status: answer.status, json: await answer.json().catch(() => null) };
    },
    [method, path, body === undefined ? null : JSON.stringify(body)],
  );
}
