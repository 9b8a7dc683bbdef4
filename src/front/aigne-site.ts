/** What AIGNE's clients read of a site before and beside their calls. */
import type { ModelPrice } from "../contract/config.ts";
import type { WalletView } from "../contract/wallet.ts";

/** By which clients know what they talk to. */
const HUB_DID = "z8ia3xzq2tMq8CRHfaXj1BTYJyYnEcHbqP8cJ";

/** Everything is at the root of the host. */
export function discovery(site: { slug: string; name: string }): object {
  return {
    appName: site.name,
    appId: site.slug,
    prefix: "/",
    groupPrefix: "/",
    componentId: `${HUB_DID}/${HUB_DID}`,
    componentMountPoints: [
      { title: "AIGNE Hub", name: HUB_DID, did: HUB_DID, status: "running", mountPoint: "/" },
    ],
  };
}

type Kind = "chat" | "embedding" | "image" | "speech" | "transcription" | "video";

export interface ListedModel {
  name: string;
  kind: Kind;
  price: ModelPrice | null;
  free: boolean;
  vision: boolean;
}

const TYPES: Partial<Record<Kind, string>> = { image: "image_generation" };

/** Clients insist on texts for prices, and put vendor and model together with a slash again. */
export function modelRow(listed: ListedModel, siteSlug: string): object {
  const { name, kind, price, free, vision } = listed;
  const slash = name.indexOf("/");
  const provider = slash < 0 ? siteSlug : name.slice(0, slash);
  const output = price?.perSecond ?? price?.perImage;
  const outputRate = kind === "chat" || output === undefined ? perToken(price) : plain(output);
  return {
    key: name,
    model: name.slice(slash + 1),
    type: TYPES[kind] ?? kind,
    provider,
    providerId: provider,
    providerDisplayName: provider,
    input_credits_per_token: plain((price?.inputPerMillion ?? 0) / 1e6),
    output_credits_per_token: outputRate,
    modelMetadata: { features: vision ? ["vision"] : [], free },
    status: { available: true },
  };
}

const perToken = (price: ModelPrice | null) => plain((price?.outputPerMillion ?? 0) / 1e6);

/** Without an exponent. Prices have at most six decimals, and there are a million tokens. */
const plain = (credits: number) => credits.toFixed(12).replace(/\.?0+$/, "");

/** What clients ask for as `type`, and which kind they mean. */
export const KIND_OF_TYPE: Record<string, Kind> = {
  chat: "chat",
  chatCompletion: "chat",
  image: "image",
  image_generation: "image",
  imageGeneration: "image",
  embedding: "embedding",
  video: "video",
  speech: "speech",
  transcription: "transcription",
};

/** `creditPrefix` is left out: see `aigneUsage`. */
export function userInfo(
  user: { userId: string; email: string },
  wallet: WalletView,
  link: string,
): object {
  const granted = wallet.grants.reduce((sum, grant) => sum + grant.amount_micro, 0);
  return {
    user: { did: user.userId, fullName: user.email, email: user.email, avatar: "" },
    creditBalance: {
      balance: wallet.available,
      total: String(granted / 1e6),
      grantCount: wallet.grants.length,
      pendingCredit: wallet.held,
    },
    paymentLink: link,
    currency: { name: "Credits", symbol: "credits", decimal: 6 },
    enableCredit: true,
    profileLink: link,
  };
}
