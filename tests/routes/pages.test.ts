import { beforeAll, describe, expect, it } from "vitest";
import type { Boot } from "../../src/contract/auth.ts";
import { renderPage } from "../../src/http/pages.ts";
import { call, configure, errorOf } from "./support.ts";

beforeAll(async () => {
  await configure({
    slug: "acme",
    name: "Acme </script><b>",
    locale: "zh-CN",
    registration: false,
  });
});

function bootIn(html: string): Boot {
  const json = /<script type="application\/json" id="boot">(.*?)<\/script>/.exec(html)?.[1];
  return JSON.parse(json ?? "null");
}

describe("a page", () => {
  it("carries the boot data of its site, in the site's language, escaped", async () => {
    const html = await (await call("acme", "/")).text();
    expect(bootIn(html)).toMatchObject({
      host: "site",
      me: null,
      site: { slug: "acme", name: "Acme </script><b>", registration: false },
    });
    expect(html).toContain('<html lang="zh-CN"');
    expect(html).not.toContain("</script><b>");
    expect(html).toContain("portal");
  });

  it.each(["/", "/c/conv_1", "/wallet"])("%s is the portal", async (path) => {
    const response = await call("acme", path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("<body>portal");
    expect(response.headers.get("content-security-policy")).toContain(
      "require-trusted-types-for 'script'",
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it.each(["/admin/", "/admin/users"])("%s is the console", async (path) => {
    const response = await call("acme", path);
    expect(await response.text()).toContain("<body>console");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("of the platform is the operator's console, never a portal", async () => {
    const response = await call(null, "/");
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/admin/");
    const boot = bootIn(await (await call(null, "/admin/")).text());
    expect(boot).toMatchObject({ host: "platform", site: { slug: "platform" } });
  });

  it("replaces each mark once and keeps dollar signs of a name", () => {
    const boot = { site: { name: "A$&B", locale: "en" }, me: null } as unknown as Boot;
    const page = renderPage("<title>Portico</title><!--boot-->", boot, "portal");
    return expect(page.text()).resolves.toContain("<title>A$&#38;B</title>");
  });
});

describe("a file", () => {
  it.each([
    "/assets/none-123.js",
    "/admin/assets/none.css",
    "/nothing.png",
    "/index.html",
    "/admin/index.html",
  ])("%s that is not served is a 404 in JSON and never a page", async (path) => {
    const response = await call("acme", path);
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({ code: "not_found" });
  });

  it.each(["/api/nothing", "/v1/nothing", "/oauth/nothing", "/mcp"])(
    "%s is no page",
    async (path) => {
      const response = await call("acme", path);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toContain("application/json");
    },
  );
});

describe("a host that is nobody's", () => {
  it.each(["/", "/admin/", "/v1/models", "/api/auth/boot", "/openapi.json"])(
    "gets 421 for %s, plain and without a hint",
    async (path) => {
      const response = await call("nobody", path);
      expect(response.status).toBe(421);
      expect(response.headers.get("content-type")).toContain("text/plain");
      expect(await response.text()).toBe("There is no site at this address.\n");
    },
  );
});
