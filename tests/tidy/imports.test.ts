import { expect, it } from "vitest";
import { importRings, strayImports, targetOf, ZONES, zoneOf } from "./import-zones.ts";
import { allSources, exists, expectTidy, sourceOf } from "./sources.ts";

const rulesOf = (path: string, text: string) =>
  strayImports(sourceOf(path, text)).map(({ rule }) => rule);

it("imports go down only, and each package stays in its zone", () => {
  expectTidy(allSources().flatMap(strayImports));
});

it("no imports form a ring", () => {
  expectTidy(importRings(allSources()));
});

it("every relative import leads to a file by its full name", () => {
  const broken = allSources().flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const target = targetOf(path, specifier);
      if (target === null || exists(target) || target.startsWith("dist/")) return [];
      return [{ path, line, rule: `imports ${target}, which is not there` }];
    }),
  );
  expectTidy(broken);
});

it("every folder of src is a zone", () => {
  const zones = allSources().flatMap(({ path }) =>
    path === "src/env.d.ts" ? [] : (zoneOf(path) ?? []),
  );
  expect([...new Set(zones)].filter((zone) => !(zone in ZONES))).toEqual([]);
});

it.each([
  ["src/contract/a.ts", "../core/run.ts", "contract imports core"],
  ["src/core/a.ts", "../store/users.ts", "core imports store"],
  ["src/store/a.ts", "../durable/wallet/client.ts", "store imports durable"],
  ["src/durable/wallet/a.ts", "../../store/users.ts", "durable imports store"],
  ["src/services/chat/a.ts", "../../routes/chat.ts", "services imports routes"],
  ["src/routes/a.ts", "../store/users.ts", "routes imports store"],
  ["src/core/a.ts", "zod", "core imports the package zod"],
  ["src/services/a.ts", "hono", "services imports the package hono"],
  ["src/services/a.ts", "drizzle-orm/d1", "services imports the package drizzle-orm"],
  ["src/services/chat/a.ts", "jose", "services imports the package jose"],
  [
    "src/services/a.ts",
    "../connectors/dify/dify.ts",
    "a platform (dify) is imported by registry.ts alone",
  ],
  [
    "src/connectors/xai/a.ts",
    "../dify/dify.ts",
    "a platform (dify) is imported by registry.ts alone",
  ],
])("%s may not import %s", (path, specifier, rule) => {
  expect(rulesOf(path, `import { a } from "${specifier}";`)).toEqual([rule]);
});

it.each([
  ["src/services/identity/a.ts", "jose"],
  ["src/store/a.ts", "drizzle-orm/d1"],
  ["src/routes/a.ts", "hono/streaming"],
  ["src/connectors/registry.ts", "./dify/dify.ts"],
  ["src/connectors/dify/dify.ts", "../kit/sse.ts"],
  ["src/services/chat/a.ts", "../../connectors/registry.ts"],
  ["src/services/chat/a.ts", "../../durable/wallet/client.ts"],
  ["src/worker.ts", "./durable/wallet/wallet.ts"],
  ["admin-ui/src/app/a.ts", "@contract/call.ts"],
  ["portal-ui/src/lib/a.ts", "../../../src/contract/index.ts"],
])("%s may import %s", (path, specifier) => {
  expect(rulesOf(path, `import { a } from "${specifier}";`)).toEqual([]);
});

it("an object knows another by the types of its protocol alone", () => {
  const path = "src/durable/wallet/wallet.ts";
  expect(rulesOf(path, 'import type { A } from "../meter/protocol.ts";')).toEqual([]);
  expect(rulesOf(path, 'import { a } from "../meter/protocol.ts";')).toHaveLength(1);
  expect(rulesOf(path, 'import type { A } from "../meter/meter.ts";')).toHaveLength(1);
  expect(rulesOf("src/services/a.ts", 'import { A } from "../durable/meter/meter.ts";')).toEqual([
    "services imports the inside of the object meter: use its client.ts",
  ]);
});

it("the fronts know connectors by type alone", () => {
  const path = "src/front/a.ts";
  expect(rulesOf(path, 'import type { A } from "../connectors/connector.ts";')).toEqual([]);
  expect(rulesOf(path, 'import { a } from "../connectors/connector.ts";')).toHaveLength(1);
  expect(rulesOf(path, 'import type { A } from "../connectors/registry.ts";')).toHaveLength(1);
});

it("a UI knows nothing of the Worker but its contract and the types of its routes", () => {
  const path = "admin-ui/src/app/a.ts";
  expect(rulesOf(path, 'import { a } from "../../../src/core/run.ts";')).toHaveLength(1);
  expect(rulesOf(path, 'import { a } from "../../../portal-ui/src/a.ts";')).toHaveLength(1);
  expect(rulesOf(path, 'import type { A } from "../../../src/routes/admin.ts";')).toEqual([]);
  expect(rulesOf(path, 'import { a } from "../../../src/routes/admin.ts";')).toHaveLength(1);
});

it("dynamic imports, re-exports and import types count as imports", () => {
  const text = 'await import("hono");\nexport { a } from "jose";\ntype B = import("stripe").B;';
  expect(rulesOf("src/core/a.ts", text)).toEqual([
    "core imports the package hono",
    "core imports the package jose",
    "core imports the package stripe",
  ]);
});

it("a ring of three files is found and named", () => {
  const ring = [
    sourceOf("src/core/a.ts", 'import "./b.ts";'),
    sourceOf("src/core/b.ts", 'import "./c.ts";'),
    sourceOf("src/core/c.ts", 'import "./a.ts";'),
    sourceOf("src/core/d.ts", 'import "./a.ts";'),
  ];
  expect(importRings(ring).map(({ rule }) => rule)).toEqual([
    "ring: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts",
  ]);
});
