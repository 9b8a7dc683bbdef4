import { describe, expect, it } from "vitest";
import { baseUrlSchema, keySchema, tidyKey } from "../../../src/connectors/kit/guide.ts";
import {
  errorOfStatus,
  reasonOfStatus,
  retryAfterMs,
} from "../../../src/connectors/kit/http-errors.ts";
import { safeDetail, secretForms, withoutSecrets } from "../../../src/connectors/kit/redact.ts";
import { joinUrl, tidyBaseUrl, withVersion } from "../../../src/connectors/kit/urls.ts";

describe("redaction", () => {
  it.each([
    ["an OpenAI key", "Incorrect API key provided: sk-proj-abcdEFGH1234 ok", "sk-proj"],
    ["a Dify key", "bad app-AbCdEfGh12345678", "app-AbC"],
    ["a bearer token", "header was Bearer abc.def-ghi_jkl123", "abc.def"],
    ["a JSON web token", "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9AA.c2lnbmF0dXJl", "eyJhbG"],
    ["a Gemini key", "AQ.Ab8RN6KabcdefghijklmnopQRST", "AQ.Ab8"],
    ["a Bedrock key", "ABSKQmVkcm9ja0FQSUtleS0wMTIzNDU2Nzg5", "ABSK"],
    ["a temporary key of AWS", "ASIAIOSFODNN7EXAMPLE", "ASIA"],
    ["a Baidu key", "bce-v3/ALTAK-abcdefgh/0123456789", "ALTAK"],
  ])("%s is cut out of a sentence even when it is not ours", (_name, text, leak) => {
    expect(safeDetail(text)).not.toContain(leak);
    expect(safeDetail(text)).toContain("***");
  });

  it("a secret of ours is cut out as it is, as a URL spells it and as JSON spells it", () => {
    const secret = 'p@ss "word"/1';
    const forms = secretForms([secret]);
    const spelled = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    for (const form of spelled) expect(withoutSecrets(`x ${form} y`, forms)).toBe("x *** y");
  });

  it("a secret pasted with spaces around is found without them", () => {
    expect(withoutSecrets("a topsecret b", secretForms([" topsecret "]))).toBe("a *** b");
  });

  it("a key pasted with `Bearer ` in front is found without it", () => {
    expect(withoutSecrets("a topsecret b", secretForms(["Bearer topsecret"]))).toBe("a *** b");
  });

  it("short values are left alone, they are ordinary words", () => {
    expect(withoutSecrets("ask me", secretForms(["me", "ask"]))).toBe("ask me");
  });

  it("a detail is one line of at most 500 characters", () => {
    const detail = safeDetail(`one\n\ttwo ${"x".repeat(2000)}`);
    expect(detail).toHaveLength(500);
    expect(detail).toMatch(/^one two x+…$/);
  });
});

describe("statuses", () => {
  it.each([
    [400, "rejected"],
    [401, "unauthorized"],
    [402, "quota_exhausted"],
    [403, "forbidden"],
    [404, "target_not_found"],
    [408, "timeout"],
    [413, "too_large"],
    [422, "rejected"],
    [429, "rate_limited"],
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [504, "timeout"],
    [524, "timeout"],
    [529, "overloaded"],
    [599, "unavailable"],
    [302, "protocol_violation"],
  ])("%i means %s", (status, reason) => {
    expect(reasonOfStatus(status)).toBe(reason);
  });

  it("a web page is named as such instead of being quoted", () => {
    const headers = { "content-type": "text/html; charset=utf-8" };
    const error = errorOfStatus({ status: 502, headers, body: "<html>secret page</html>" });
    expect(error).toMatchObject({ reason: "unavailable", status: 502 });
    expect(error.detail).toContain("web page");
    expect(error.detail).not.toContain("<html>");
  });
});

describe("retry-after", () => {
  const now = Date.parse("2026-11-20T10:00:00Z");
  it.each([
    ["seconds", { "retry-after": "2" }, 2000],
    ["parts of a second", { "retry-after": "0.25" }, 250],
    ["a date", { "retry-after": "Fri, 20 Nov 2026 10:00:30 GMT" }, 30_000],
    ["a date that is past", { "retry-after": "Fri, 20 Nov 2026 09:00:00 GMT" }, 0],
    ["milliseconds first", { "retry-after-ms": "120.4", "retry-after": "9" }, 121],
    ["nothing", {}, null],
    ["nonsense", { "retry-after": "soon" }, null],
    ["a negative number", { "retry-after-ms": "-5" }, null],
  ])("%s", (_name, headers: Record<string, string>, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected);
  });
});

describe("addresses", () => {
  it.each([
    ["https://x.com/v1/", "https://x.com/v1"],
    [" https://x.com/v1/chat/completions ", "https://x.com/v1"],
    ["https://x.com/v1/models/?a=1#b", "https://x.com/v1"],
    ["https://x.com/proxy/openai", "https://x.com/proxy/openai"],
    ["https://x.com/v1//", "https://x.com/v1"],
  ])("%s is tidied to %s", (pasted, tidy) => {
    expect(tidyBaseUrl(pasted)).toBe(tidy);
  });

  it("exactly one slash joins base and path", () => {
    for (const base of ["https://x.com/v1", "https://x.com/v1/"]) {
      for (const path of ["models", "/models"]) {
        expect(joinUrl(base, path)).toBe("https://x.com/v1/models");
      }
    }
  });

  it("a version is put behind once, whether or not it stood there", () => {
    for (const base of [
      "https://d.com",
      "https://d.com/",
      "https://d.com/v1",
      "https://d.com/v1/info",
    ]) {
      expect(withVersion(base)).toBe("https://d.com/v1");
    }
  });

  it("a base URL left empty becomes the default, and nonsense is refused", () => {
    const schema = baseUrlSchema("https://api.example.com/v1");
    expect(schema.parse(undefined)).toBe("https://api.example.com/v1");
    expect(schema.parse("  ")).toBe("https://api.example.com/v1");
    expect(schema.safeParse("api.example.com").success).toBe(false);
    expect(schema.safeParse("javascript:alert(1)").success).toBe(false);
    expect(baseUrlSchema().safeParse("").success).toBe(false);
  });
});

describe("pasted keys", () => {
  it.each([
    ["  sk-abc \n", "sk-abc"],
    ['"sk-abc"', "sk-abc"],
    ["“sk-abc”", "sk-abc"],
    ["Bearer sk-abc", "sk-abc"],
    ["ｓｋ－ａｂｃ", "sk-abc"],
  ])("%j is tidied", (pasted, tidy) => {
    expect(tidyKey(pasted)).toBe(tidy);
  });

  it("a key with a line break inside is refused: it cannot stand in a header", () => {
    expect(keySchema().safeParse("sk-abc\r\nx-injected: 1").success).toBe(false);
  });

  it("a key of the wrong kind is refused with the sentence of the form", () => {
    const message = { "zh-CN": "不是", en: "That is a dataset key." };
    const parsed = keySchema({ source: "^(?!dataset-)", message }).safeParse("dataset-123");
    expect(parsed.error?.issues[0]?.message).toBe("That is a dataset key.");
  });
});
