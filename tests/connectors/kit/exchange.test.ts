/** One-shot calls against a real server: lists in pages, and headers made right before sending. */
import { expect, inject, it } from "vitest";
import type { Exchange, UpstreamRequest } from "../../../src/connectors/connector.ts";
import { exchange, type InvokeOptions, invoke } from "../../../src/connectors/kit/invoke.ts";
import { connectorById } from "../../../src/connectors/registry.ts";
import { ok } from "../../../src/core/result.ts";
import type { LaneState } from "../../support/upstream-call.ts";

const OPTIONS: InvokeOptions = {
  limits: { timeoutMs: 5000, idleTimeoutMs: 5000, responseBytesMax: 1_000_000 },
  allowPrivate: true,
  secrets: [],
};
const KEY = "sk-ok-key-0123456789";

function lane() {
  const base = `${inject("upstreamUrl")}/t/${crypto.randomUUID()}`;
  const state = async () => (await (await fetch(`${base}/__state`)).json()) as LaneState;
  return { base: `${base}/v1`, state };
}

const get = (base: string, key = KEY): UpstreamRequest => ({
  method: "GET",
  url: `${base}/models`,
  headers: { authorization: `Bearer ${key}` },
  framing: "json",
});

/** A list that has `pages` pages, each of them the upstream's six models; `keys` open them. */
function listOf(base: string, pages: number, keys: string[] = []) {
  let page = 1;
  const connector = connectorById("openai-compatible");
  if (!connector) throw new Error("no connector");
  const call: Exchange<unknown, unknown, undefined, number[]> = {
    prepare: () => get(base, keys[0]),
    read: (answer) => ok([(JSON.parse(answer.body) as { data: unknown[] }).data.length]),
    pages: {
      next: () => (page < pages ? get(base, keys[page++]) : null),
      join: (earlier, later) => [...earlier, ...later],
    },
  };
  return exchange(connector, call, { settings: {}, secret: {} }, undefined, OPTIONS);
}

it("a list in pages is asked for page after page and joined in order", async () => {
  const { base, state } = lane();
  expect(await listOf(base, 3)).toEqual({ ok: true, value: [6, 6, 6] });
  expect((await state()).requests).toHaveLength(3);
});

it("a failure may tell what was asked all the same, where the call can read it", async () => {
  const { base } = lane();
  const connector = connectorById("openai-compatible");
  if (!connector) throw new Error("no connector");
  const call = (told: number | null): Exchange<unknown, unknown, undefined, number> => ({
    prepare: () => get(base, "sk-401-key-0123456789"),
    read: () => ok(1),
    rescue: (error) => (error.status === 401 ? told : null),
  });
  const ask = (told: number | null) =>
    exchange(connector, call(told), { settings: {}, secret: {} }, undefined, OPTIONS);
  expect(await ask(2)).toEqual({ ok: true, value: 2 });
  expect(await ask(null)).toMatchObject({ ok: false, error: { reason: "unauthorized" } });
});

it("a page that fails fails the list: a part would be taken for the whole", async () => {
  const { base } = lane();
  expect(await listOf(base, 2, [KEY, "sk-401-key-0123456789"])).toMatchObject({
    ok: false,
    error: { reason: "unauthorized" },
  });
});

it("a list that never ends is left after fifty pages", async () => {
  const { base, state } = lane();
  const list = await listOf(base, Number.POSITIVE_INFINITY);
  expect(list.ok && list.value.length).toBe(50);
  expect((await state()).requests).toHaveLength(50);
});

it("a signature is made of what is sent, anew for each hop of a redirect", async () => {
  const { base, state } = lane();
  const request: UpstreamRequest = {
    method: "POST",
    url: `${base}/chat/completions`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "redirect-self", messages: [] }),
    framing: "json",
    sign: async ({ url, body }) => ({
      "x-signed": `${new URL(url).search} ${String(body).length}`,
    }),
  };
  const answer = await invoke(request, OPTIONS);
  expect(answer.ok).toBe(true);
  const seen = (await state()).requests.map(({ headers }) => headers["x-signed"]);
  const length = String(request.body).length;
  expect(seen).toEqual([`${length}`, `?followed ${length}`]);
});

it("a signature that cannot be made is a failure as a value", async () => {
  const { base, state } = lane();
  const answer = await invoke(
    { ...get(base), sign: () => Promise.reject(new Error("no usable key")) },
    OPTIONS,
  );
  expect(answer).toMatchObject({ ok: false, error: { detail: "no usable key" } });
  expect((await state()).requests).toHaveLength(0);
});
