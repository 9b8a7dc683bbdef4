/**
 * Every front protocol over every family of upstreams: the same meaning, the usage that the platform
 * bills, and the charge that follows from it, to the micro-credit. Its results are the README's table.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, expectBalanced } from "../server/support.ts";
import type { Billed } from "../support/upstream-call.ts";
import { Compatibility, type Mark } from "./compatibility.ts";
import {
  FAMILIES,
  type FamilySite,
  modelOf,
  PER_MESSAGE,
  STRUCTURED,
  startFamilySite,
} from "./families.ts";
import { type Asking, FRONTS, type Front, frontOf } from "./matrix-fronts.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());

const found = new Compatibility({
  name: "compatibility",
  rows: {
    openai: "OpenAI and look-alikes",
    anthropic: "Anthropic",
    gemini: "Google Gemini",
    bedrock: "Amazon Bedrock",
    ollama: "Ollama",
    dify: "Dify (agents)",
  },
  fronts: FRONTS,
  columns: [
    "text",
    "stream",
    "tools",
    "pictures",
    "JSON schema",
    "refusals",
    "broken streams",
    "leaving",
  ],
});
type Column = Parameters<typeof found.mark>[2];
/** What the first protocol paid for an answer that was broken off. */
const broken = new Map<string, number>();
const MICRO_PER_TOKEN = 1000;
const hello = [{ role: "user" as const, text: "hello" }];

