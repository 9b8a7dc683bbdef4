/**
 * What the code for one kind of other place to log in at declares: the way there, and who came
 * back. It builds requests and reads answers; `ask` alone touches the network, through the guard.
 */
import type { InvokeError } from "../../../connectors/kit/invoke.ts";
import type { Json } from "../../../connectors/kit/json.ts";
import type { Guide } from "../../../contract/guide.ts";
import type { ProviderKind } from "../../../contract/providers.ts";
import type { LocalText } from "../../../contract/values.ts";
import type { Stranger } from "../../../core/identity-linking.ts";
import type { Result } from "../../../core/result.ts";

/** Who came back. */
export interface Person extends Stranger {
  /**
   * The provider's own name of him, with the authority that gave it in front: where an admin
   * points a provider elsewhere, nobody there is taken for somebody of before.
   */
  subject: string;
  name: string;
  /** Slugs of the groups that he is in; absent: the provider does not say. */
  groups?: string[];
}

/** Why nobody came back: what the log-in page says, and a sentence for the site's admins. */
export interface Refusal {
  problem: "denied" | "failed" | "not_proven" | "outsider";
  detail: string;
}

/** A provider as it is set up, opened for use. */
export interface OpenProvider {
  settings: Readonly<Record<string, string>>;
  secret: Readonly<Record<string, string>>;
}

export interface WayOut {
  redirectUri: string;
  state: string;
  nonce: string;
  /** PKCE, S256. */
  challenge: string;
  /** The browser's name of itself. */
  agent: string;
}

/** The same way, coming back with a code. */
export interface WayBack {
  code: string;
  redirectUri: string;
  nonce: string;
  verifier: string;
  /** Who answers, where the platform says so (RFC 9207). */
  issuer: string | undefined;
}

export interface Question {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: Json;
  /** Sent as a form. */
  form?: Record<string, string>;
}

/** A JSON object that a platform answered with a status of 2xx; of a list: `{ items }`. */
export type Ask = (question: Question) => Promise<Result<Json, InvokeError>>;

/** One step of a test: what was looked at, and what was seen. */
export interface CheckStep {
  step: string;
  ok: boolean;
  message: LocalText;
}

interface Described {
  kind: ProviderKind;
  label: LocalText;
  guide: Guide;
  /** Asks the platform whether what is set up would work, as far as it tells without a person. */
  check(provider: OpenProvider, ask: Ask): Promise<CheckStep[]>;
}

/** A platform that people are sent to, and that sends them back with a code. */
export interface CodeKind extends Described {
  path: "callback";
  authorizeUrl(provider: OpenProvider, way: WayOut, ask: Ask): Promise<Result<string, Refusal>>;
  person(provider: OpenProvider, way: WayBack, ask: Ask): Promise<Result<Person, Refusal>>;
}

/** A system of the site's own that sends people here with a token that it has signed. */
export interface TokenKind extends Described {
  path: "enter";
  /** `host`: whom the token must be meant for. */
  person(
    provider: OpenProvider,
    ticket: { token: string; host: string },
    ask: Ask,
  ): Promise<Result<Person & { once: Once }, Refusal>>;
}

/** What makes a token one that is used once: its own id, and until when it could come again. */
export interface Once {
  id: string;
  windowMs: number;
}

export type IdentityKind = CodeKind | TokenKind;

/** The value of a field, or its default. */
export function fieldOf(
  { fields }: Guide,
  values: Readonly<Record<string, string>>,
  name: string,
): string {
  return values[name]?.trim() || fields.find((field) => field.name === name)?.default || "";
}
