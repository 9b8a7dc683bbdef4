/** What the deployment says about own domains. */
import { describe, expect, it } from "vitest";
import { EnvironmentError, readEnvironment } from "../../src/http/environment.ts";

const read = (more: Partial<Env> = {}) =>
  readEnvironment({
    PORTICO_MASTER_KEY: btoa("x".repeat(32)),
    PORTICO_BASE_DOMAIN: "Portico.CN",
    PORTICO_ADDRESS_HEADER: "",
    ...more,
  } as Env).hosts;

describe("settings of own domains", () => {
  it("are two resolvers, the base domain as target, and nobody who makes certificates", () => {
    expect(read()).toEqual({
      cnameTarget: "portico.cn",
      resolvers: ["https://cloudflare-dns.com/dns-query", "https://dns.google/resolve"],
      cloudflare: null,
    });
  });

  it("are taken as they are given, without what does not matter", () => {
    expect(
      read({
        PORTICO_CNAME_TARGET: " Customers.Portico.CN ",
        PORTICO_DNS_RESOLVERS: "https://one.example/a,\n https://two.example/b",
        PORTICO_CLOUDFLARE_ZONE_ID: "zone",
        PORTICO_CLOUDFLARE_API_TOKEN: "token",
        PORTICO_CLOUDFLARE_API: "https://api.example/v4/",
      }),
    ).toEqual({
      cnameTarget: "customers.portico.cn",
      resolvers: ["https://one.example/a", "https://two.example/b"],
      cloudflare: { api: "https://api.example/v4", zoneId: "zone", token: "token" },
    });
  });

  it.each([{ PORTICO_CLOUDFLARE_ZONE_ID: "zone" }, { PORTICO_CLOUDFLARE_API_TOKEN: "token" }])(
    "that are half a set-up of Cloudflare serve nothing: %j",
    (half) => {
      expect(() => read(half)).toThrow(EnvironmentError);
    },
  );
});
