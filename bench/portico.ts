/** Portico as `npm start` runs it, with one site, the mock provider and a wallet for each key. */
import { join } from "node:path";
import { startPortico } from "../scripts/portico.ts";
import { CREDITS_PER_WALLET, PRICE } from "./accounts.ts";
import { freePort, withWorkerd } from "./processes.ts";
import { KEYS, type LatencyMs, type Target } from "./targets.ts";

/** One site, two connections that differ in how long the provider thinks, and the wallets. */
function porticoConfig(upstreamPort: number): unknown {
  const latencies: LatencyMs[] = [0, 60];
  return {
    sites: [
      {
        slug: "bench",
        name: "Bench",
        edition: "enterprise",
        connections: latencies.map((latency) => ({
          id: `mock-${latency}`,
          connector: "openai-compatible",
          settings: { baseUrl: `http://127.0.0.1:${upstreamPort}/${latency}/v1` },
          secrets: [{ apiKey: "sk-upstream-0123456789abcdef" }],
        })),
        models: latencies.map((latency) => ({
          name: `bench/${latency}`,
          routes: [{ connection: `mock-${latency}`, model: "bench" }],
          price: PRICE,
          limits: { maxOutputTokens: 1000 },
        })),
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
    path: () => "/v1/chat/completions",
    model: (latency) => `bench/${latency}`,
    headers: () => ({}),
    close: () => started.close(),
  };
}
