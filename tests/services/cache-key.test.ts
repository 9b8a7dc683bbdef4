import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVERYONE } from "../../src/core/access.ts";
import type { ChatInput, ChatMessage } from "../../src/core/run.ts";
import { chatKey, scopeOf, taskKey } from "../../src/services/cache/cache-key.ts";
import { route, target } from "./fixture.ts";

const PLACE = { siteId: "site_a", scope: "lev_a:everyone:" };
const says = (text: string): ChatMessage => ({ role: "user", content: [{ type: "text", text }] });
const input = (more: Partial<ChatInput> = {}): ChatInput => ({
  messages: [says("hi")],
  stream: false,
  endUser: "usr_a",
  ...more,
});
const body = (value: Record<string, unknown>): Partial<ChatInput> => ({
  raw: { protocol: "openai-chat", body: value },
});
const keyOf = (more: Partial<ChatInput> = {}) => chatKey(PLACE, target(), input(more));

/** The same value with the fields of each object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, part]) => [name, shuffled(part)]);
  return Object.fromEntries(fields.reverse());
}

const json = fc.jsonValue({ maxDepth: 4 });
const fields = fc.dictionary(fc.string(), json, { maxKeys: 6 });

describe("the key of a request in the cache", () => {
  it("is the same whatever the order of fields, at any depth", () => {
    fc.assert(
      fc.property(fields, (value) => {
        const other = shuffled(value) as Record<string, unknown>;
        expect(keyOf(body(other))).toBe(keyOf(body(value)));
      }),
    );
  });

  it("differs wherever the requests differ", () => {
    const same = (a: unknown, b: unknown) =>
      JSON.stringify(shuffled(a)) === JSON.stringify(shuffled(b));
    fc.assert(
      fc.property(json, json, (a, b) => {
        fc.pre(!same(a, b) && JSON.stringify(a) !== JSON.stringify(b));
        expect(keyOf(body({ x: a }))).not.toBe(keyOf(body({ x: b })));
      }),
    );
  });

  it("of a long text is no other's: not one that is written like its hash, nor a longer one", () => {
    const texts = ["a".repeat(1_024), "a".repeat(1_025), "a".repeat(1_026), "b".repeat(1_025)];
    const hashes = texts.flatMap((text) => [text, `=${text}`, `#${text}`]);
    const keys = hashes.map((text) => keyOf({ messages: [says(text)] }));
    expect(new Set(keys).size).toBe(hashes.length);
  });

  it("tells lists apart by their order, and messages by who says them", () => {
    const keys = [
      keyOf({ messages: [says("a"), says("b")] }),
      keyOf({ messages: [says("b"), says("a")] }),
      keyOf({ messages: [{ ...says("a"), role: "system" }, says("b")] }),
      keyOf({ messages: [says("ab")] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("says nothing of who asks, nor of how the answer is sent", () => {
    const plain = keyOf(body({ model: "m" }));
    const volatile = {
      user: "u",
      metadata: { trace: "1" },
      safety_identifier: "s",
      stream: true,
      stream_options: { include_usage: true },
      store: true,
      prompt_cache_key: "k",
    };
    expect(
      keyOf({
        ...body({ model: "m", ...volatile }),
        stream: true,
        endUser: "usr_b",
        newConversation: "req_b",
      }),
    ).toBe(plain);
  });

  it("differs by every parameter that an answer depends on", () => {
    const keys = [
      keyOf(),
      keyOf({ temperature: 0 }),
      keyOf({ temperature: 1 }),
      keyOf({ topP: 0 }),
      keyOf({ maxOutputTokens: 5 }),
      keyOf({ stop: ["a"] }),
      keyOf({ tools: [{ name: "t" }] }),
      keyOf({ toolChoice: "none" }),
      keyOf({ responseFormat: { type: "json_object" } }),
      keyOf({ inputs: { a: 1 } }),
      keyOf(body({})),
      keyOf(body({ seed: 1 })),
      keyOf({ raw: { protocol: "anthropic-messages", body: {} } }),
      keyOf({ raw: { protocol: "openai-chat", body: {}, headers: { "anthropic-beta": "x" } } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("differs by site, by scope, by what is asked, and by what answers", () => {
    const all = [
      chatKey(PLACE, target(), input()),
      chatKey({ ...PLACE, siteId: "site_b" }, target(), input()),
      chatKey({ ...PLACE, scope: "lev_b:everyone:" }, target(), input()),
      chatKey(PLACE, target({ name: "agent/x" }), input()),
      chatKey(PLACE, target({ maxOutputTokens: 5 }), input()),
      chatKey(PLACE, target({ routes: [route("first")] }), input()),
      chatKey(PLACE, target({ routes: [route("first", { upstreamId: "other" })] }), input()),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("the key of an embedding", () => {
  const embed = (more: object = {}) =>
    taskKey(PLACE, target(), { inputs: ["a"], dimensions: null, endUser: "usr_a", ...more });

  it("says nothing of who asks", () => {
    const raw = { input: "a", user: "x" };
    expect(embed({ endUser: "usr_b" })).toBe(embed());
    expect(embed({ raw: { ...raw, user: "y" } })).toBe(embed({ raw }));
  });

  it("differs by texts, by their order, and by every parameter", () => {
    const keys = [
      embed(),
      embed({ inputs: ["b"] }),
      embed({ inputs: ["a", "b"] }),
      embed({ inputs: ["b", "a"] }),
      embed({ inputs: [[1, 2]] }),
      embed({ dimensions: 8 }),
      embed({ raw: { extra: 1 } }),
      taskKey({ ...PLACE, siteId: "site_b" }, target(), { inputs: ["a"], dimensions: null }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("the scope of an answer", () => {
  const person = (more: object = {}) => ({
    userId: "usr_a",
    levelId: "lev_a",
    groupIds: [],
    departmentIds: [],
    guest: false,
    ...more,
  });
  const closed = { ...EVERYONE, everyone: false };

  it("is one for all of a level where everyone may ask", () => {
    expect(scopeOf(EVERYONE, person())).toBe(scopeOf(EVERYONE, person({ userId: "usr_b" })));
    expect(scopeOf(EVERYONE, person())).toBe(scopeOf(EVERYONE, person({ groupIds: ["grp_a"] })));
  });

  it("is another for each level", () => {
    const levels = ["lev_a", "lev_b", null].map((levelId) =>
      scopeOf(EVERYONE, person({ levelId })),
    );
    expect(new Set(levels).size).toBe(3);
  });

  it("is another for each part of the rule that lets somebody in", () => {
    const rule = {
      ...closed,
      levels: ["lev_a"],
      groups: ["grp_a", "grp_b"],
      departments: ["dep_a"],
      users: ["usr_x", "usr_y"],
    };
    const scopes = [
      person(),
      person({ userId: "usr_x" }),
      person({ userId: "usr_y" }),
      person({ levelId: null, groupIds: ["grp_a"] }),
      person({ levelId: null, groupIds: ["grp_b"] }),
      person({ levelId: null, departmentIds: ["dep_a"] }),
    ].map((one) => scopeOf(rule, one));
    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it("does not depend on the order in which somebody's groups are told", () => {
    const rule = { ...closed, groups: ["grp_b", "grp_a"] };
    const [one, other] = [
      ["grp_a", "grp_b"],
      ["grp_b", "grp_a"],
    ].map((groupIds) => scopeOf(rule, person({ groupIds })));
    expect(one).toBe(other);
    expect(one).toContain("grp_b");
  });
});
