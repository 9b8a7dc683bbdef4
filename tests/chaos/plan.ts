/** Who takes part in the chaos, and what each may do: everything that is drawn comes from one seed. */

/** Mulberry32: small, good enough to draw lots, and the same on every machine. */
export class Lots {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  between(from: number, to: number): number {
    return Math.floor(from + this.next() * (to - from));
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.between(0, values.length)] ?? values[0];
  }

  /** Lots of somebody's own, whatever the others draw meanwhile. */
  fork(): Lots {
    return new Lots(this.between(0, 2 ** 32));
  }
}

/** Requests end after this long, so that the holds of killed ones expire while we watch. */
export const REQUEST_TIMEOUT_MS = 3_000;
/** What a token costs, in micro-credits, in and out. */
export const TOKEN_MICRO = 1_000;
export const PRICE = { inputPerMillion: 1_000, outputPerMillion: 1_000 };

/** Behaviours of the scripted upstream; the ones that answer well come more often. */
export const MODELS: [string, ...string[]] = [
  "ok",
  "ok",
  "ok",
  "slow-300ms",
  "chunks-40+pace-5ms",
  "chunks-40+pace-5ms",
  "paced",
  "cut-mid",
  "end-mid",
  "error-mid",
  "stall",
  "500",
  "429",
  "garbage",
  "no-usage",
  "ignore-limit",
];

/** A behaviour as the name of a model: a plus is no letter of one. */
export function publicName(behaviour: string): string {
  return behaviour.replaceAll("+", "_");
}

/** What people ask an agent for in the portal. */
export const AGENTS: [string, ...string[]] = [
  "ok",
  "ok",
  "chunks-40+pace-5ms",
  "paced",
  "cut-mid",
  "500",
];

export function agentSlug(behaviour: string): string {
  return `does-${behaviour.replaceAll("+", "-")}`;
}

export interface Participant {
  name: string;
  email: string;
  key: string;
  credits: number;
  /** Of those who chat in the portal too. */
  password: string | null;
}

/** Every second one has so little that it runs out on the way. */
export function participants(count: number): Participant[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `user${index}`,
    email: `user${index}@acme.example`,
    key: `sk-chaos-user${index}-${"0".repeat(24)}`,
    credits: index % 2 === 0 ? 100_000 : 1.5,
    password: index % 4 < 2 ? `password-of-user${index}` : null,
  }));
}

export const BOSS = { email: "boss@acme.example", password: "password-of-boss" };
export const SITE_HOST = "acme.localhost";

/** Credits that come by themselves: at the first log-in, and for the month. */
export const SIGNUP_CREDITS = 2;
export const MONTHLY_CREDITS = 1;

export function siteConfig(upstreamUrl: string, users: readonly Participant[]): unknown {
  return {
    sites: [
      {
        slug: "acme",
        name: "Acme",
        edition: "enterprise",
        signupCredits: SIGNUP_CREDITS,
        connections: [
          {
            id: "up",
            connector: "openai-compatible",
            settings: { baseUrl: `${upstreamUrl}/v1` },
            secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
          },
        ],
        models: [...new Set(MODELS)].map((model) => ({
          name: publicName(model),
          routes: [{ connection: "up", model }],
          price: PRICE,
        })),
        agents: [...new Set(AGENTS)].map((model) => ({
          slug: agentSlug(model),
          name: model,
          target: { model: publicName(model), prompt: "You help." },
          price: { byTokens: true },
        })),
        levels: [{ slug: "free", name: "Free", default: true, monthlyCredits: MONTHLY_CREDITS }],
        users: [
          { ...BOSS, role: "owner" },
          ...users.map(({ email, key, credits, password }) => ({
            email,
            credits,
            ...(password ? { password } : {}),
            apiKeys: [{ name: "k", key, scopes: ["gateway", "wallet"] }],
          })),
        ],
      },
    ],
  };
}
