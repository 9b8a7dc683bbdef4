/**
 * Secrets and optional variables of the Worker: set by `npm start` or `wrangler secret put`,
 * so not in wrangler.toml. All are read in src/http/environment.ts only.
 */
interface PorticoSecrets {
  /** 32 bytes, base64: seals stored secrets and signs sessions and keys. Required. */
  PORTICO_MASTER_KEY?: string;
  /** Lets the CLI and `npm start` act as the operator. */
  PORTICO_OPERATOR_TOKEN?: string;
  /** SHA-256 (hex) of the one-time set-up token, while no operator exists. */
  PORTICO_SETUP_HASH?: string;
  /** Digest of the configuration file that must have been applied before /healthz says ok. */
  PORTICO_CONFIG_DIGEST?: string;
  /** How mail goes: `smtps://user:password@host:465`, `smtp://…:587`, `https://:key@api.resend.com/emails`. */
  PORTICO_MAIL_URL?: string;
  /** The address that mail comes from. */
  PORTICO_MAIL_SENDER?: string;
  /** Cloudflare's own way to send mail, where wrangler.toml binds it. */
  EMAIL?: SendEmail;
  LIBSQL_URL?: string;
  LIBSQL_AUTH_TOKEN?: string;
  /** Longest life of one request, milliseconds; also bounds how long a hold may stand. */
  PORTICO_REQUEST_TIMEOUT_MS?: string;
  /** Where Turnstile's tokens are verified; Cloudflare's own address when absent. */
  PORTICO_TURNSTILE_URL?: string;
  /** Where the CNAME of an own domain points; the base domain when absent. */
  PORTICO_CNAME_TARGET?: string;
  /** Addresses of DNS over HTTPS, in its JSON form, parted by commas. */
  PORTICO_DNS_RESOLVERS?: string;
  /** The zone whose custom hostnames own domains become, and a token that may edit them. */
  PORTICO_CLOUDFLARE_ZONE_ID?: string;
  PORTICO_CLOUDFLARE_API_TOKEN?: string;
  PORTICO_CLOUDFLARE_API?: string;
}
declare namespace Cloudflare {
  interface Env extends PorticoSecrets {}
}
interface Env extends PorticoSecrets {}
