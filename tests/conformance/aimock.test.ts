/**
 * Published clients on the running server over aimock, an independent mock of the providers, with and
 * without its chaos: never a hang, never a wrong charge, exactly one end.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced } from "../server/support.ts";
import {
  BEFORE_TEXT,
  type MockSites,
  PLATFORMS,
  startMockSites,
  TEXT,
  USED,
} from "./aimock-site.ts";
import { type Asking, FRONTS, type Front, frontOf } from "./matrix-fronts.ts";

let site: MockSites;
beforeAll(async () => {
  site = await startMockSites();
}, 60_000);
afterAll(() => site?.stop());

const hello = [{ role: "user" as const, text: "hello" }];
/** What is told of a fault, and what is written down of the attempt. */
const unavailable = { status: 502, message: expect.stringContaining("not available") };
const FAILURES = {
  drops: { ...unavailable, outcome: "unavailable" },
  malformed: { ...unavailable, outcome: expect.stringMatching(/protocol_violation|truncated/) },
  limited: { ...unavailable, status: 503, outcome: "rate_limited" },
  disconnects: { ...unavailable, outcome: "unreachable" },
};
const PRICE_OF_ONE = (USED.input + USED.output) * 1000;
describe.each(Object.keys(PLATFORMS))("%s", (platform) => {
  // Its Ollama counts nothing: what was used is estimated then.
  const counts = platform !== "ollama";

  const user = () => site.user(platform);
  /** In micro-credits, by the statement. */
  const costOf = async (work: () => Promise<unknown>) => {
    const before = await expectBalanced(user());
    await work();
    return before.balance_micro - (await expectBalanced(user())).balance_micro;
  };

  describe.each(FRONTS)("%s", (name) => {
    let front: Front;
    beforeAll(() => {
      front = frontOf(name, { ...site.portico, user: platform });
    });
    const ask = (model: string, asking: Partial<Asking> = {}) =>
      front.ask({
        model,
        turns: hello,
        stream: false,
        ...asking,
      });

    it.each([false, true])("answers, at the platform's own count (stream: %s)", async (stream) => {
      const pieces: string[] = [];
      const cost = await costOf(async () => {
        const told = await ask("ok", { stream, onText: (piece) => void pieces.push(piece) });
        expect(told).toMatchObject({ text: TEXT, finish: "stop", ...(counts ? USED : {}) });
      });
      if (stream) expect(pieces.length).toBeGreaterThan(3);
      if (counts) expect(cost).toBe(PRICE_OF_ONE);
      else expect(cost).toBeGreaterThan(0);
    });

    it.each([false, true])("a tool is called and its result read (stream: %s)", async (stream) => {
      const asked = await ask("tools", { stream, tool: true });
      expect(asked).toMatchObject({
        finish: "tools",
        calls: [{ name: "get_weather", input: { city: "Paris" } }],
      });
      const { calls } = asked;
      const result = { role: "tool" as const, id: calls[0]?.id ?? "", text: "12C" };
      const turns = [...hello, { role: "assistant" as const, calls }, result];
      const answered = await ask("tools", { stream, tool: true, turns });
      expect(answered).toMatchObject({ text: TEXT, finish: "stop" });
    });

    it.each([false, true])("a thought is no part of the text (stream: %s)", async (stream) => {
      expect(await ask("thinks", { stream })).toMatchObject({ text: TEXT, finish: "stop" });
    });

    it("takes a picture as we send it", async () => {
      const turns = [{ role: "user" as const, text: "See?", picture: "iVBORw0KGgo=" }];
      expect((await ask("ok", { turns })).text).toBe(TEXT);
    });

    it("a refusal is told as one, and costs nothing", async () => {
      const refused = () =>
        expect(ask("refuses")).rejects.toMatchObject({
          status: 400,
          message: expect.stringContaining("Not with me."),
        });
      expect(await costOf(refused)).toBe(0);
    });

    it.each(BEFORE_TEXT)("%s: a clear error before any text, and no charge", async (fault) => {
      for (const stream of [false, true]) {
        const way = FRONTS.indexOf(name) * 2 + Number(stream);
        const { status, message, outcome } = FAILURES[fault];
        const failed = () =>
          expect(ask(`${fault}/${way}`, { stream })).rejects.toMatchObject({ status, message });
        expect(await costOf(failed)).toBe(0);
        const record = await user().usage(front.headers().get("x-request-id") ?? "");
        expect(record).toMatchObject({ status: "error", attempts: [{ outcome }] });
      }
    });

    it("truncated: what had come is kept, the error follows, and that much is paid", async () => {
      let text = "";
      const cost = await costOf(() =>
        expect(
          ask("truncated", { stream: true, onText: (piece) => (text += piece) }),
        ).rejects.toThrow(/not available/),
      );
      expect(text.length).toBeGreaterThan(0);
      expect(TEXT.startsWith(text)).toBe(true);
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThanOrEqual(PRICE_OF_ONE);
    });

    it("slow: waits for it", async () => {
      expect((await ask("slow", { stream: true })).text).toBe(TEXT);
    });
  });
});
