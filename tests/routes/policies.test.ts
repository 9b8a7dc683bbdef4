/// <reference types="vite/client" />
import { expect, it } from "vitest";
import { actionOf, isAudited } from "../../src/http/audit.ts";
import { App } from "../../src/http/endpoint.ts";
import worker from "../../src/worker.ts?raw";
import { KEYED_DOORS, OPEN_DOORS, OPERATOR_DOORS, PROTOCOL_DOORS } from "../server/doors.ts";

type Register = (app: App) => void;

/** Every `…Routes` of src/routes, as the worker would register it. */
const REGISTERS: [string, Register][] = Object.values(
  import.meta.glob<Record<string, unknown>>("../../src/routes/*.ts", { eager: true }),
).flatMap((module) =>
  Object.entries(module).flatMap(([name, value]): [string, Register][] =>
    name.endsWith("Routes") && typeof value === "function" ? [[name, value as Register]] : [],
  ),
);

const app = new App();
for (const [, register] of REGISTERS) register(app);
const honoPath = (key: string) => key.replace(/\{(\w+)\}/g, ":$1");
const DOORS = [...OPEN_DOORS, ...PROTOCOL_DOORS, ...OPERATOR_DOORS, ...KEYED_DOORS];
const ofTables = new Set([...app.endpoints.keys()].map(honoPath));

it("every route is of an endpoint table, or says in the list of doors who may call it", () => {
  const routes = new Set(app.routes.map(({ method, path }) => `${method} ${path}`));
  const others = [...routes].filter((route) => !ofTables.has(route)).toSorted();
  expect(others).toEqual(DOORS.toSorted());
});

it("no door is declared twice, in two lists or beside a table", () => {
  expect(new Set(DOORS).size).toBe(DOORS.length);
  expect(DOORS.filter((door) => ofTables.has(door))).toEqual([]);
});

it("the worker registers all of them", () => {
  expect(REGISTERS.length).toBeGreaterThan(10);
  const own = REGISTERS.map(([name]) => name).filter((name) => !/^aigne(Media|Video)/.test(name));
  for (const name of own) expect(worker, name).toContain(`${name}(app)`);
});

it("what console and operator change is told to the audit, but for questions and looks", () => {
  const untold = [...app.endpoints].filter(
    ([key, endpoint]) =>
      ["console", "operator"].includes(endpoint.auth) &&
      !key.startsWith("GET ") &&
      !isAudited(key, endpoint),
  );
  expect(untold.map(([key]) => key).toSorted()).toEqual([
    "POST /api/admin/agents/draft/chat",
    "POST /api/admin/hosts/{host}/check",
    "POST /api/admin/playground",
    "POST /api/admin/sign-in/test",
  ]);
});

it.each([
  ["PATCH /api/admin/users/{id}", "users.change"],
  ["POST /api/admin/users", "users.create"],
  ["POST /api/admin/users/{id}/grants", "users.grants"],
  ["DELETE /api/admin/users/{id}/keys/{keyId}", "users.keys.delete"],
  ["PUT /api/admin/models/prices", "models.prices.change"],
  ["POST /api/platform/config", "config.create"],
])("the audit calls %s %s", (key, action) => {
  expect(actionOf(key)).toBe(action);
});
