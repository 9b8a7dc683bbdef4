import type { UsageRecord } from "@contract";
import { requestQuerySchema } from "@contract/index.ts";
import { describe, expect, test } from "vitest";
import { CSV_HEADER, csvRow } from "../../admin-ui/src/features/requests/export-requests.ts";
import { requestFilter } from "../../admin-ui/src/features/requests/request-filter.ts";
import { siteUrl } from "../../admin-ui/src/lib/site-url.ts";

describe("the filter of the request log", () => {
  const now = Date.parse("2026-11-21T12:00:30Z");

  test("counts a range back from the current minute", () => {
    expect(requestFilter({ range: "1h" }, now).from).toBe("2026-11-21T11:00:00.000Z");
  });

  test("is one that the contract takes, also when the address was written by hand", () => {
    const filter = requestFilter(
      { range: "soon", from: "yesterday", to: "2026-11-21", status: "bad", model: "m" },
      now,
    );
    expect(filter).toEqual({ to: "2026-11-21T00:00:00.000Z", model: "m" });
    expect(requestQuerySchema.safeParse(filter).error).toBeUndefined();
  });
});

test("a line of the CSV has a cell for each column, credits as a number", () => {
  const record: UsageRecord = {
    request_id: "req_1",
    at: "2026-11-21T12:00:00.000Z",
    surface: "gateway",
    status: "ok",
    error: null,
    user_id: "u",
    user_email: "ann@acme.example",
    key_id: null,
    model: "m",
    connection: "c",
    upstream_model: "u",
    stream: true,
    tokens: { input: 1, output: 2, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    usage_source: "reported",
    held_micro: 10,
    charged_micro: 193_500,
    uncollected_micro: 0,
    cost_micro: null,
    price_version: 1,
    finish: "stop",
    attempts: [],
    timings: { gateway: 1, admit: 1, first_byte: 5, total: 9 },
  };
  const row = csvRow(record);
  expect(row).toHaveLength(CSV_HEADER.length);
  expect(row[CSV_HEADER.indexOf("credits")]).toBe(0.1935);
});

describe("a site's address", () => {
  test("is its subdomain under the platform's own host, with the port", () => {
    const at = { protocol: "http:", hostname: "localhost", port: "8787" };
    expect(siteUrl("demo", "/admin/", at)).toBe("http://demo.localhost:8787/admin/");
    const live = { protocol: "https:", hostname: "portico.example", port: "" };
    expect(siteUrl("acme", "/", live)).toBe("https://acme.portico.example/");
  });

  test.each(["127.0.0.1", "[::1]"])(
    "is under localhost where the platform is at %s",
    (hostname) => {
      expect(siteUrl("demo", "/", { protocol: "http:", hostname, port: "1" })).toBe(
        "http://demo.localhost:1/",
      );
    },
  );
});
