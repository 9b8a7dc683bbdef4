/** Portico as `npm start` runs it, with one site, the mock provider and a wallet for each key. */
import { join } from "node:path";
import { startPortico } from "../scripts/portico.ts";
import { CHARGE_MICRO, CREDITS_PER_WALLET, PRICE } from "./accounts.ts";
import { freePort, withWorkerd } from "./processes.ts";
import { asked, KEYS, type Target } from "./targets.ts";
import { type Manner, WORKS, type WorkName } from "./works.ts";

const MANNERS: Manner[] = [0, 60, "paced", "slow"];

/** One site; a connection for each manner of the provider, and one for each other protocol. */
function porticoConfig(upstreamPort: number): unknown {
  const at = (manner: Manner) => `http://127.0.0.1:${upstreamPort}/${manner}`;
  const secrets = [{ apiKey: "sk-upstream-0123456789abcdef" }];
  const limits = { maxOutputTokens: 1000 };
  return {
    sites: [
      {
        slug: "bench",
        name: "Bench",
        edition: "enterprise",
        connections: [
          ...MANNERS.map((manner) => ({
            id: `mock-${manner}`,
            connector: "openai-compatible",
            settings: { baseUrl: `${at(manner)}/v1` },
            secrets,
          })),
          { id: "messages", connector: "anthropic", settings: { baseUrl: at(60) }, secrets },
          {
            id: "dify",
            connector: "dify",
            settings: { baseUrl: `${at(60)}/v1` },
            secrets: [{ apiKey: "app-0123456789abcdef01234567" }],
          },
        ],
        models: [
          ...MANNERS.map((manner) => ({
            name: `bench/${manner}`,
            routes: [{ connection: `mock-${manner}`, model: "bench" }],
            price: PRICE,
            limits,
          })),
          {
            name: "bench/messages",
            routes: [{ connection: "messages", model: "bench" }],
            price: PRICE,
            limits,
          },
        ],
        agents: [
          {
            slug: "dify",
            name: "Dify",
            target: { connection: "dify" },
            price: { perMessage: CHARGE_MICRO / 1_000_000 },
          },
        ],
        users: KEYS.map((key, index) => ({
          email: `user${index}@bench.example`,
          credits: CREDITS_PER_WALLET,
          apiKeys: [{ name: "bench", key, scopes: ["gateway", "wallet"] }],
        })),
      },
    ],
  };
}

export async function portico(upstreamPort: number, stateFolder: string): Promise<Target> {
  const port = await freePort();
  const env = { PORT: String(port), PORTICO_STATE: join(stateFolder, "portico") };
  const { started, pid } = await withWorkerd(() =>
    startPortico({ env, config: porticoConfig(upstreamPort), withoutUis: true }),
  );
  return {
    name: "portico",
    label: "Portico",
    pid,
    port,
    ask: (work, manner) => asked(work, nameOf(work, manner), {}),
    close: () => started.close(),
  };
}

function nameOf(work: WorkName, manner: Manner): string {
  const { provider } = WORKS[work];
  if (provider === "dify") return "agent/dify";
  return provider === "messages" ? "bench/messages" : `bench/${manner}`;
}
