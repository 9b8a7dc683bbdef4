import type { PortalAgent } from "@contract/portal.ts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { Icon } from "../../components/icons.tsx";
import { useLocale, useText } from "../../lib/i18n.ts";
import { LowNotice } from "../wallet/low-notice.tsx";
import { canPay, priceText } from "./price.ts";
import { walletQuery } from "./queries.ts";

/** Says before sending that the balance does not pay for it, or is nearly used up. */
export function BalanceNotice({ agent }: { agent: PortalAgent }) {
  const text = useText();
  const { data: wallet } = useQuery(walletQuery);
  if (!wallet) return null;
  if (canPay(wallet, agent.price)) return agent.price.kind === "free" ? null : <LowNotice />;
  return (
    <div className="notice problem" role="status">
      <Icon name="alert" />
      <div className="notice-text">{text.balanceEmpty}</div>
      <Link href="/wallet" className="button">
        {text.seeCredits}
      </Link>
    </div>
  );
}

/** The price of the next message, and what kind of content this is. */
export function ComposerNote({ agent }: { agent: PortalAgent | null }) {
  const text = useText();
  const locale = useLocale();
  return (
    <p className="composer-note">
      {agent && <span className="price">{priceText(agent.price, text, locale)}</span>}
      <span>{text.aiNotice}</span>
    </p>
  );
}
