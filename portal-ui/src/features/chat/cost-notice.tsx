import type { PortalAgent } from "@contract/portal.ts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { Icon } from "../../components/icons.tsx";
import { formatCredits } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { balanceState, priceText } from "./price.ts";
import { walletQuery } from "./queries.ts";

/** Says before sending that the balance is nearly, or quite, used up. */
export function BalanceNotice({ agent }: { agent: PortalAgent }) {
  const text = useText();
  const locale = useLocale();
  const { data: wallet } = useQuery(walletQuery);
  if (!wallet) return null;
  const state = balanceState(wallet, agent.price);
  if (state === "enough") return null;
  const credits = formatCredits(Number(wallet.available), locale);
  return (
    <div className={state === "empty" ? "notice problem" : "notice"} role="status">
      <Icon name={state === "empty" ? "alert" : "wallet"} />
      <div className="notice-text">
        {state === "empty" ? text.balanceEmpty : text.balanceLow(credits)}
      </div>
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
