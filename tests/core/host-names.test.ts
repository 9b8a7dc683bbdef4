/** Names of hosts as people write them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOST_MAX, PROOF_LABEL, readHostName } from "../../src/contract/host-names.ts";
import { hostSchema } from "../../src/contract/values.ts";

describe("a host name", () => {
  it.each([
    ["ai.acme.com", "ai.acme.com"],
    [" AI.Acme.COM. ", "ai.acme.com"],
    ["https://ai.acme.com/", "ai.acme.com"],
    ["HTTP://ai.acme.com", "ai.acme.com"],
    ["bücher.de", "xn--bcher-kva.de"],
    ["智能.中国", "xn--5kv130d.xn--fiqs8s"],
    ["ai。acme。com", "ai.acme.com"],
    ["acme.co.uk", "acme.co.uk"],
    ["a-b.c-d.internal", "a-b.c-d.internal"],
    ["1.2.3.acme.com", "1.2.3.acme.com"],
  ])("%j is %s in the DNS", (text, value) => {
    expect(readHostName(text)).toEqual({ ok: true, value });
  });

  it.each([
    ["", "empty"],
    ["https://", "empty"],
    ["acme", "one_label"],
    ["co.uk", "public_suffix"],
    ["COM.CN", "public_suffix"],
    ["x.localhost", "not_public"],
    ["x.onion", "not_public"],
    ["4.4.8.8.in-addr.arpa", "not_public"],
    ["10.0.0.1", "an_address"],
    ["0x0a000001", "an_address"],
    ["012.1.2.3", "an_address"],
    ["fe80::1", "an_address"],
    ["[2001:db8::1]", "an_address"],
    ["acme.com:80", "more_than_a_name"],
    ["a@acme.com", "more_than_a_name"],
    ["acme.com/x", "more_than_a_name"],
    ["acme.com\\x", "more_than_a_name"],
    ["acme.com#x", "more_than_a_name"],
    ["ftp://acme.com", "more_than_a_name"],
    ["a b.com", "not_a_name"],
    ["*.acme.com", "not_a_name"],
    ["a_b.acme.com", "not_a_name"],
    ["a..acme.com", "not_a_name"],
    ["-a.acme.com", "not_a_name"],
    [`${"a".repeat(64)}.com`, "too_long"],
    [`${"a.".repeat(123)}com`, "too_long"],
  ])("%j is none: %s", (text, error) => {
    expect(readHostName(text)).toEqual({ ok: false, error });
  });

  it("leaves room for the label of its proof", () => {
    const longest = `${"a.".repeat(118)}${"b".repeat(HOST_MAX - 240)}.com`;
    expect(readHostName(longest).ok).toBe(true);
    expect(`${PROOF_LABEL}.${longest}`).toHaveLength(253);
  });

  it("that is read is one that a configuration file could name, and is read as itself", () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string(), fc.webUrl()), (text) => {
        const read = readHostName(text);
        if (!read.ok) return;
        expect(hostSchema.safeParse(read.value).success).toBe(true);
        expect(readHostName(read.value)).toEqual(read);
      }),
    );
  });
});
