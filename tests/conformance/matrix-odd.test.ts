/**
 * Requests that are odd, though every field is right: nothing said, answers without questions, results
 * without calls, broken pictures. In every protocol over every family they are answered, or refused with
 * a sentence; what is refused is free, and nobody's defect.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced } from "../server/support.ts";
import { type FamilySite, MODEL_FAMILIES, startFamilySite } from "./families.ts";
import { FRONTS, frontOf, type Turn } from "./matrix-fronts.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());

const call = { id: "call_1", name: "get_weather", input: {} };
const hello: Turn = { role: "user", text: "hello" };
const ODD: Record<string, Turn[]> = {
  "nothing is said": [{ role: "user", text: "" }],
  "a call stands first": [{ role: "assistant", calls: [call] }],
  "a result of no call": [hello, { role: "tool", id: "call_9", text: "12C" }],
  "a call without its result": [hello, { role: "assistant", calls: [call] }, hello],
  "two results of one call": [
    hello,
    { role: "assistant", calls: [call] },
    { role: "tool", id: "call_1", text: "12C" },
    { role: "tool", id: "call_1", text: "13C" },
  ],
  "a result that is empty": [
    hello,
    { role: "assistant", calls: [call] },
    { role: "tool", id: "call_1", text: "" },
  ],
  "a tool without a name": [
    hello,
    { role: "assistant", calls: [{ ...call, name: "a b/ü" }] },
    { role: "tool", id: "call_1", text: "12C" },
  ],
  "a picture that is none": [{ role: "user", text: "See?", picture: "%%%" }],
  "a picture and no word": [{ role: "user", text: "", picture: "iVBORw0KGgo=" }],
  "letters that are none": [{ role: "user", text: "\u0000 \ud800 \u202e" }],
  "very many words": [{ role: "user", text: "word ".repeat(200_000) }],
};

describe.each(MODEL_FAMILIES)("%s", (family) => {
  describe.each(FRONTS)("%s", (name) => {
    it.each(Object.entries(ODD))("%s", async (_what, turns) => {
      const front = frontOf(name, site.portico);
      for (const stream of [false, true]) {
        const before = await expectBalanced(site.ann);
        const told = await front
          .ask({ model: `${family}/ok`, turns, stream, tool: true })
          .catch((error: unknown) => error);
        const spent = before.balance_micro - (await expectBalanced(site.ann)).balance_micro;
        if (told instanceof Error) {
          expect(told).toMatchObject({ status: expect.toSatisfy(isRefusal) });
          expect(told.message).toMatch(/[a-z]{3,} [a-z]{2,}/i);
          expect(spent).toBe(0);
        } else {
          const { input = 0, output = 0 } = site.upstream.billed.at(-1) ?? {};
          expect(told).toMatchObject({ input, output });
          expect(spent).toBe((input + output) * 1000);
        }
      }
    });
  });
});

const isRefusal = (status: number) => status >= 400 && status < 500;
