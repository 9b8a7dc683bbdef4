import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  creationOptions,
  madeCredential,
  newChallenge,
  requestOptions,
  shownCounter,
} from "../../src/services/identity/webauthn.ts";

const ORIGIN = "https://ai.acme.example";
const EXPECTED = { challenge: newChallenge(), origin: ORIGIN, rpId: "ai.acme.example" };
const ID = Buffer.from("a key of somebody");
const text64 = (data: Buffer | string) => Buffer.from(data).toString("base64url");
const sha256 = (data: Buffer | string) => createHash("sha256").update(data).digest();

interface Said {
  type?: string;
  challenge?: string;
  origin?: string;
  crossOrigin?: boolean;
  host?: string;
  flags?: number;
  counter?: number;
}

/** An authenticator that does as it is told, also when that is wrong. */
function authenticator(kind: "ec" | "rsa" | "ed25519" | "p384" = "ec") {
  const pair = () => {
    if (kind === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 });
    if (kind === "ed25519") return generateKeyPairSync("ed25519");
    return generateKeyPairSync("ec", { namedCurve: kind === "ec" ? "P-256" : "P-384" });
  };
  const { publicKey, privateKey } = pair() as { publicKey: KeyObject; privateKey: KeyObject };
  const spki = text64(publicKey.export({ format: "der", type: "spki" }) as Buffer);
  const clientData = (type: string, said: Said) => {
    const { challenge = EXPECTED.challenge, origin = ORIGIN, crossOrigin = false } = said;
    return Buffer.from(JSON.stringify({ type: said.type ?? type, challenge, origin, crossOrigin }));
  };
  const head = ({ host = EXPECTED.rpId, flags, counter = 3 }: Said, usual: number) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(host), Buffer.from([flags ?? usual]), count]);
  };
  return {
    spki,
    made(said: Said = {}, more: object = {}) {
      const length = Buffer.from([0, ID.length]);
      const data = Buffer.concat([head(said, 0x45), Buffer.alloc(16), length, ID]);
      return {
        id: text64(ID),
        type: "public-key",
        response: {
          clientDataJSON: text64(clientData("webauthn.create", said)),
          authenticatorData: text64(data),
          publicKey: spki,
          ...more,
        },
      };
    },
    shown(said: Said = {}, more: object = {}) {
      const data = head(said, 0x05);
      const client = clientData("webauthn.get", said);
      const hash = kind === "ed25519" ? null : "sha256";
      const signature = sign(hash, Buffer.concat([data, sha256(client)]), privateKey);
      return {
        id: text64(ID),
        type: "public-key",
        response: {
          clientDataJSON: text64(client),
          authenticatorData: text64(data),
          signature: text64(signature),
          ...more,
        },
      };
    },
  };
}

describe.each(["ec", "rsa", "ed25519"] as const)("a key of kind %s", (kind) => {
  const device = authenticator(kind);
  const known = { id: text64(ID), publicKey: device.spki };

  it("is taken as it was made, and proves itself with its counter", () => {
    expect(madeCredential(device.made(), EXPECTED)).toEqual({ ...known, counter: 3 });
    expect(shownCounter(device.shown({ counter: 9 }), EXPECTED, known)).toBe(9);
  });

  it("does not prove another", () => {
    const other = authenticator(kind);
    expect(shownCounter(other.shown(), EXPECTED, known)).toBeNull();
  });
});

const WRONG: [string, Said][] = [
  ["another challenge", { challenge: newChallenge() }],
  ["another origin", { origin: "https://evil.example" }],
  ["a subdomain's origin", { origin: "https://x.ai.acme.example" }],
  ["the same host without TLS", { origin: "http://ai.acme.example" }],
  ["a page in a frame of another", { crossOrigin: true }],
  ["another host", { host: "acme.example" }],
  ["nobody present", { flags: 0x44 }],
  ["nobody verified", { flags: 0x41 }],
];

describe("an answer is refused", () => {
  const device = authenticator();
  const known = { id: text64(ID), publicKey: device.spki };

  it.each([...WRONG, ["another ceremony", { type: "webauthn.get" }] as [string, Said]])(
    "of a new key: %s",
    (_, said) => expect(madeCredential(device.made(said), EXPECTED)).toBeNull(),
  );

  it.each([...WRONG, ["another ceremony", { type: "webauthn.create" }] as [string, Said]])(
    "of a known key: %s",
    (_, said) => expect(shownCounter(device.shown(said), EXPECTED, known)).toBeNull(),
  );

  it.each<[string, object]>([
    ["a signature of something else", { signature: text64("no signature") }],
    ["no signature", { signature: "" }],
    ["data that was changed afterwards", { authenticatorData: text64(Buffer.alloc(37, 5)) }],
    ["data cut short", { authenticatorData: text64(sha256(EXPECTED.rpId)) }],
    ["client data that is not JSON", { clientDataJSON: text64("{") }],
    ["client data that is a list", { clientDataJSON: text64("[]") }],
    ["what is not base64url", { signature: "a b" }],
  ])("with %s", (_, more) => {
    expect(shownCounter(device.shown({}, more), EXPECTED, known)).toBeNull();
  });

  it("under the name of another key", () => {
    const other = { ...known, id: text64("another") };
    expect(shownCounter(device.shown(), EXPECTED, other)).toBeNull();
    expect(madeCredential({ ...device.made(), id: text64("another") }, EXPECTED)).toBeNull();
  });

  it.each<[string, string]>([
    ["nothing", ""],
    ["no key", text64("no key at all")],
    ["a key of another curve", authenticator("p384").spki],
  ])("with %s in place of a public key", (_, publicKey) => {
    expect(madeCredential(device.made({}, { publicKey }), EXPECTED)).toBeNull();
  });

  it.each([null, 1, "x", [], {}, { id: "x" }])("of no form at all: %j", (answer) => {
    expect(madeCredential(answer, EXPECTED)).toBeNull();
    expect(shownCounter(answer, EXPECTED, known)).toBeNull();
  });
});

it("what a browser is asked with demands a verified person, and names the keys", () => {
  const asked = { challenge: "c", known: ["k1"] };
  const user = { id: "usr_a", name: "a@acme.example", displayName: "Ann" };
  expect(creationOptions({ id: "acme.example", name: "Acme" }, user, asked)).toMatchObject({
    challenge: "c",
    attestation: "none",
    authenticatorSelection: { userVerification: "required" },
    excludeCredentials: [{ id: "k1", type: "public-key" }],
    user: { id: text64("usr_a") },
  });
  expect(requestOptions("acme.example", asked)).toMatchObject({
    rpId: "acme.example",
    userVerification: "required",
    allowCredentials: [{ id: "k1", type: "public-key" }],
  });
});
