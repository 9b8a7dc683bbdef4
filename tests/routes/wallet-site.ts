/** A site with somebody who spends and somebody who looks after it. */
import { inject } from "vitest";
import type { WalletEntry, WalletView } from "../../src/contract/wallet.ts";
import { type Person, signIn } from "./person.ts";
import { call, configure, post } from "./support.ts";

export interface EntryPage {
  data: WalletEntry[];
  has_more: boolean;
  next: string | null;
}

export interface WalletSite {
  slug: string;
  ann: Person;
  owner: Person;
  /** Ann's user id. */
  userId: string;
  key: string;
  /** A charge of ann's, over the gateway; answers its request id. */
  spend(model?: string): Promise<string>;
  wallet(): Promise<WalletView>;
  /** As the portal shows it. */
  entries(query?: string): Promise<EntryPage>;
}

let count = 0;
const PASSWORD = "correct horse battery";
const PRICE = { inputPerMillion: 1000, outputPerMillion: 1000 };

export async function walletSite(more: Record<string, unknown> = {}): Promise<WalletSite> {
  const slug = `w${++count}`;
  const key = `sk-test-wallet-${slug}-${"0".repeat(24)}`;
  const route = { connection: "up", model: "ok" };
  await configure({
    slug,
    name: "Wallets",
    connections: [
      {
        id: "up",
        connector: "openai-compatible",
        settings: { baseUrl: `${inject("upstreamUrl")}/v1` },
        secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
      },
    ],
    models: ["up/ok", "up/other"].map((name) => ({ name, routes: [route], price: PRICE })),
    levels: [{ slug: "free", name: "Free", default: true }],
    users: [
      {
        email: `ann@${slug}.example`,
        password: PASSWORD,
        credits: 100,
        apiKeys: [{ name: "k", key, scopes: ["gateway", "wallet"] }],
      },
      { email: `boss@${slug}.example`, password: PASSWORD, role: "owner" },
    ],
    ...more,
  });
  const ann = await signIn(slug, `ann@${slug}.example`, PASSWORD);
  const owner = await signIn(slug, `boss@${slug}.example`, PASSWORD);
  const { id: userId } = (await ann.json<{ me: { id: string } }>("GET", "/api/auth/boot")).me;
  return {
    slug,
    ann,
    owner,
    userId,
    key,
    spend: async (model = "up/ok") => {
      const response = await call(
        slug,
        "/v1/chat/completions",
        post(
          { model, messages: [{ role: "user", content: "hi" }] },
          { authorization: `Bearer ${key}` },
        ),
      );
      if (!response.ok) throw new Error(await response.text());
      await response.text();
      return response.headers.get("x-request-id") ?? "";
    },
    wallet: () => ann.json("GET", "/api/portal/wallet"),
    entries: (query = "") => ann.json("GET", `/api/portal/wallet/entries?${query}`),
  };
}
