/** "Test connection" of Anthropic, Bedrock, Gemini and Ollama against the scripted platforms, key right and wrong. */
import { describe, expect, inject, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import { listOffers, testConnection } from "../../../src/services/probe.ts";
import { AWS_KEY } from "../../support/aws-signature.ts";

const OPTIONS = { allowPrivate: true };

function trial(id: string) {
  const connector = connectorById(id);
  if (!connector) throw new Error(`no ${id}`);
  const settings = { baseUrl: `${inject("upstreamUrl")}/t/${crypto.randomUUID()}/${id}` };
  return {
    test: (secret: Record<string, string>) => testConnection(connector, settings, secret, OPTIONS),
    offers: (secret: Record<string, string>) => listOffers(connector, settings, secret, OPTIONS),
  };
}

describe("the test of a connection", () => {
  it.each([
    ["bedrock", { apiKey: "ABSKkey-0123456789" }],
    ["bedrock", AWS_KEY],
    ["anthropic", { apiKey: "sk-ant-api03-0123456789" }],
    ["gemini", { apiKey: "AQ.key-0123456789" }],
    ["ollama", {}],
  ])("of %s passes with a right key, or none where none is needed", async (id, secret) => {
    const result = await trial(id).test(secret);
    expect(result.ok).toBe(true);
    expect(result.steps.filter((step) => step.state === "ok").length).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ["bedrock", { ...AWS_KEY, secretAccessKey: "cut-off" }, /cut off/],
    ["bedrock", { ...AWS_KEY, accessKeyId: "AKIAANOTHERKEY000" }, /not valid/],
    ["anthropic", { apiKey: "cut-off-0123456789" }, /API keys page/],
    ["gemini", { apiKey: "AIzaSyWrong-0123456789" }, /Create a new one/],
  ])("of %s with a wrong key says what to do", async (id, secret, words) => {
    const result = await trial(id).test(secret);
    const failed = result.steps.filter((step) => step.state === "failed");
    expect(failed.map((step) => step.step)).toEqual(["authorised"]);
    expect(failed[0]?.message.en).toMatch(words);
  });
});

it("what can be published is listed whole: every page, the profiles of Bedrock's", async () => {
  const gemini = await trial("gemini").offers({ apiKey: "AQ.key-0123456789" });
  expect(gemini.ok && gemini.value.map((offer) => offer.id)).toEqual(["ok", "tools", "reasoning"]);
  const anthropic = await trial("anthropic").offers({ apiKey: "sk-ant-api03-0123456789" });
  expect(anthropic.ok && anthropic.value.map((offer) => offer.id)).toEqual([
    "claude-sonnet-4-5",
    "claude-opus-4-7",
    "claude-haiku-4-5",
  ]);
  const bedrock = await trial("bedrock").offers(AWS_KEY);
  expect(bedrock.ok && bedrock.value.map((offer) => offer.id)).toEqual(["us.ok", "ok"]);
  const ollama = await trial("ollama").offers({});
  expect(ollama.ok && ollama.value.map((offer) => offer.id)).toEqual(["ok", "tools", "reasoning"]);
});
