/** A connection of Ark that is one bot. */
import { describe, expect, it } from "vitest";
import { deskOf } from "../agent-request.ts";

const KEY = { apiKey: "0123456789abcdef" };
const BOT = "bot-20250101000000-abcde";
const desk = deskOf("ark", { botId: BOT }, KEY);
const ARK = "https://ark.cn-beijing.volces.com/api/v3";

describe("a bot in the settings", () => {
  it("is asked where nothing is named, as bots are", () => {
    expect(desk.request().url).toBe(`${ARK}/bots/chat/completions`);
    expect(desk.body().model).toBe(BOT);
  });

  it("gives way to the model or bot that is named", () => {
    expect(desk.request({ target: "ep-1" }).url).toBe(`${ARK}/chat/completions`);
    expect(desk.body({ target: "bot-2" }).model).toBe("bot-2");
  });

  it("may be left out, and then a name must be given", () => {
    const empty = deskOf("ark", { botId: "" }, KEY);
    expect(empty.prepare()).toMatchObject({ ok: false, error: { reason: "target_not_found" } });
  });

  it("is no other id", () => {
    expect(() => deskOf("ark", { botId: "ep-1" }, KEY)).toThrow(/bot-/);
  });
});
