import { describe, expect, it } from "vitest";
import { allConnectors, connectorById, connectorInfos } from "../../src/connectors/registry.ts";
import { connectorInfoSchema } from "../../src/contract/guide.ts";
import { connectorContract } from "./contract.ts";
import { anthropicFixture } from "./fixtures/anthropic.ts";
import { bedrockFixture } from "./fixtures/bedrock.ts";
import { difyFixture } from "./fixtures/dify.ts";
import { geminiFixture } from "./fixtures/gemini.ts";
import { openAiFixtures } from "./fixtures/look-alikes.ts";
import { ollamaFixture } from "./fixtures/ollama.ts";

const fixtures = {
  ...openAiFixtures,
  anthropic: anthropicFixture,
  dify: difyFixture,
  gemini: geminiFixture,
  bedrock: bedrockFixture,
  ollama: ollamaFixture,
};

it("every registered connector has a fixture, and every fixture a connector", () => {
  const ids = allConnectors().map((connector) => connector.id);
  expect(Object.keys(fixtures).sort()).toEqual(ids.sort());
});

it("what the console draws is what its schema says", () => {
  for (const info of connectorInfos()) expect(connectorInfoSchema.parse(info)).toEqual(info);
});

it("a platform that nobody knows is null", () => {
  expect(connectorById("unheard-of")).toBeNull();
});

for (const [id, fixture] of Object.entries(fixtures)) {
  const connector = connectorById(id);
  if (connector) describe(id, () => connectorContract(connector, fixture));
}