describe.each(FAMILIES)("%s", (family) => {
  const isAgent = family === "dify";
  const said = isAgent ? /^你好 词1 .*词7 $/ : /^Hello word1 .*word7 $/;
  const lastBill = () => site.upstream.billed.at(-1) as Billed;
  const priceOf = ({ input, output }: Pick<Billed, "input" | "output">) =>
    isAgent ? PER_MESSAGE * 1e6 : (input + output) * MICRO_PER_TOKEN;
  const lastSent = () => JSON.stringify(site.upstream.requests.at(-1)?.body);

  describe.each(FRONTS)("%s", (name) => {
    let front: Front;
    beforeAll(() => {
      front = frontOf(name, site.portico);
    });
    const ask = (behaviour: string, asking: Partial<Asking> = {}) =>
      front.ask({ model: modelOf(family, behaviour), turns: hello, stream: false, ...asking });
    const record = () => site.ann.usage(front.headers().get("x-request-id") ?? "");
    const mark = (column: Column, how: Mark = "✓") => found.mark(family, name, column, how);
    const warnings = () => front.headers().get("x-portico-warnings") ?? "";
    /** In micro-credits, by the statement. */
    const costOf = async (work: () => Promise<unknown>) => {
      const before = await expectBalanced(site.ann);
      await work();
      return before.balance_micro - (await expectBalanced(site.ann)).balance_micro;
    };

    it.each([false, true])("text (stream: %s)", async (stream) => {
      const pieces: string[] = [];
      let text = "";
      const cost = await costOf(async () => {
        const told = await ask("ok", { stream, onText: (piece) => void pieces.push(piece) });
        text = told.text;
        const { input, output } = lastBill();
        expect(told).toMatchObject({ finish: "stop", calls: [], input, output });
      });
      expect(text).toMatch(said);
      if (stream) {
        expect(pieces.join("")).toBe(text);
        expect(pieces.length).toBeGreaterThan(1);
      }
      expect(cost).toBe(priceOf(lastBill()));
      const { input, output } = lastBill();
      expect(await record()).toMatchObject({
        status: "ok",
        usage_source: "reported",
        tokens: { input, output },
        charged_micro: cost,
      });
      mark(stream ? "stream" : "text");
    });

    it.each([false, true])("a tool (stream: %s)", async (stream) => {
      if (isAgent) {
        const told = await ask("ok", { stream, tool: true });
        expect(told).toMatchObject({ finish: "stop", calls: [] });
        expect(warnings()).toContain("ignored: tools");
        return mark("tools", "⚠");
      }
      const cost = await costOf(async () => {
        const asked = await ask("tools", { stream, tool: true });
        expect(asked).toMatchObject({
          text: "",
          finish: "tools",
          calls: [{ name: "get_weather", input: { city: "Paris" } }],
          output: lastBill().output,
        });
        const { calls } = asked;
        const turns = [
          ...hello,
          { role: "assistant" as const, calls },
          { role: "tool" as const, id: calls[0]?.id ?? "", text: "12C" },
        ];
        const answered = await ask("tools", { stream, tool: true, turns });
        expect(answered.text).toMatch(said);
        expect(lastSent()).toMatch(/Paris.*12C/);
      });
      const [asked, answered] = site.upstream.billed.slice(-2) as [Billed, Billed];
      expect(cost).toBe(priceOf(asked) + priceOf(answered));
      mark("tools");
    });

    it("an answer of a given form", async () => {
      const schema = {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: false,
      };
      if (isAgent) {
        await ask("ok", { schema });
        expect(warnings()).toMatch(/ignored: .*the response format/);
        return mark("JSON schema", "⚠");
      }
      site.upstream.script(STRUCTURED, { says: '{"city":"Paris"}' });
      const told = await ask("structured", { schema });
      expect(JSON.parse(told.text)).toEqual({ city: "Paris" });
      expect(lastSent()).toContain("city");
      expect(warnings()).toBe("");
      mark("JSON schema", "✓");
    });

    it("a picture", async () => {
      // Of its own: one that the platform was given already is not sent again.
      const picture = Buffer.from(`\x89PNG ${family} ${name}`, "latin1").toString("base64");
      const before = site.upstream.requests.length;
      const cost = await costOf(() =>
        ask("ok", { turns: [{ role: "user", text: "See?", picture }] }),
      );
      expect(cost).toBe(priceOf(lastBill()));
      // Inside the question, or given to the platform before it.
      expect(JSON.stringify(site.upstream.requests.slice(before))).toContain(picture);
      mark("pictures");
    });

    it.each([false, true])("a refusal is told and costs nothing (stream: %s)", async (stream) => {
      // What Dify says of an app that is not set up is no fault of the request.
      const status = isAgent ? 502 : 400;
      const message = expect.stringMatching(
        isAgent ? /not available/ : /malformed|says no|does not support/,
      );
      const refused = () =>
        expect(ask("400", { stream })).rejects.toMatchObject({ status, message });
      expect(await costOf(refused)).toBe(0);
      expect(await record()).toMatchObject({ status: "error", charged_micro: 0 });
      mark("refusals");
    });

    it("a stream that breaks ends in an error; what had come is paid", async () => {
      let text = "";
      const cost = await costOf(() =>
        expect(
          ask("cut-mid", { stream: true, onText: (piece) => (text += piece) }),
        ).rejects.toThrow(/not available|upstream/i),
      );
      expect(text).toMatch(isAgent ? /^你好/ : /^Hello/);
      const bill = lastBill();
      expect(bill.complete).toBe(false);
      const { status, charged_micro, usage_source } = await record();
      expect({ status, charged_micro }).toEqual({ status: "error", charged_micro: cost });
      expect(["partial", "estimated"]).toContain(usage_source);
      expect(cost).toBeGreaterThan(0);
      // In whichever protocol it was asked.
      expect(cost).toBe(broken.get(family) ?? cost);
      broken.set(family, cost);
      mark("broken streams");
    });

    it("a client that leaves: the upstream is stopped, or worked to its end, and paid", async () => {
      const aborted = site.upstream.aborted;
      const leaving = new AbortController();
      const cost = await costOf(async () => {
        const asking = { stream: true, signal: leaving.signal, onText: () => leaving.abort() };
        await expect(ask("paced", asking)).rejects.toThrow(/abort/i);
        await eventually(async () => {
          const done = isAgent ? lastBill().complete : site.upstream.aborted > aborted;
          if (!done) throw new Error("the upstream works on");
        });
      });
      const { status, charged_micro } = await record();
      // An app that is told to stop says what it took: paid as one that was read to its end.
      const ended = isAgent ? "ok" : "cancelled";
      expect({ status, charged_micro }).toEqual({ status: ended, charged_micro: cost });
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThanOrEqual(priceOf({ ...lastBill(), output: 200 }));
      mark("leaving");
    });
  });
});

describe.each(FAMILIES)("%s, too fast", (family) => {
  it.each(FRONTS)("%s is told to wait, and pays nothing", async (name) => {
    const front = frontOf(name, site.portico);
    const before = await expectBalanced(site.ann);
    const asking = { model: modelOf(family, "429"), turns: hello, stream: true };
    await expect(front.ask(asking)).rejects.toMatchObject({ status: 503 });
    expect(Number(front.headers().get("retry-after"))).toBeGreaterThan(0);
    expect((await expectBalanced(site.ann)).balance_micro).toBe(before.balance_micro);
  });
});

it("the README's table says what was found here", () => {
  expect(found.table(), "what was not found out").not.toContain("?");
  expect(found.inReadme()).toBe(found.table());
});
