/** What resolvers say, and whether it proves a claim. */
import { describe, expect, inject, it } from "vitest";
import { ok } from "../../src/core/result.ts";
import {
  askTexts,
  judge,
  proofName,
  proofText,
  resolverAt,
  type Texts,
} from "../../src/services/hosts/dns.ts";
import { makeWorld } from "../support/hosts-world.ts";

const HOST = "ai.acme.cn";
const TOKEN = "0123456789abcdef";

const world = makeWorld(inject("hostsUrl"), { cloudflare: false });

const ask = () =>
  askTexts(
    world.environment.resolvers.map((address) => resolverAt(address)),
    HOST,
  );
const said = async () => (await ask()).map((one) => one.said);

describe("a resolver", () => {
  it("says the texts of a name, whole, whether they come quoted and cut or as they are", async () => {
    const text = `portico-verification=${"a".repeat(300)}`;
    await world.say({ texts: { [proofName(HOST)]: [text, "v=spf1 -all"] } });
    expect(await said()).toEqual([ok([text, "v=spf1 -all"]), ok([text, "v=spf1 -all"])]);
  });

  it("says that there are none where there is no such name", async () => {
    const names = await askTexts([resolverAt(world.environment.resolvers[0] ?? "")], "no.acme.cn");
    expect(names.map((one) => one.said)).toEqual([ok([])]);
  });

  it.each([[2], [5], [500]])(
    "that fails with %i does not know: it says no emptiness",
    async (code) => {
      await world.say({ code, resolver: "b" });
      const [first, second] = await said();
      expect([first?.ok, second?.ok]).toEqual([true, false]);
      await world.say({ code: 0 });
    },
  );

  it("that is not there, or answers something else, does not know either", async () => {
    for (const address of ["http://127.0.0.1:9/dns-query", `${inject("hostsUrl")}/x/cf/nothing`]) {
      const [one] = await askTexts([resolverAt(address)], HOST);
      expect([address, one?.said.ok]).toEqual([address, false]);
    }
  });

  it("does not take other kinds of records for texts", async () => {
    const answer = {
      Status: 0,
      Answer: [
        { type: 5, data: "elsewhere.example." },
        { type: 16, data: '"a \\"quoted\\" text"' },
        { type: 16 },
        "nonsense",
      ],
    };
    const resolver = resolverAt("https://resolver.example/dns-query", async () => ok(answer));
    expect(await resolver.texts("x")).toEqual(ok(['a "quoted" text']));
  });
});

describe("texts", () => {
  const texts = (...all: (string[] | null)[]): Texts =>
    all.map((values, at) => ({
      resolver: `r${at}`,
      said: values === null ? { ok: false, error: "down" } : ok(values),
    }));
  const mine = proofText(TOKEN);

  it.each([
    ["all see it", texts([mine], ["x", ` ${mine} `]), "found", ""],
    ["one does not", texts([mine], ["x"]), "differs", "r1"],
    ["all see others", texts(["x"], ["y", "x"]), "wrong", "x · y"],
    ["one sees another and one nothing", texts(["x"], []), "wrong", "x"],
    ["nobody sees any", texts([], []), "missing", ""],
    ["one cannot be asked", texts([mine], null), "unknown", "r1: down"],
    ["nobody is asked", [], "unknown", "no resolver is set up"],
    ["the case differs", texts([mine.toUpperCase()], [mine]), "differs", "r0"],
    [
      "it stands inside another",
      texts([`${mine};x`], [`x ${mine}`]),
      "wrong",
      `${mine};x · x ${mine}`,
    ],
  ])("where %s", (_, seen, kind, detail) => {
    expect(judge(seen, TOKEN)).toEqual({ kind, detail });
  });

  it("of somebody else do not prove a claim, and no text proves one without a token", () => {
    expect(judge(texts([proofText("other")]), TOKEN).kind).toBe("wrong");
    expect(judge(texts([proofText("")]), "").kind).toBe("wrong");
  });
});
