import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { Icon } from "../components/icons.tsx";
import { walletQuery } from "../features/chat/queries.ts";
import { formatCredits } from "../lib/format.ts";
import { useLocale, useText } from "../lib/i18n.ts";

/** The balance, leading to the statement. */
export function BalanceLink({ onOpen }: { onOpen: () => void }) {
  const text = useText();
  const locale = useLocale();
  const { data: wallet } = useQuery(walletQuery);
  const credits = wallet ? formatCredits(Number(wallet.available), locale) : "…";
  return (
    <Link href="/wallet" className="nav-link balance-link" onClick={onOpen}>
      <Icon name="wallet" />
      <span className="grow">{text.balance}</span>
      <span className={wallet?.low ? "balance-figure low" : "balance-figure"}>{credits}</span>
    </Link>
  );
}
