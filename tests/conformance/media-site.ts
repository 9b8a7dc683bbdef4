/** The site of the tests of what is not chat: a model for each kind, price and behaviour. */
import OpenAI from "openai";
import {
  clientOf,
  expectBalanced,
  type GatewayClient,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

/** One token, second or character is 1000 µ, one image 40 000 µ: sums stay readable. */
export const PRICES = {
  tokens: { inputPerMillion: 1000, outputPerMillion: 1000 },
  images: { perImage: 0.04, images: [{ size: "1024x1024", quality: "high", credits: 0.16 }] },
  seconds: { perSecond: 0.001 },
  characters: { perMillionCharacters: 1000 },
};

type Kind = "embedding" | "image" | "speech" | "transcription" | "video";
const model = (
  kind: Kind,
  name: string,
  price: object,
  routes: { connection: string; model: string; priority?: number }[] = [
    { connection: "up", model: name },
  ],
) => ({ name: `${kind}/${name}`, kind, price, routes });

const fallback = [
  { connection: "up", model: "503", priority: 0 },
  { connection: "up", model: "ok", priority: 1 },
];

const MODELS = [
  ...["ok", "floats", "no-usage", "500", "400", "garbage"].map((name) =>
    model("embedding", name, PRICES.tokens),
  ),
  model("embedding", "fallback", PRICES.tokens, fallback),
  model("embedding", "incapable", PRICES.tokens, [
    { connection: "talker", model: "x", priority: 0 },
    { connection: "up", model: "ok", priority: 1 },
  ]),
  ...["ok", "urls", "no-usage", "500", "error-mid"].map((name) =>
    model("image", name, PRICES.images),
  ),
  model("image", "by-tokens", PRICES.tokens, [{ connection: "up", model: "ok" }]),
  model("image", "flow", PRICES.images, [{ connection: "flow", model: "urls" }]),
  ...["ok", "paced", "cut-mid", "500", "garbage", "error-mid"].map((name) =>
    model("speech", name, PRICES.characters),
  ),
  model("speech", "by-tokens", PRICES.tokens, [{ connection: "up", model: "ok" }]),
  model("speech", "flow", PRICES.characters, [{ connection: "flow", model: "ok" }]),
  ...["ok", "no-usage", "500"].map((name) => model("transcription", name, PRICES.seconds)),
  model("transcription", "tokens", PRICES.tokens),
  model("embedding", "flow", PRICES.tokens, [{ connection: "flow", model: "ok" }]),
  ...["gemini", "ollama"].map((connection) =>
    model("embedding", connection, PRICES.tokens, [{ connection, model: "ok" }]),
  ),
  ...["ok", "fails", "500", "400"].map((name) => model("video", name, PRICES.seconds)),
  ...["flow", "grok", "gemini"].flatMap((connection) =>
    ["ok", "fails"].map((name) =>
      model("video", `${connection}-${name}`, PRICES.seconds, [{ connection, model: name }]),
    ),
  ),
  model("image", "gemini", PRICES.tokens, [{ connection: "gemini", model: "ok" }]),
  model("transcription", "flow", PRICES.seconds, [{ connection: "flow", model: "ok" }]),
];

export interface MediaSite {
  upstream: Upstream;
  portico: TestPortico;
  openai(name?: string): OpenAI;
  client(name?: string): GatewayClient;
  /** What the work cost, by the statement; fails where it does not add up. */
  cost(work: () => Promise<unknown>): Promise<number>;
  stop(): Promise<void>;
}

export async function startMediaSite(): Promise<MediaSite> {
  const upstream = await startUpstream();
  const secrets = [{ apiKey: "sk-upstream-secret-0123456789" }];
  const settings = { baseUrl: `${upstream.url}/v1` };
  const user = (name: string, credits: number) => ({
    email: `${name}@acme.example`,
    password: `password-of-${name}`,
    credits,
    apiKeys: [{ name: "test", key: keyOf(name) }],
  });
  const portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme AI",
        connections: [
          { id: "up", connector: "openai-compatible", settings, secrets },
          { id: "flow", connector: "siliconflow", settings, secrets },
          {
            id: "gemini",
            connector: "gemini",
            settings: { baseUrl: `${upstream.url}/gemini` },
            secrets: [{ apiKey: "AQ.Ab8RN6K0123456789abcdef" }],
          },
          {
            id: "ollama",
            connector: "ollama",
            settings: { baseUrl: `${upstream.url}/ollama` },
            secrets: [],
          },
          { id: "grok", connector: "xai", settings, secrets: [{ apiKey: "xai-0123456789abcdef" }] },
          { id: "talker", connector: "deepseek", settings, secrets },
        ],
        models: [
          ...MODELS,
          { name: "chat/ok", routes: [{ connection: "up", model: "ok" }], price: PRICES.tokens },
        ],
        users: [user("ann", 10_000), user("poor", 0.05), user("eve", 10)],
      },
    ],
  });
  const client = (name = "ann") => clientOf(portico, keyOf(name));
  return {
    upstream,
    portico,
    client,
    openai: (name = "ann") =>
      new OpenAI({ apiKey: keyOf(name), baseURL: portico.gateway, maxRetries: 0 }),
    async cost(work) {
      const before = await expectBalanced(client());
      await work();
      const after = await expectBalanced(client());
      return before.balance_micro - after.balance_micro;
    },
    async stop() {
      await portico.stop();
      await upstream.close();
    },
  };
}
