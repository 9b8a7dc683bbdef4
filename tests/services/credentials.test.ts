import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeBase32, makeId } from "../../src/core/ids.ts";
import { readKey } from "../../src/services/identity/callers.ts";
import { ForeignKeys } from "../../src/services/identity/foreign-keys.ts";
import { hashKey, mintKey, parseKey } from "../../src/services/identity/keys.ts";
import { hashPassword, verifyPassword } from "../../src/services/identity/passwords.ts";
import { deriveKeys } from "../../src/services/identity/secrets.ts";
import {
  readCookie,
  type SessionClaims,
  sessionCookie,
  signSession,
  verifySession,
} from "../../src/services/identity/sessions.ts";

const keys = deriveKeys(new Uint8Array(32).fill(7));
const elsewhere = deriveKeys(new Uint8Array(32).fill(8));
const owner = {
  siteId: makeId("site", new Uint8Array(10).fill(1)),
  userId: makeId("user", new Uint8Array(10).fill(2)),
};

describe("derived keys", () => {
  it("are one for each purpose and deployment, and none is the master key", () => {
    const master = new Uint8Array(32).fill(7);
    const texts = [keys.session, keys.keyTag, elsewhere.session, elsewhere.keyTag, master];
    expect(new Set(texts.map((key) => Buffer.from(key).toString("hex"))).size).toBe(5);
    expect(deriveKeys(new Uint8Array(32).fill(7))).toEqual(keys);
  });
});

describe("an API key", () => {
  it("says whose it is, whoever that is", () => {
    const ten = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(ten, ten, (site, user) => {
        const whose = { siteId: makeId("site", site), userId: makeId("user", user) };
        const minted = mintKey(keys.keyTag, whose);
        expect(minted.text).toMatch(/^pk-[A-Za-z0-9_-]{75}$/);
        expect(minted.hash).toBe(hashKey(minted.text));
        expect(parseKey(keys.keyTag, minted.text)).toEqual({
          kind: "ours",
          address: { ...whose, keyId: minted.keyId },
        });
      }),
    );
  });

  it("is another one each time, and its prefix gives away six characters of it", () => {
    const [one, two] = [mintKey(keys.keyTag, owner), mintKey(keys.keyTag, owner)];
    expect(one.text).not.toBe(two.text);
    expect(one.keyId).not.toBe(two.keyId);
    expect(one.prefix).toBe(`pk-…${one.text.slice(-6)}`);
  });

  it("of which any one character is another is not taken for ours", () => {
    const { text } = mintKey(keys.keyTag, owner);
    for (let at = 3; at < text.length; at++) {
      const other = text[at] === "A" ? "B" : "A";
      const bent = text.slice(0, at) + other + text.slice(at + 1);
      expect(parseKey(keys.keyTag, bent).kind, `at ${at}`).not.toBe("ours");
    }
  });

  it("made by another deployment, or made up in our form, is forged", () => {
    expect(parseKey(keys.keyTag, mintKey(elsewhere.keyTag, owner).text).kind).toBe("forged");
    const madeUp = Buffer.concat([Buffer.of(1), Buffer.alloc(55, 9)]).toString("base64url");
    expect(parseKey(keys.keyTag, `pk-${madeUp}`).kind).toBe("forged");
  });

  it("of another form is brought along from elsewhere", () => {
    const { text } = mintKey(keys.keyTag, owner);
    for (const other of [
      "sk-0123456789abcdef01234567",
      "pk-short",
      text.slice(0, -1),
      `${text}A`,
      "",
      text.toUpperCase(),
    ]) {
      expect(parseKey(keys.keyTag, other).kind).not.toBe("ours");
    }
    expect(parseKey(keys.keyTag, "sk-0123456789abcdef01234567").kind).toBe("foreign");
  });

  it("is read from each of the three headers, and from Bearer first", () => {
    const read = (headers: Record<string, string>) => readKey(new Headers(headers));
    expect(read({ authorization: "Bearer pk-a" })).toBe("pk-a");
    expect(read({ authorization: "bearer   pk-a " })).toBe("pk-a");
    expect(read({ "x-api-key": "pk-b" })).toBe("pk-b");
    expect(read({ "api-key": "pk-c" })).toBe("pk-c");
    expect(read({ authorization: "Bearer pk-a", "x-api-key": "pk-b" })).toBe("pk-a");
    expect(read({ authorization: "Basic cGstYTo=" })).toBeNull();
    expect(read({})).toBeNull();
  });
});

