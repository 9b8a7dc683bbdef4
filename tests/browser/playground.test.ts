/** The playground of the console, as an admin uses it: by keyboard, with the demo site's Guide. */
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { ROOT } from "../../scripts/paths.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { NODE } from "../server/child.ts";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@demo.example", password: "correct horse battery" };
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const PATIENCE = { timeout: 10_000 };

let portico: TestPortico;
let browser: Browser;
let boss: Watched;
let page: Page;
let box: Locator;

const site = () => `http://demo.localhost:${portico.port}`;
const answers = (state: string) => page.locator(`article[data-state=${state}]`);

async function open(search = ""): Promise<void> {
  await page.goto(`${site()}/admin/playground${search}`);
  await box.waitFor();
}

async function ask(question: string): Promise<void> {
  await box.fill(question);
  await box.press("Control+Enter");
}

/** The newest request of the log. */
async function newest(): Promise<UsageRecord> {
  const { json } = await fetchIn(page, "GET", "/api/admin/requests?limit=1");
  return (json as { data: [UsageRecord] }).data[0];
}

beforeAll(async () => {
  portico = await startTestPortico(null, {
    withUis: true,
    env: { PORTICO_OWNER_EMAIL: OWNER.email, PORTICO_OWNER_PASSWORD: OWNER.password },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});
beforeEach(async () => {
  boss = await openPage(browser);
  page = boss.page;
  box = page.getByRole("textbox", { name: "Your question" });
  await page.goto(`${site()}/login`);
  await fetchIn(page, "POST", "/api/auth/login", OWNER);
});
afterEach(async () => {
  expect(boss.complaints).toEqual([]);
  await boss.context.close();
});

it("a question by keyboard is answered, with what it took and cost, and paid by who asked", async () => {
  await open();
  await page.getByRole("textbox", { name: "Max tokens" }).fill("50000");
  await page.getByRole("textbox", { name: "System prompt" }).fill("Be brief.");
  await ask("Who are you?");
  await answers("done").waitFor();
  const figures = answers("done").locator("dl");
  await figures.getByText("Price version").waitFor();
  await expect.poll(async () => (await newest())?.surface, PATIENCE).toBe("playground");
  const record = await newest();
  expect(record).toMatchObject({ user_email: OWNER.email, model: "agent/guide", stream: true });
  expect(await figures.textContent()).toContain(`${record.tokens.input} in`);
  expect(await figures.textContent()).toContain(String(record.charged_micro / 1e6));

  await ask("And what can I ask?");
  await expect.poll(() => answers("done").count(), PATIENCE).toBe(2);
  await page.getByRole("button", { name: "Request and answer" }).last().click();
  const sent = JSON.parse(
    (await page.getByRole("figure", { name: "Request" }).textContent()) ?? "",
  );
  expect(sent.max_tokens).toBe(50000);
  const roles = sent.messages.map(({ role }: { role: string }) => role);
  expect(roles).toEqual(["system", "user", "assistant", "user"]);
  await page.getByText("Answer", { exact: true }).last().click();
  expect(await page.getByRole("figure", { name: "Answer" }).textContent()).toContain("[DONE]");
  await page.getByText("Record", { exact: true }).click();
  await page.getByText("Attempts").waitFor();
  expect(await violations(page)).toEqual([]);
});

it("Esc stops an answer: what came stays, and is paid", async () => {
  await open();
  await ask("/long 2000");
  await answers("streaming").waitFor();
  await page.waitForTimeout(300);
  await page.keyboard.press("Escape");
  await answers("stopped").getByText("Stopped", { exact: true }).waitFor();
  await answers("stopped").getByText("Credits").waitFor();
  await expect.poll(async () => (await newest()).status, PATIENCE).toBe("cancelled");
  expect((await newest()).charged_micro).toBeGreaterThan(0);
});

it("a failure tells its code, what the platform said and what to do, and can be asked again", async () => {
  await open();
  await ask("/fail down");
  const failed = answers("failed");
  await failed.getByText("upstream_unavailable").waitFor();
  await failed.getByText("Test the connection.").waitFor();
  await failed
    .getByText(/unavailable –|unavailable$/)
    .first()
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Ask again" }).click();
  await expect.poll(() => answers("failed").count()).toBe(2);
});

it("an agent's own page leads here, with the agent chosen", async () => {
  await page.goto(`${site()}/admin/agents`);
  await page.getByRole("link", { name: "Guide" }).first().click();
  await page.getByRole("link", { name: "Try it" }).click();
  await page.waitForURL(/playground\?target=agent/);
  const chosen = page.getByRole("combobox", { name: "Model or agent" });
  expect(await chosen.inputValue()).toBe("agent/guide");
});

it("two are asked at once, beside each other, and the address remembers them", async () => {
  await open();
  await page.getByRole("switch", { name: "Compare two" }).click();
  await page.waitForURL(/against=/);
  await page.reload();
  await ask("Hello");
  await expect.poll(() => answers("done").count(), PATIENCE).toBe(2);
  const [left, right] = [
    await answers("done").nth(0).boundingBox(),
    await answers("done").nth(1).boundingBox(),
  ];
  expect(left && right && left.x + left.width < right.x).toBe(true);
  await page.getByRole("switch", { name: "Compare two" }).click();
  await expect.poll(() => answers("done").count()).toBe(1);
});

it("pictures come by the button and go again, and are sent as they are", async () => {
  await open();
  const picture = { name: "dot.png", mimeType: "image/png", buffer: Buffer.from(PIXEL, "base64") };
  await page.locator("input[type=file]").setInputFiles(picture);
  await page.getByRole("img", { name: "Image 1" }).waitFor();
  await page.getByRole("button", { name: "Remove image 1" }).click();
  expect(await page.getByRole("img", { name: "Image 1" }).count()).toBe(0);
  await page.locator("input[type=file]").setInputFiles([]);
  await page.locator("input[type=file]").setInputFiles(picture);
  await page.getByRole("img", { name: "Image 1" }).waitFor();
  await page.locator("input[type=file]").setInputFiles({
    ...picture,
    name: "no.png",
    buffer: Buffer.from("no picture"),
  });
  await page.getByRole("alert").getByText("could not be read").waitFor();
  await ask("What is it?");
  await answers("done").waitFor();
  await page.getByRole("button", { name: "Request and answer" }).click();
  const sent = await page.getByRole("figure", { name: "Request" }).textContent();
  expect(sent).toContain(`data:image/png;base64,${PIXEL}`);
});

it.each(["paste", "drop"])("pictures come by %s too, eight at most", async (how) => {
  await open();
  await box.evaluate(
    (element, [kind, base64]) => {
      const data = new DataTransfer();
      for (let at = 0; at < 9; at++) {
        // Bytes behind a picture's end are no part of it: nine pictures that are not the same.
        const bytes = [...atob(base64 ?? ""), String(at)].map((one) => one.charCodeAt(0));
        data.items.add(new File([new Uint8Array(bytes)], `${at}.png`, { type: "image/png" }));
      }
      const how = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        kind === "paste"
          ? new ClipboardEvent("paste", { ...how, clipboardData: data })
          : new DragEvent("drop", { ...how, dataTransfer: data }),
      );
    },
    [how, PIXEL],
  );
  await page.getByRole("alert").getByText("At most 8 images").waitFor();
  expect(await page.getByRole("img", { name: /^Image/ }).count()).toBe(8);
});

const run = promisify(execFile);

it("the code that it shows runs, in every protocol, streaming and whole", {
  timeout: 90_000,
}, async () => {
  const made = await fetchIn(page, "POST", "/api/portal/keys", { name: "samples" });
  const key = (made.json as { text: string }).text;
  expect(key).toMatch(/^pk-/);
  const file = join(ROOT, "tests/browser/.sample.mjs");
  const runs = async (protocol: string, language: string) => {
    await page.getByLabel("Protocol").selectOption({ label: protocol });
    await page.getByText(language, { exact: true }).click();
    const shown = (await page.getByRole("figure", { name: "Sample" }).textContent()) ?? "";
    expect(shown).toContain(site());
    const code = shown.replace("YOUR_API_KEY", key);
    if (language === "curl") return (await run("bash", ["-c", `${code} -s`])).stdout;
    // Node does not know `*.localhost`; on the platform's host the key says which site is meant.
    writeFileSync(file, code.replace(site(), portico.origin));
    return (await run(NODE, [file])).stdout;
  };
  try {
    for (const streaming of [true, false]) {
      await open();
      if (!streaming) await page.getByRole("switch", { name: "Stream the answer" }).click();
      await box.fill("What's Portico?");
      await page.getByRole("button", { name: "Code", exact: true }).click();
      for (const protocol of ["Chat Completions", "Responses", "Completions"]) {
        expect(await runs(`OpenAI ${protocol}`, "JavaScript")).toContain("Portico");
        expect(await runs(`OpenAI ${protocol}`, "curl")).toContain("Portico");
      }
      expect(await runs("Anthropic Messages", "JavaScript")).toContain("Portico");
      expect(await runs("Anthropic Messages", "curl")).toContain("Portico");
    }
  } finally {
    rmSync(file, { force: true });
  }
});

it("what a user asked is found from the usage by user, and from the user", async () => {
  await open();
  await ask("Hello");
  await answers("done").waitFor();
  await expect.poll(async () => (await newest())?.surface, PATIENCE).toBe("playground");
  await page.goto(`${site()}/admin/usage?by=user`);
  await page.getByRole("button", { name: OWNER.email, exact: true }).click();
  await page.waitForURL(/\/requests\?.*user=/);
  await page
    .getByRole("button", { name: /^\d\d\/\d\d/ })
    .first()
    .waitFor();
  const { json } = await fetchIn(page, "GET", "/api/auth/boot");
  const { me } = json as { me: { id: string } };
  await page.goto(`${site()}/admin/users?open=${me.id}&tab=statement`);
  const requests = page.getByRole("link", { name: "Requests" });
  await requests.waitFor();
  await page.waitForLoadState("networkidle");
  expect(await violations(page)).toEqual([]);
  await requests.click();
  await page.waitForURL(/\/requests\?user=owner/);
});
