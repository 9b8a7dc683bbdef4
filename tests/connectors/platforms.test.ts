/** The table of platforms in the documents, made of the registry. `vitest -u` writes it anew. */
import { expect, it } from "vitest";
import type { AnyConnector } from "../../src/connectors/connector.ts";
import { allConnectors } from "../../src/connectors/registry.ts";
import { CONNECTOR_IDS } from "../../src/contract/connectors.ts";

const FAMILIES = [
  ["agents", "Agent platforms"],
  ["models", "Model providers"],
  ["builtin", "Built in"],
] as const;

const TASKS = [
  ["chat", "chat"],
  ["embed", "embeddings"],
  ["image", "images"],
  ["speech", "speech"],
  ["transcribe", "transcription"],
  ["video", "videos"],
] as const;

function row(connector: AnyConnector): string {
  const does = TASKS.filter(([task]) => connector[task] !== undefined).map(([, name]) => name);
  const names = (place: "settings" | "secret") =>
    connector.guide.fields
      .filter((field) => field.in === place)
      .map(({ name, required }) => (required ? `\`${name}\`` : `(\`${name}\`)`))
      .join(", ");
  const cells = [
    connector.label.en,
    `\`${connector.id}\``,
    does.join(", "),
    connector.offers ? "yes" : "by id",
    names("settings"),
    names("secret"),
  ];
  return `| ${cells.join(" | ")} |`;
}

function table(): string {
  const parts = FAMILIES.map(([family, title]) => {
    const rows = allConnectors().filter((connector) => connector.family === family);
    return [
      `## ${title}`,
      "",
      "| platform | `connector` | does | listed | settings | secrets |",
      "|---|---|---|---|---|---|",
      ...rows.map(row),
      "",
    ].join("\n");
  });
  return `# Platforms

Made of the registry by \`tests/connectors/platforms.test.ts\`. *Listed*: whether the console shows what
can be published, or asks for its id (where a key or an address is one agent, none is needed). In
brackets: what may be left out. How agents remember, stop and take files, and what could not be verified
without an account: [agents.md](agents.md).

${parts.join("\n")}`;
}

it("the documents name every platform, and what each asks for", async () => {
  await expect(table()).toMatchFileSnapshot("../../docs/platforms.md");
});

it("every id that a configuration file may say has a connector", () => {
  const known = allConnectors().map(({ id }) => id);
  expect(CONNECTOR_IDS.filter((id) => !known.includes(id))).toEqual([]);
});
