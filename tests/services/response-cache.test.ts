import { afterEach, describe, expect, it, vi } from "vitest";
import { EVERYONE } from "../../src/core/access.ts";
import { LIMITS } from "../../src/durable/cache/protocol.ts";
import { hitParts, placeInCache } from "../../src/services/cache/response-cache.ts";
import type { CallOrder } from "../../src/services/chat/admit.ts";
import type { Services } from "../../src/services/services.ts";
import { PRICE, target } from "./fixture.ts";

const PROFILE = { userId: "usr_a", levelId: "lev_a", groupIds: [], departmentIds: [] };
const SETTINGS = { ttlSeconds: 60, price: 0.25, tools: false, agents: false };
const CACHING = { modelId: "mod_a", settings: SETTINGS, access: EVERYONE };

/** A wallet and a cache that do as a test says, and write down what they are asked. */
function stage(does: { find?: () => Promise<string | null>; put?: () => Promise<void> } = {}) {
  const asked: unknown[][] = [];
  const deferred: Promise<unknown>[] = [];
  const cache = {
    find: async (...all: unknown[]) => {
      asked.push(["find", ...all]);
      return (await does.find?.()) ?? null;
    },
    put: async (...all: unknown[]) => {
      asked.push(["put", ...all]);
      await does.put?.();
    },
  };
  const env = {
    WALLET: { getByName: () => ({ authorise: async () => ({ ok: true, profile: PROFILE }) }) },
    RESPONSE_CACHE: {
      getByName: (name: string) => {
        asked.push(["open", name]);
        return cache;
      },
    },
  };
  const order = {
    site: { id: "site_a", version: 1, levels: new Map() },
    caller: { siteId: "site_a", userId: "usr_a", credential: { kind: "key" } },
    surface: "gateway",
    startedAt: 1_000,
    defer: (work: Promise<unknown>) => void deferred.push(work),
  };
  const place = (more: object = {}, keyOf = (): string => "k") =>
    placeInCache(
      { env } as unknown as Services,
      { ...order, ...more } as unknown as CallOrder,
      CACHING,
      keyOf,
    );
  return { asked, deferred, place };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a request's place in the cache", () => {
  it("is in the object of its site and model, under a key that knows site and scope", async () => {
    const { asked, place } = stage({ find: async () => "answer" });
    const known: unknown[] = [];
    const found = await place({}, (...sharing: unknown[]) => {
      known.push(...sharing);
      return "k";
    });
    expect(found?.found).toBe("answer");
    expect(known).toEqual([{ siteId: "site_a", scope: "lev_a:everyone:" }]);
    expect(asked).toEqual([
      ["open", "site_a:mod_a"],
      ["find", "k", 60_000],
    ]);
  });

  it("takes an answer with the time at which it was asked for", async () => {
    const { asked, deferred, place } = stage();
    (await place())?.put({ text: "a" });
    await Promise.all(deferred);
    expect(asked.at(-1)).toEqual(["put", "k", '{"text":"a"}', { askedAt: 1_000, ttlMs: 60_000 }]);
  });

  it("takes none that is too large to send", async () => {
    const { asked, deferred, place } = stage();
    (await place())?.put({ text: "a".repeat(LIMITS.answerBytes) });
    expect(deferred).toEqual([]);
    expect(asked.map(([what]) => what)).toEqual(["open", "find"]);
  });

  it.each(["portal", "playground"])("is nowhere for the %s", async (surface) => {
    const { asked, place } = stage();
    expect(await place({ surface })).toBeNull();
    expect(asked).toEqual([]);
  });

  it("is nowhere while the cache cannot be asked: a miss, told to the log", async () => {
    const warned = vi.spyOn(console, "warn").mockReturnValue();
    const { place } = stage({ find: () => Promise.reject(new Error("overloaded")) });
    expect(await place()).toBeNull();
    expect(warned).toHaveBeenCalledOnce();
  });

  it("fails nothing where the answer cannot be put", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const { deferred, place } = stage({ put: () => Promise.reject(new Error("overloaded")) });
    (await place())?.put({ text: "a" });
    await expect(Promise.all(deferred)).resolves.toHaveLength(1);
  });
});

describe("a hit", () => {
  it("costs its share, and the site nothing, whether it knows what it pays or not", () => {
    const known = hitParts(target({ cost: PRICE }), SETTINGS);
    expect([known.share, known.target.cost]).toEqual([0.25, {}]);
    const free = hitParts(target(), { ...SETTINGS, price: "free" });
    expect([free.share, free.target.cost]).toEqual([0, null]);
    expect(free.target.tariff).toEqual(target().tariff);
  });

  it("is served by what no connection of a site can be called", () => {
    const [candidate] = hitParts(target(), SETTINGS).candidates;
    expect(candidate?.route.connection.slug).toBe("(cache)");
    expect(candidate?.secret).toBeNull();
  });
});
