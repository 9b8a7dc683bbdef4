import { describe, expect, it } from "vitest";
import { guardUrl } from "../../../src/connectors/kit/guard.ts";

const strict = { allowPrivate: false };
const open = { allowPrivate: true };

describe("a public https address", () => {
  it.each([
    "https://api.openai.com/v1",
    "https://api.example.com:8443/prefix/v1",
    "https://8.8.8.8/v1",
    "https://[2606:4700::1111]/v1",
    "https://100.63.0.1/",
    "https://172.32.0.1/",
    "https://internal.example.com/",
  ])("%s is allowed", (url) => {
    expect(guardUrl(url, strict)).toMatchObject({ ok: true });
  });
});

describe("a private address is refused, and allowed where the operator allows it", () => {
  it.each([
    "http://api.example.com/v1",
    "https://localhost/v1",
    "https://LOCALHOST./v1",
    "https://tenant.localhost/",
    "https://db.internal/",
    "https://printer.local/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://127。0。0。1/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.1.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:c0a8:101]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:c0a8:101::1]/",
  ])("%s", (url) => {
    expect(guardUrl(url, strict)).toMatchObject({ ok: false });
    expect(guardUrl(url, open)).toMatchObject({ ok: true });
  });
});

describe("never allowed, whatever the operator says", () => {
  it.each([
    ["the metadata address", "http://169.254.169.254/latest/meta-data"],
    ["the metadata address in hexadecimal", "http://0xa9fea9fe/"],
    ["the metadata address mapped into IPv6", "http://[::ffff:169.254.169.254]/"],
    ["the metadata address of containers", "http://169.254.170.2/v2/credentials"],
    ["Alibaba's metadata address", "http://100.100.100.200/"],
    ["Google's metadata name", "http://metadata.google.internal/"],
    ["Google's metadata name as an absolute name", "http://metadata.google.internal./"],
    ["Amazon's IPv6 metadata address", "http://[fd00:ec2::254]/"],
    ["a user name", "https://user@api.example.com/"],
    ["a password", "https://user:pass@api.example.com/"],
    ["another scheme", "ftp://api.example.com/"],
    ["a file", "file:///etc/passwd"],
    ["the built-in model's scheme", "loopback:/chat/completions"],
    ["no URL", "api.example.com/v1"],
    ["nothing", ""],
  ])("%s", (_name, url) => {
    expect(guardUrl(url, open)).toMatchObject({ ok: false });
    expect(guardUrl(url, strict)).toMatchObject({ ok: false });
  });
});

it("a refusal says which host and why", () => {
  expect(guardUrl("https://10.0.0.8/v1", strict)).toEqual({
    ok: false,
    error: "10.0.0.8 is a private address; the operator forbids those",
  });
});