describe("a key brought along", () => {
  const address = { ...owner, keyId: `key_${encodeBase32(new Uint8Array(8))}` };
  const text = "sk-0123456789abcdef01234567";
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is looked up once, and known from then on", async () => {
    const lookUp = vi.fn(async () => address);
    const known = new ForeignKeys(lookUp);
    for (let n = 0; n < 3; n++) expect(await known.find(text, hashKey(text))).toEqual(address);
    expect(lookUp).toHaveBeenCalledTimes(1);
    expect(lookUp).toHaveBeenCalledWith(hashKey(text));
  });

  it("that is not there is not looked up again for two seconds, and then it is", async () => {
    vi.useFakeTimers();
    const answers = [null, address];
    const lookUp = vi.fn(async () => answers.shift() ?? null);
    const known = new ForeignKeys(lookUp);
    expect(await known.find(text, hashKey(text))).toBeNull();
    vi.advanceTimersByTime(1_999);
    expect(await known.find(text, hashKey(text))).toBeNull();
    expect(lookUp).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(await known.find(text, hashKey(text))).toEqual(address);
  });

  it("that is too short or too long to be one asks nobody", async () => {
    const lookUp = vi.fn(async () => address);
    const known = new ForeignKeys(lookUp);
    for (const wrong of ["sk-short", "x".repeat(23), "x".repeat(201)]) {
      expect(await known.find(wrong, hashKey(wrong))).toBeNull();
    }
    expect(lookUp).not.toHaveBeenCalled();
  });

  it("whose look-up failed is not remembered as unknown", async () => {
    let down = true;
    const known = new ForeignKeys(async () => {
      if (down) throw new Error("the database is down");
      return address;
    });
    await expect(known.find(text, hashKey(text))).rejects.toThrow("down");
    down = false;
    expect(await known.find(text, hashKey(text))).toEqual(address);
  });
});

describe("a session", () => {
  const claims: SessionClaims = {
    ...owner,
    sessionId: makeId("session", new Uint8Array(10).fill(3)),
    epoch: 2,
    expiresAt: (Math.floor(Date.now() / 1000) + 3600) * 1000,
  };

  it("that was signed here is taken, with all that it says", async () => {
    const token = await signSession(keys.session, claims);
    expect(await verifySession(keys.session, owner.siteId, token)).toEqual(claims);
  });

  it("of another site, of another deployment, or expired is none", async () => {
    const token = await signSession(keys.session, claims);
    const otherSite = makeId("site", new Uint8Array(10).fill(9));
    expect(await verifySession(keys.session, otherSite, token)).toBeNull();
    expect(await verifySession(elsewhere.session, owner.siteId, token)).toBeNull();
    expect(await verifySession(keys.keyTag, owner.siteId, token)).toBeNull();
    const old = await signSession(keys.session, { ...claims, expiresAt: Date.now() - 1000 });
    expect(await verifySession(keys.session, owner.siteId, old)).toBeNull();
  });

  it("without a signature, or with another payload under it, is none", async () => {
    const [head = "", payload = "", tag = ""] = (await signSession(keys.session, claims)).split(
      ".",
    );
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const said = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const forged = encode({ ...said, sub: "usr_somebodyelse0000" });
    const unsigned = encode({ alg: "none", typ: "JWT" });
    for (const token of [
      `${head}.${forged}.${tag}`,
      `${unsigned}.${payload}.`,
      `${head}.${payload}.`,
      "",
      "a.b.c",
    ]) {
      expect(await verifySession(keys.session, owner.siteId, token)).toBeNull();
    }
  });

  it("lives in a cookie that scripts cannot read; on https one of this very host", () => {
    expect(sessionCookie(true, "t", 60_000)).toBe(
      "__Host-portico=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
    );
    expect(sessionCookie(false, "t", 0)).toBe(
      "portico=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
    );
  });

  it("is found among other cookies by its whole name", () => {
    const header = "xportico=no; portico.x=no;portico=yes=1 ; __Host-portico=other";
    expect(readCookie(header, "portico")).toBe("yes=1");
    expect(readCookie(header, "__Host-portico")).toBe("other");
    expect(readCookie("porticox", "portico")).toBeNull();
    expect(readCookie(null, "portico")).toBeNull();
  });
});

describe("a password", () => {
  it("is true for its own hash, and only that", async () => {
    const hash = await hashPassword("correct horse");
    expect(await verifyPassword("correct horse", hash)).toBe(true);
    for (const wrong of ["Correct horse", "correct horse ", "", hash]) {
      expect(await verifyPassword(wrong, hash)).toBe(false);
    }
  });

  it("is not in its hash, and has another one each time", async () => {
    const [one, two] = [await hashPassword("same words"), await hashPassword("same words")];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt\$16384\$8\$1\$/);
    expect(one).not.toContain("same words");
  });

  it("is the same however the keyboard composes its letters", async () => {
    expect(await verifyPassword("cafe\u0301", await hashPassword("caf\u00e9"))).toBe(true);
  });

  it("is false for a hash that is damaged, empty or of another kind", async () => {
    for (const stored of [
      "",
      "scrypt$16384$8$1$$",
      "md5$a$b$c$d$e",
      "plain text",
      "scrypt$16384$8$1$c2FsdA",
    ]) {
      expect(await verifyPassword("anything", stored)).toBe(false);
    }
  });
});
