/**
 * Signed links: a system of the site's own sends people here with a token that it has signed.
 * Unlike the others nobody begins the way here, so the token itself must be short-lived, meant for
 * this host, and used once.
 */
import type { JWTPayload } from "jose";
import { asText } from "../../../connectors/kit/json.ts";
import type { Guide } from "../../../contract/guide.ts";
import { ok, type Result } from "../../../core/result.ts";
import { failed, passed, refused, say, stopped } from "./ask.ts";
import { secretField, step, WEB_ADDRESS } from "./fields.ts";
import { keysAt, verified, verifyWithKeys } from "./issuers.ts";
import type { Ask, OpenProvider, Person, Refusal, TokenKind } from "./kind.ts";

export const LIFETIME_SECONDS = 60;
/** Two clocks are never quite the same. */
const TOLERANCE_SECONDS = 5;
const REQUIRED = ["sub", "jti", "iat", "exp", "aud"];
const MAX_GROUPS = 100;

const guide: Guide = {
  steps: [
    step(
      "生成一个至少 32 个字符的随机密钥，放在您的服务器上，并填到下面；或者在您的系统公布 JWKS 公钥，填它的网址。",
      "Make a random key of at least 32 characters, keep it on your server and enter it below; or publish the public keys of your system as JWKS and enter their address.",
    ),
    step(
      "用户点链接时，由您的服务器签发 JWT：密钥用 **HS256**，JWKS 用 RS256、ES256 等。必须有 **sub**（用户编号）、**aud**（本站主机名）、**jti**（每次不同）、**iat** 和 **exp**（最多 60 秒）；可以有 **email**、**name**、**groups**（分组标识的数组）。",
      "When somebody follows the link, your server signs a JWT: **HS256** with the key, or RS256, ES256, … with JWKS. It must hold **sub** (your id of the person), **aud** (this site's host), **jti** (another each time), **iat** and **exp** (at most 60 seconds); it may hold **email**, **name** and **groups** (slugs of groups).",
    ),
    step(
      "把用户带到本页给出的地址，加上 **?token=…**，还可以加 **&next=/路径**。",
      "Lead the person to the address of this page with **?token=…** and, if you like, **&next=/path** behind it.",
    ),
    step(
      "要按邮箱关联已有账户，请在“可信邮箱域名”里填允许的域名。",
      "For people to be linked to accounts by e-mail, name the domains under “Trusted e-mail domains”.",
    ),
  ],
  fields: [
    secretField("key", say("签名密钥", "Signing key"), {
      required: false,
      help: say("填了公钥网址时不用。", "Not used where an address of public keys is given."),
      pattern: { source: "^.{32,}$", message: say("至少 32 个字符。", "At least 32 characters.") },
    }),
    {
      name: "jwksUrl",
      in: "settings",
      kind: "url",
      label: say("公钥网址 (JWKS)", "Address of the public keys (JWKS)"),
      placeholder: "https://intranet.example.com/.well-known/jwks.json",
      required: false,
      pattern: WEB_ADDRESS,
    },
  ],
};

export const signedLink: TokenKind = {
  kind: "link",
  label: say("签名链接", "Signed links"),
  guide,
  path: "enter",
  async person(provider, { token, host }, ask) {
    const claims = await claimsOf(provider, token, host, ask);
    if (!claims.ok) return claims;
    const { sub, jti, iat = 0, exp = 0, email, email_verified, name, groups } = claims.value;
    const [subject, id] = [asText(sub), asText(jti)];
    if (!subject || !id) return refused("not_proven", "sub or jti is empty");
    if (exp - iat > LIFETIME_SECONDS) {
      return refused("not_proven", `it lives longer than ${LIFETIME_SECONDS} seconds`);
    }
    if (iat > Date.now() / 1000 + TOLERANCE_SECONDS) {
      return refused("not_proven", "it was made in the future: compare the clocks");
    }
    const person: Person = {
      subject: `link ${subject}`,
      email: asText(email),
      // Who holds the key vouches for what it signs, unless it says otherwise.
      emailVerified: email_verified !== false,
      name: asText(name) ?? "",
      ...(Array.isArray(groups) ? { groups: slugsOf(groups) } : {}),
    };
    const windowMs = (LIFETIME_SECONDS + 2 * TOLERANCE_SECONDS) * 1000;
    return ok({ ...person, once: { id, windowMs } });
  },
  async check({ settings, secret }, ask) {
    if (!settings.jwksUrl) {
      return [
        secret.key
          ? passed(
              "key",
              "密钥已保存，请用一个新签的链接登录一次。",
              "There is a key: log in once with a freshly signed link.",
            )
          : stopped(
              "key",
              "请填写签名密钥或公钥网址",
              "Enter a signing key, or the address of public keys",
            ),
      ];
    }
    const keys = await keysAt(settings.jwksUrl, ask, 0);
    return [
      keys.ok
        ? passed("key", "公钥可以读取。", "The public keys can be read.")
        : stopped("key", "没有读到公钥", "The public keys could not be read", keys.error.detail),
    ];
  },
};

/** One way or the other, never both: a public key must not pass for the shared one. */
async function claimsOf(
  { settings, secret }: OpenProvider,
  token: string,
  host: string,
  ask: Ask,
): Promise<Result<JWTPayload, Refusal>> {
  const expected = { audience: host, requiredClaims: REQUIRED, clockTolerance: TOLERANCE_SECONDS };
  if (settings.jwksUrl) {
    const believed = await verifyWithKeys(token, settings.jwksUrl, ask, expected);
    if (believed.ok) return believed;
    const { error } = believed;
    return error.kind === "keys" ? failed(error.error) : refused("not_proven", error.detail);
  }
  if (!secret.key) return refused("failed", "there is no key to check it with");
  const key = new TextEncoder().encode(secret.key);
  const believed = await verified(token, key, { ...expected, algorithms: ["HS256"] });
  return believed.ok ? believed : refused("not_proven", believed.error);
}

const slugsOf = (groups: unknown[]): string[] =>
  groups.filter((one): one is string => typeof one === "string").slice(0, MAX_GROUPS);
