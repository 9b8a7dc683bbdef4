/**
 * The snapshot of a site: everything a request needs to know of it, read in one batch and kept in
 * isolate memory. Ids, not slugs, inside; secrets still sealed.
 */
import type {
  AgentPrice,
  Branding,
  Limits,
  ModelCache,
  ModelPrice,
  Role,
  Settings,
} from "../contract/config.ts";
import type { EditionLimits } from "../contract/editions.ts";
import type { InputForm } from "../contract/input-form.ts";
import type { ProviderButton } from "../contract/providers.ts";
import type { Addresses } from "../contract/scopes.ts";
import type { GuestSettings, SignInSettings } from "../contract/sign-in.ts";
import type { Locale } from "../contract/values.ts";
import type { AccessRule } from "./access.ts";

export interface SealedSecret {
  id: string;
  name: string;
  weight: number;
  /** AES-256-GCM, sealed for this site and connection (see store/seal.ts). */
  sealed: string;
  /** Set when an upstream refused the key; others are used until it has been seen to work. */
  disabledReason: string | null;
}

export interface SiteConnection {
  id: string;
  slug: string;
  name: string;
  connector: string;
  enabled: boolean;
  settings: Settings;
  secrets: readonly SealedSecret[];
}

export interface SiteRoute {
  connectionId: string;
  /** The platform's name of the model. */
  model: string;
  weight: number;
  priority: number;
}

export interface SiteModel {
  id: string;
  name: string;
  kind: "chat" | "embedding" | "image" | "speech" | "transcription" | "video";
  enabled: boolean;
  vision: boolean;
  routes: readonly SiteRoute[];
  price: ModelPrice;
  /** What the provider charges the site; null: not known. */
  cost: ModelPrice | null;
  priceVersion: number;
  maxOutputTokens: number | null;
  contextTokens: number | null;
  /** Null: every request is answered anew. */
  cache: ModelCache | null;
  access: AccessRule;
}

export interface SiteAgent {
  id: string;
  slug: string;
  name: string;
  group: string;
  description: string;
  icon: string;
  order: number;
  enabled: boolean;
  openingMessage: string;
  suggestedQuestions: readonly string[];
  vision: boolean;
  files: boolean;
  target:
    | { kind: "platform"; connectionId: string; agent: string | null }
    | {
        kind: "prompt";
        modelId: string;
        prompt: string;
        temperature: number | null;
        topP: number | null;
        maxOutputTokens: number | null;
      };
  /** Null: it asks for nothing but messages. */
  inputs: InputForm | null;
  price: AgentPrice;
  priceVersion: number;
  access: AccessRule;
}

export interface SiteLevel {
  id: string;
  slug: string;
  name: string;
  isDefault: boolean;
  /** Micro-credits that each user of the level gets for each month; 0: none. */
  monthlyMicro: number;
  limits: Limits;
}

export interface SiteSnapshot {
  id: string;
  slug: string;
  name: string;
  kind: "external" | "internal" | "both";
  locale: Locale;
  edition: "free" | "standard" | "enterprise";
  /** The edition's, with what the operator allows this very site. */
  limits: EditionLimits;
  signupMicro: number;
  /** Below each of these a user is told that credits run low; highest first. */
  lowBalanceMicro: readonly number[];
  /** Whom users may ask for credits; may be empty. */
  contact: string;
  registration: boolean;
  branding: Branding;
  /** From where the site may be used. */
  addresses: Addresses;
  signIn: SignInSettings;
  /** What people may do who have not logged in. */
  guests: GuestSettings;
  /** Turnstile's, see store/seal.ts; null: nobody is asked. */
  turnstileSealed: string | null;
  /** Other places to log in at, in the order of their buttons. */
  providers: readonly ProviderButton[];
  suspended: boolean;
  /** Grows with every change of configuration. */
  version: number;
  connections: ReadonlyMap<string, SiteConnection>;
  /** By public name. */
  models: ReadonlyMap<string, SiteModel>;
  /** By slug. */
  agents: ReadonlyMap<string, SiteAgent>;
  levels: ReadonlyMap<string, SiteLevel>;
}

/** A user as the wallet and the session know him. */
export interface UserProfile {
  siteId: string;
  userId: string;
  email: string;
  role: Role | "operator";
  levelId: string | null;
  /** Milliseconds since 1970; from then on the site's default level counts (see core/access.ts). */
  levelExpiresAt?: number | null;
  groupIds: string[];
  departmentIds: string[];
  enabled: boolean;
  /** Of people who have not logged in; see services/identity/guests.ts. */
  guest?: boolean;
  /** Sessions made under an older epoch are void. */
  sessionEpoch: number;
  /** The user's own limits, beside the level's. */
  limits?: Limits;
  /** Milliseconds since 1970; the months of monthly credits begin on this day. */
  createdAt?: number;
  keys: ProfileKey[];
  /** Grows with every change; an older projection never overwrites a newer one. */
  version: number;
}

export interface ProfileKey {
  id: string;
  /** SHA-256 of the whole key text, hex. */
  hash: string;
  scopes: string[];
  limits: Limits;
  /** Milliseconds since 1970; null: never. */
  expiresAt: number | null;
  revoked: boolean;
  /** Names and beginnings of names that it may be used for; absent: all. */
  models?: string[];
  /** From where it may be used; absent: from everywhere. */
  addresses?: Addresses;
}
