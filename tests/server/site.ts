/** The site that the gateway tests run against: one model for each behaviour of the upstream. */
import { keyOf } from "./support.ts";

/** Prices of 1 credit per 1000 tokens keep the sums readable: 1 token = 1000 µ. */
export const PRICE = { inputPerMillion: 1000, outputPerMillion: 1000 };

export const BEHAVIOURS = [
  "ok",
  "tools",
  "chunks-200",
  "slow-60ms",
  "paced",
  "cut-mid",
  "garbage",
  "500",
  "429",
  "401",
  "400",
  "no-usage",
] as const;

const route = (model: string, connection = "up", priority = 0) => ({ connection, model, priority });

const connection = (id: string, baseUrl: string, apiKey: string) => ({
  id,
  connector: "openai-compatible",
  settings: { baseUrl },
  secrets: [{ apiKey }],
});

const MODELS = [
  ...BEHAVIOURS.map((name) => ({
    name: `up/${name}`,
    // A key that was refused is not used again: it must be nobody else's.
    routes: [name === "401" ? route(name, "refused") : route(name)],
    price: PRICE,
  })),
  { name: "up/dead", routes: [route("ok", "dead")], price: PRICE },
  { name: "up/fallback", routes: [route("ok", "dead", 0), route("ok", "up", 1)], price: PRICE },
  { name: "up/fallback-500", routes: [route("500", "up", 0), route("ok", "up", 1)], price: PRICE },
  { name: "up/disabled", enabled: false, routes: [route("ok")], price: PRICE },
  { name: "up/pro-only", routes: [route("ok")], price: PRICE, access: { levels: ["pro"] } },
];

const AGENTS = [
  {
    slug: "helper",
    name: "Helper",
    target: { model: "up/ok", prompt: "You are the helper of Acme." },
    price: { perMessage: 1 },
  },
  { slug: "off", name: "Off", enabled: false, target: { model: "up/ok" } },
];

export function siteConfig(upstreamUrl: string): unknown {
  return {
    sites: [
      {
        slug: "acme",
        name: "Acme AI",
        edition: "standard",
        hosts: ["ai.acme.example"],
        connections: [
          connection("up", upstreamUrl, "sk-upstream-secret-0123456789"),
          connection("refused", upstreamUrl, "sk-refused-secret-0123456789"),
          connection("dead", "http://127.0.0.1:9/v1", "sk-dead-secret-0123456789"),
        ],
        models: MODELS,
        agents: AGENTS,
        levels: [
          { slug: "free", name: "Free", default: true, limits: { concurrency: 200 } },
          { slug: "pro", name: "Pro" },
          { slug: "slow", name: "Slow", limits: { rpm: 3 } },
        ],
        users: [
          user("ann", 1000),
          user("ten", 10),
          user("poor", 0),
          { ...user("rated", 100), level: "slow" },
          { ...user("gone", 100), enabled: false },
        ],
      },
      {
        slug: "other",
        name: "Other",
        levels: [{ slug: "free", name: "Free", default: true }],
        connections: [connection("up", upstreamUrl, "sk-other-secret-0123456789")],
        models: [{ name: "up/ok", routes: [route("ok")], price: PRICE }],
        users: [{ ...user("eve", 100), email: "eve@other.example" }],
      },
    ],
  };
}

function user(name: string, credits: number) {
  return {
    email: `${name}@acme.example`,
    password: `password-of-${name}`,
    credits,
    apiKeys: [{ name: "test", key: keyOf(name) }],
  };
}
