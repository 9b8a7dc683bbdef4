import { describe, expect, it } from "vitest";
import { allConnectors, connectorById, connectorInfos } from "../../src/connectors/registry.ts";
import { connectorInfoSchema } from "../../src/contract/guide.ts";
import { connectorContract } from "./contract.ts";
import { fixtures } from "./fixtures/all.ts";

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
