import { describe, expect, it } from "vitest";
import type { AnyConnector } from "../../src/connectors/connector.ts";
import { allConnectors, connectorById } from "../../src/connectors/registry.ts";
import { fixtures } from "./fixtures/all.ts";
import { ownTasks } from "./fixtures/own-tasks.ts";
import { familyTasks } from "./fixtures/tasks.ts";
import { type Capability, taskContract } from "./tasks-contract.ts";

const CAPABILITIES = Object.keys(familyTasks) as Capability[];
const capabilitiesOf = (connector: AnyConnector | null): Capability[] =>
  CAPABILITIES.filter((capability) => connector?.[capability] !== undefined);

it("what each platform does beside chat", () => {
  const table = allConnectors()
    .map((connector) => [connector.id, capabilitiesOf(connector).join(" ")])
    .filter(([, does]) => does !== "");
  expect(Object.fromEntries(table)).toEqual({
    openai: "embed image speech transcribe video",
    "azure-openai": "embed image speech transcribe video",
    "openai-compatible": "embed image speech transcribe video",
    siliconflow: "embed image speech transcribe video",
    ark: "embed image",
    xai: "image video",
    gemini: "embed image video",
    ollama: "embed",
    openrouter: "embed",
    dashscope: "embed",
    qianfan: "embed",
  });
});

for (const [id, fixture] of Object.entries(fixtures)) {
  const connector = connectorById(id);
  const capabilities = capabilitiesOf(connector);
  if (!connector || capabilities.length === 0) continue;
  const tasks = capabilities.map(
    (name) => [name, ownTasks[id]?.[name] ?? familyTasks[name]] as const,
  );
  describe(id, () => taskContract(connector, fixture, Object.fromEntries(tasks)));
}
