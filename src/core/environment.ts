/** What the deployment was started with; read once by http/environment.ts. */
export interface Environment {
  /** 32 bytes; every other key is derived from it. */
  masterKey: Uint8Array;
  operatorToken: string | null;
  /** SHA-256 (hex) of the set-up token. */
  setupHash: string | null;
  configDigest: string | null;
  /** Base domain of the sites, lower case: `localhost`, `portico.example`. */
  baseDomain: string;
  allowPrivateUpstreams: boolean;
  /** The header in which whoever stands in front says who connects; null: that is not known. */
  addressHeader: string | null;
  requestTimeoutMs: number;
  /** Where Turnstile's tokens are verified. */
  turnstileUrl: string;
  hosts: HostsEnvironment;
  /** How mail goes where a site has no way of its own, as a URL (services/mail/transport.ts); null: no way. */
  mail: string | null;
  /** The address that it comes from. */
  mailSender: string;
}

/** What own domains take. */
export interface HostsEnvironment {
  /** Where the CNAME of an own domain points. */
  cnameTarget: string;
  /** Addresses of DNS over HTTPS, in its JSON form; what all of them say is so. */
  resolvers: readonly string[];
  /** Who makes certificates; null: whatever stands in front of this deployment. */
  cloudflare: { api: string; zoneId: string; token: string } | null;
}
