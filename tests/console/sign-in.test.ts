/** What the console's form of a provider makes of what was typed, and the order of the buttons. */
import { describe, expect, it } from "vitest";
import { moved } from "../../admin-ui/src/features/sign-in/order.ts";
import {
  domainsOf,
  isDomain,
  providerBody,
  providerValues,
} from "../../admin-ui/src/features/sign-in/provider-values.ts";
import type { Provider, ProviderKindInfo } from "../../src/contract/providers.ts";

const word = (text: string) => ({ "zh-CN": text, en: text });
const KIND: ProviderKindInfo = {
  kind: "oidc",
  label: word("OIDC"),
  path: "callback",
  guide: {
    steps: [],
    fields: [
      { name: "issuer", in: "settings", kind: "url", label: word("Issuer"), required: true },
      { name: "clientSecret", in: "secret", kind: "password", label: word("S"), required: true },
    ],
  },
};
const STORED: Provider = {
  id: "idp_1",
  slug: "acme",
  kind: "oidc",
  name: "Acme",
  enabled: false,
  settings: { issuer: "https://id.acme.example" },
  registers: false,
  level: "staff",
  trustedDomains: ["acme.example", "acme.org"],
  secretHint: "…1234",
  people: 3,
};

describe("the form", () => {
  it("of a stored provider holds everything but its secret, and gives it back unchanged", () => {
    const values = providerValues(KIND, STORED, { slug: "x", name: "x" });
    expect(values.secret).toEqual({ clientSecret: "" });
    const { id: _id, secretHint: _hint, people: _people, ...kept } = STORED;
    expect(providerBody(KIND, values)).toEqual(kept);
  });

  it("sends what was typed without blanks, and a secret only where one was", () => {
    const values = providerValues(KIND, null, { slug: "oidc", name: "OIDC" });
    values.settings.issuer = "  https://id.acme.example ";
    expect(providerBody(KIND, values)).toMatchObject({
      slug: "oidc",
      settings: { issuer: "https://id.acme.example" },
      level: null,
      trustedDomains: [],
    });
    expect(providerBody(KIND, values)).not.toHaveProperty("secret");
    values.secret.clientSecret = " s3cret ";
    expect(providerBody(KIND, values).secret).toEqual({ clientSecret: "s3cret" });
  });
});

describe("domains", () => {
  it("are taken from lines, commas and addresses, as people write them", () => {
    expect(domainsOf("Acme.example, @b.org\n\n c.example；d.example")).toEqual([
      "acme.example",
      "b.org",
      "c.example",
      "d.example",
    ]);
  });

  it.each([
    "example",
    "a b.example",
    "-a.example",
    "*.example.com",
    "ann@acme.example",
    "acme.example.",
  ])("%s is none", (text) => expect(isDomain(text)).toBe(false));
});

describe("the order", () => {
  it("is changed by one place at a time, and not beyond the ends", () => {
    expect(moved(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], "a", 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b"], "a", -1)).toBeNull();
    expect(moved(["a", "b"], "b", 1)).toBeNull();
    expect(moved(["a"], "gone", 1)).toBeNull();
  });
});
