/**
 * Every front protocol over an agent of every platform: it answers, at its price; what it cannot be told
 * is said, and what it cannot be given is refused for nothing. Its results are the README's second table.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced } from "../server/support.ts";
import { Compatibility, type Mark } from "./compatibility.ts";
import { type FamilySite, PER_MESSAGE, startFamilySite } from "./families.ts";
import { type Asking, FRONTS, type Front, frontOf } from "./matrix-fronts.ts";
import { PLATFORMS } from "./platforms.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());

const platforms = Object.keys(PLATFORMS);
const found = new Compatibility({
  name: "agents",
  rows: Object.fromEntries(Object.entries(PLATFORMS).map(([id, { label }]) => [id, label])),
  fronts: FRONTS,
  columns: ["text", "stream", "pictures", "tools", "JSON schema"],
});
type Column = Parameters<typeof found.mark>[2];
const hello = [{ role: "user" as const, text: "hello" }];
const schema = { type: "object", properties: { town: { type: "string" } } };

describe.each(platforms)("%s", (platform) => {
  /** What the first protocol was told. */
  let answer: string | null = null;

  describe.each(FRONTS)("%s", (name) => {
    let front: Front;
    beforeAll(() => {
      front = frontOf(name, site.portico);
    });
    const ask = (asking: Partial<Asking> = {}) =>
      front.ask({ model: `agent/${platform}`, turns: hello, stream: false, ...asking });
    const mark = (column: Column, how: Mark) => found.mark(platform, name, column, how);
    /** All that the platform was sent during the work, and what the work cost, in micro-credits. */
    const watched = async (work: () => Promise<unknown>) => {
      const before = await expectBalanced(site.ann);
      const from = site.upstream.requests.length;
      const outcome = await work().catch((error: unknown) => error);
      const cost = before.balance_micro - (await expectBalanced(site.ann)).balance_micro;
      return { outcome, cost, sent: JSON.stringify(site.upstream.requests.slice(from)) };
    };

    it.each([false, true])("answers at its price per message (stream: %s)", async (stream) => {
      let text = "";
      const { outcome, cost } = await watched(() =>
        ask({ stream, onText: (piece) => (text += piece) }),
      );
      expect(outcome).toMatchObject({
        finish: "stop",
        calls: [],
        text: expect.stringMatching(/./),
      });
      const told = (outcome as { text: string }).text;
      if (stream) expect(text).toBe(told);
      // In every protocol, whole or streamed.
      answer ??= told;
      expect(told).toBe(answer);
      expect(cost).toBe(PER_MESSAGE * 1e6);
      mark(stream ? "stream" : "text", "✓");
    });

    it("a picture reaches the platform, or is refused and costs nothing", async () => {
      const picture = Buffer.from(`\x89PNG ${platform} ${name}`, "latin1").toString("base64");
      const { outcome, cost, sent } = await watched(() =>
        ask({ turns: [{ role: "user", text: "See?", picture }] }),
      );
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ status: 400 });
        expect(cost).toBe(0);
        expect(sent).not.toContain(picture);
        return mark("pictures", "✗");
      }
      expect(cost).toBe(PER_MESSAGE * 1e6);
      expect(sent).toContain(picture);
      mark("pictures", "✓");
    });

    it.each([
      ["tools", "tools", { tool: true }, "get_weather"],
      ["JSON schema", "the response format", { schema }, '"town"'],
    ] as const)("%s: passed on, or told that they are not", async (column, word, asking, sign) => {
      const { outcome, sent } = await watched(() => ask(asking));
      expect(outcome).not.toBeInstanceOf(Error);
      const ignored = /ignored: (.*)\.$/.exec(front.headers().get("x-portico-warnings") ?? "");
      const isTold = ignored?.[1]?.split(", ").includes(word) ?? false;
      expect(sent.includes(sign)).toBe(!isTold);
      mark(column, isTold ? "⚠" : "✓");
    });
  });
});

it("the README's table says what was found here", () => {
  expect(found.table(), "what was not found out").not.toContain("?");
  expect(found.inReadme()).toBe(found.table());
});
