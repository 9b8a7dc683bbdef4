/** Signatures, against AWS's own suite and against vectors that two other implementations agree on. */
import { describe, expect, it } from "vitest";
import { signatureHeaders } from "../../../src/connectors/bedrock/sigv4.ts";
import type { UpstreamRequest } from "../../../src/connectors/connector.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";

const key = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const at = new Date("2015-08-30T12:36:00Z");
const get = (url: string) => ({ method: "GET" as const, url });
const signed = (
  request: Pick<UpstreamRequest, "method" | "url" | "body">,
  service = "service",
  more = {},
) => signatureHeaders(request, { ...key, ...more }, { region: "us-east-1", service, at });
const signatureOf = async (...args: Parameters<typeof signed>) =>
  /Signature=([0-9a-f]{64})$/.exec((await signed(...args)).authorization ?? "")?.[1];

const CONVERSE = {
  method: "POST" as const,
  url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse",
  body: '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}',
};

describe("AWS's own suite", () => {
  it("get-vanilla", async () => {
    expect(await signed(get("https://example.amazonaws.com/"))).toEqual({
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    });
  });

  it("post-vanilla", async () => {
    const request = { method: "POST" as const, url: "https://example.amazonaws.com/" };
    expect(await signatureOf(request)).toBe(
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    );
  });

  it("a path that is escaped already is escaped once more", async () => {
    expect(await signatureOf(get("https://example.amazonaws.com/ሴ"))).toMatch(/^697b3484/);
  });

  it("get-vanilla-query-order: the parameters are signed in order, however they came", async () => {
    const one = await signatureOf(get("https://example.amazonaws.com/?Param2=b&Param1=a"));
    expect(one).toBe(await signatureOf(get("https://example.amazonaws.com/?Param1=a&Param2=b")));
    expect(one).not.toBe(await signatureOf(get("https://example.amazonaws.com/?Param1=a")));
  });
});

describe("a call of Bedrock", () => {
  it("has the signature that two other implementations make", async () => {
    expect(await signatureOf(CONVERSE, "bedrock")).toBe(
      "e08bff9fe3a403bd52bb132a03a1f0fffd1968dcb701e5531897d0f54347234a",
    );
  });

  it("with a session token signs that too", async () => {
    const headers = await signed(CONVERSE, "bedrock", { sessionToken: "TOKEN" });
    expect(headers["x-amz-security-token"]).toBe("TOKEN");
    expect(headers.authorization).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token");
    expect(headers.authorization).toMatch(
      /Signature=b70b6ff56751874864436b2f0b70fd2951c578a85e7f57e691a201007f0aadf2$/,
    );
  });

  it("is signed for `bedrock` in the connection's region, though its host says more", async () => {
    const bedrock = connectorById("bedrock");
    if (!bedrock) throw new Error("no bedrock");
    const account = openAccount(
      bedrock,
      { region: "eu-west-1" },
      { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: key.secretAccessKey },
    );
    if (!account.ok) throw new Error(account.error.message);
    const request = bedrock.probe?.prepare(account.value, undefined);
    expect(request?.headers.authorization).toBeUndefined();
    expect(JSON.stringify(request)).not.toContain(key.secretAccessKey);
    const headers = (request && (await request.sign?.(request))) ?? {};
    expect(headers.authorization).toContain("/eu-west-1/bedrock/aws4_request");
    expect(JSON.stringify(headers)).not.toContain(key.secretAccessKey);
    const age = Date.now() - Date.parse(isoOf(headers["x-amz-date"] ?? ""));
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(60_000);
  });
});

const isoOf = (basic: string): string =>
  basic.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5");
