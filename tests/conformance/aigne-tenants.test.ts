/** AIGNE's surface between two tenants: what a key of one gets at the other, and what a stranger sees. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { keyOf } from "../server/support.ts";
import { startTwoSites, type TwoSites } from "../server/two-sites.ts";
import { hostOf } from "../server/visitor.ts";

let world: TwoSites;
beforeAll(async () => {
  world = await startTwoSites();
}, 60_000);
afterAll(() => world?.stop());

interface Ask {
  method?: string;
  body?: object;
  key?: string;
}

async function ask(slug: string | null, path: string, { method, body, key }: Ask = {}) {
  const { portico } = world;
  const answer = await localRequest({
    origin: portico.origin,
    host: hostOf(portico, slug),
    method: method ?? (body ? "POST" : "GET"),
    path,
    headers: key === undefined ? {} : { authorization: `Bearer ${keyOf(key)}` },
    ...(body ? { body } : {}),
  });
  return { status: answer.status, json: JSON.parse(answer.text) };
}

const body = { model: "up/ok", messages: "hello", prompt: "x", input: { messages: "hello" } };
const CALLS: [string, Ask][] = [
  ["/api/v2/chat", { body }],
  ["/api/v2/chat/completions", { body }],
  ["/api/v2/image", { body }],
  ["/api/v2/images/generate", { body }],
  ["/api/v2/embeddings", { body }],
  ["/api/v2/video", { body }],
  ["/api/v2/audio/speech", { body }],
  ["/chat/completions", { body }],
  ["/images/generations", { body }],
  ["/videos", { body }],
  ["/videos/video_1", {}],
  ["/api/user/info", {}],
];

describe.each(CALLS)("%s", (path, call) => {
  it("is closed to a key of another tenant, to a key that is none, and to nobody's", async () => {
    for (const more of [{ key: "eve" }, { key: "forged" }, {}]) {
      const { status, json } = await ask("acme", path, { ...call, ...more });
      expect([status, json.error.code]).toEqual([401, "invalid_api_key"]);
    }
    expect(world.upstream.requests).toHaveLength(0);
  });
});

describe("the list of models", () => {
  const names = (json: { key: string }[]) => json.map(({ key }) => key);

  it("shows a stranger what a new user of this very site may use", async () => {
    const acme = names((await ask("acme", "/api/ai/models")).json);
    expect(acme).toContain("up/ok");
    expect(acme).toContain("agent/helper");
    expect(acme).not.toContain("up/pro-only");
    expect(acme).not.toContain("up/disabled");
    const other = names((await ask("other", "/api/ai/models")).json);
    expect(other).toEqual(["agent/adviser", "up/ok"]);
  });

  it("is refused to a key of another tenant, and to strangers on the platform's host", async () => {
    for (const [slug, key] of [
      ["acme", "eve"],
      [null, undefined],
      [null, "forged"],
    ] as const) {
      const { status } = await ask(slug, "/api/ai/models", key === undefined ? {} : { key });
      expect(status).toBe(401);
    }
    const own = await ask(null, "/api/ai/models", { key: "eve" });
    expect(names(own.json)).toEqual(["agent/adviser", "up/ok"]);
  });
});

it("a model that the caller may not see is like one that is not there", async () => {
  const chat = async (model: string) =>
    (await ask("acme", "/api/v2/chat", { key: "ann", body: { model, messages: "x" } })).json.error;
  const hidden = await chat("pro-only");
  const missing = await chat("no-such");
  expect({ ...hidden, request_id: "" }).toEqual({
    ...missing,
    request_id: "",
    message: missing.message.replace("no-such", "pro-only"),
  });
  const status = await ask("acme", "/api/v2/status?model=up%2Fpro-only", { key: "ann" });
  expect(status.json).toMatchObject({ available: false, code: 404 });
});

it("discovery names the site of the host and no other", async () => {
  for (const [slug, name] of [
    ["acme", "Acme AI"],
    ["other", "Other"],
  ] as const) {
    const { json } = await ask(slug, "/__blocklet__.js?type=json");
    expect(json).toMatchObject({ appName: name, appId: slug });
  }
});
