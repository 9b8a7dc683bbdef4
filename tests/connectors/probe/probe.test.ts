/** The connection test against the scripted upstream. */
import { describe, expect, inject, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import { PROBE_STEPS, probeResultSchema } from "../../../src/contract/guide.ts";
import { listOffers, testConnection } from "../../../src/services/probe.ts";

const openAiUrl = () => `${inject("upstreamUrl")}/v1`;
const difyUrl = () => `${inject("upstreamUrl")}/dify/v1`;

async function probe(
  id: string,
  settings: Record<string, string>,
  secret: Record<string, string>,
  allowPrivate = true,
) {
  const connector = connectorById(id);
  if (!connector) throw new Error(`no connector ${id}`);
  const result = await testConnection(connector, settings, secret, { allowPrivate });
  expect(probeResultSchema.parse(result)).toEqual(result);
  // No text may repeat what was pasted.
  for (const value of Object.values(secret)) expect(JSON.stringify(result)).not.toContain(value);
  const states = result.steps.map((step) => `${step.step} ${step.state}`);
  return { ...result, states, last: result.steps.at(-1) };
}

describe("a connection that works", () => {
  it("passes every step; nothing that costs money is asked", async () => {
    const result = await probe(
      "openai",
      { baseUrl: openAiUrl() },
      { apiKey: "sk-ok-key-0123456789" },
    );
    expect(result.ok).toBe(true);
    expect(result.states).toEqual([
      "settings ok",
      "address ok",
      "reachable ok",
      "authorised ok",
      "lists ok",
      "answers skipped",
    ]);
    expect(result.steps.map((step) => step.step)).toEqual([...PROBE_STEPS]);
    expect(result.steps[4]?.message.en).toContain("6");
  });

  it("to an app of Dify tells the app's name", async () => {
    const result = await probe("dify", { baseUrl: difyUrl() }, { apiKey: "app-ok" });
    expect(result).toMatchObject({ ok: true, account: "App ok" });
  });

  it("to the built-in model asks a trial question, which costs nothing", async () => {
    const result = await probe("loopback", {}, {}, false);
    expect(result.ok).toBe(true);
    expect(result.last).toMatchObject({ step: "answers", state: "ok" });
  });
});

describe("the first step that fails ends the test and says what to do", () => {
  it("a missing key, by the name of its field", async () => {
    const result = await probe("openai", {}, {});
    expect(result.states).toEqual(["settings failed"]);
    expect(result.last?.message).toEqual({
      "zh-CN": "请填写“API 密钥”。",
      en: '"API key" is missing.',
    });
  });

  it("a key of the wrong kind, with the form's sentence in both languages", async () => {
    const result = await probe("dify", {}, { apiKey: "dataset-0123456789" });
    expect(result.states).toEqual(["settings failed"]);
    expect(result.last?.message.en).toContain("app-");
    expect(result.last?.message["zh-CN"]).toContain("知识库");
  });

  it("a private address, where the operator forbids it", async () => {
    const result = await probe(
      "openai",
      { baseUrl: openAiUrl() },
      { apiKey: "sk-ok-key-0123456789" },
      false,
    );
    expect(result.states).toEqual(["settings ok", "address failed"]);
    expect(result.last?.message.en).toContain("private address");
  });

  it("a server that is not there", async () => {
    const result = await probe(
      "openai",
      { baseUrl: "http://127.0.0.1:9/v1" },
      { apiKey: "sk-0123456789" },
    );
    expect(result.states.at(-1)).toBe("reachable failed");
  });

  it("a key that is refused", async () => {
    const result = await probe(
      "openai",
      { baseUrl: openAiUrl() },
      { apiKey: "sk-401-key-0123456789" },
    );
    expect(result.states.slice(2)).toEqual(["reachable ok", "authorised failed"]);
    expect(result.last?.message.en).toContain("not accepted");
    expect(result.last?.message["zh-CN"]).toContain("密钥");
  });

  it("an address without the API behind it", async () => {
    const baseUrl = `${inject("upstreamUrl")}/nothing`;
    const dify = await probe("dify", { baseUrl }, { apiKey: "app-ok" });
    expect(dify.states.at(-1)).toBe("authorised failed");
    expect(dify.last?.message.en).toContain("API Server");
  });

  it("a web page instead of the API", async () => {
    const result = await probe(
      "openai",
      { baseUrl: openAiUrl() },
      { apiKey: "sk-page-key-0123456789" },
    );
    expect(result.states.at(-1)).toBe("authorised failed");
    expect(result.last?.message.en).toContain("web page");
  });
});

describe("offers", () => {
  const offers = (id: string, baseUrl: string, apiKey: string) => {
    const connector = connectorById(id);
    if (!connector) throw new Error(`no connector ${id}`);
    return listOffers(connector, { baseUrl }, { apiKey }, { allowPrivate: true });
  };

  it("of a model provider are its models, each with a guess of its kind", async () => {
    const listed = await offers("openai", openAiUrl(), "sk-ok-key-0123456789");
    if (!listed.ok) throw new Error(listed.error.detail);
    const kinds = new Map(listed.value.map((offer) => [offer.id, offer.modelKind]));
    expect(kinds.get("ok")).toBe("chat");
    expect(kinds.get("text-embedding-3-small")).toBe("embedding");
    expect(kinds.get("gpt-image-2")).toBe("image");
  });

  it("of Dify are the one app, with its greeting from a second call", async () => {
    const listed = await offers("dify", difyUrl(), "app-ok");
    expect(listed).toMatchObject({
      ok: true,
      value: [{ kind: "agent", name: "App ok", openingMessage: "What can I do for you?" }],
    });
  });

  it("that cannot be had are a failure with its reason", async () => {
    expect(await offers("openai", openAiUrl(), "sk-401-key-0123456789")).toMatchObject({
      ok: false,
      error: { reason: "unauthorized", status: 401 },
    });
    expect(await offers("openai", openAiUrl(), "sk-garbage-key-0123456789")).toMatchObject({
      ok: false,
      error: { reason: "protocol_violation" },
    });
    expect(await offers("openai", "not a url", "sk-0123456789")).toMatchObject({
      ok: false,
      error: { reason: "rejected" },
    });
  });
});
