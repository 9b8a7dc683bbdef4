import { beforeAll, describe, expect, it } from "vitest";
import { adminEndpoints } from "../../src/contract/admin.ts";
import { authEndpoints } from "../../src/contract/auth.ts";
import { platformEndpoints } from "../../src/contract/platform.ts";
import { portalEndpoints } from "../../src/contract/portal.ts";
import { call, configure, errorOf, OPERATOR, post } from "./support.ts";

beforeAll(async () => {
  await configure({ slug: "acme", name: "Acme" });
});

describe("health", () => {
  it("is told on any host, without a site", async () => {
    const response = await call("nobody", "/healthz");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: true, version: expect.any(String) });
  });
});

describe("metrics", () => {
  it("are for the operator, on the platform's host", async () => {
    expect((await call(null, "/metrics")).status).toBe(401);
    expect((await call("acme", "/metrics", { headers: OPERATOR })).status).toBe(404);
    const response = await call(null, "/metrics", { headers: OPERATOR });
    expect(await response.text()).toMatch(/^portico_store_queries_total \d+$/m);
  });
});

describe("the OpenAPI document", () => {
  it("describes every endpoint of every table, with its policy", async () => {
    const document = (await (await call("acme", "/openapi.json")).json()) as {
      paths: Record<string, Record<string, { summary: string; security?: object[] }>>;
    };
    const tables = {
      ...authEndpoints,
      ...portalEndpoints,
      ...adminEndpoints,
      ...platformEndpoints,
    };
    for (const [key, endpoint] of Object.entries(tables)) {
      const [method = "", path = ""] = key.split(" ");
      const operation = document.paths[path]?.[method.toLowerCase()];
      expect(operation?.summary, key).toBe(endpoint.summary);
      expect(operation?.security === undefined, key).toBe(endpoint.auth === "public");
    }
  });

  it("says what an endpoint takes and answers, as JSON Schema", async () => {
    const { paths } = (await (await call("acme", "/openapi.json")).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    expect(paths["/api/auth/login"]?.post).toMatchObject({
      requestBody: {
        required: true,
        content: { "application/json": { schema: { required: ["email", "password"] } } },
      },
      responses: { default: { content: { "application/json": {} } } },
    });
    expect(paths["/api/admin/users/{id}/entries"]?.get).toMatchObject({
      parameters: expect.arrayContaining([
        { name: "id", in: "path", required: true, schema: { type: "string" } },
        expect.objectContaining({ name: "limit", in: "query", required: false }),
      ]),
    });
    const stream = paths["/api/portal/runs/{id}/events"]?.get;
    expect(stream).toMatchObject({
      responses: { 200: { content: { "text/event-stream": { schema: { type: "string" } } } } },
    });
  });

  it("can be read by a person too", async () => {
    const html = await (await call("acme", "/docs")).text();
    expect(html).toContain("<code>/api/portal/runs</code>");
  });
});

describe("the schema of the configuration file", () => {
  it("is served, and says what a site needs", async () => {
    const schema = (await (await call("acme", "/schemas/portico.json")).json()) as {
      properties: { sites: { items: { required: string[] } } };
    };
    expect(schema.properties.sites.items.required).toEqual(["slug", "name"]);
  });
});

describe("what a client sends", () => {
  const login = (body: unknown, headers: Record<string, string> = {}) =>
    call("acme", "/api/auth/login", post(body, headers));

  it("must be JSON", async () => {
    const response = await login("{");
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: "invalid_json" });
  });

  it("must fit the schema, and the field is named", async () => {
    const response = await login({ email: "no address", password: "x" });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: "invalid_value", param: "email" });
  });

  it("may not carry fields that nobody asked for", async () => {
    const response = await login({ email: "a@b.example", password: "x", role: "owner" });
    expect(response.status).toBe(400);
  });

  it("may not be nested without end", async () => {
    const response = await login(`${"[".repeat(100)}${"]".repeat(100)}`);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toContain("nested");
  });

  it("may not come from a page of another origin", async () => {
    const response = await login(
      { email: "a@b.example", password: "x" },
      { origin: "http://evil.example" },
    );
    expect(response.status).toBe(403);
    expect(await errorOf(response)).toMatchObject({ code: "origin_not_allowed" });
  });

  it("with a cookie but without an origin is refused", async () => {
    const response = await login({ email: "a@b.example", password: "x" }, { cookie: "portico=x" });
    expect(response.status).toBe(403);
  });

  it("every refusal names the request", async () => {
    const response = await login("{");
    const id = response.headers.get("x-request-id");
    expect(id).toMatch(/^req_/);
    expect((await errorOf(response)).request_id).toBe(id);
  });
});
