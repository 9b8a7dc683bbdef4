import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { currentUserId } from "../../app/session.ts";
import { IconButton } from "../../components/icon-button.tsx";
import { Icon } from "../../components/icons.tsx";
import { formatCredits } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { recall, remember } from "../../lib/storage.ts";
import { walletQuery } from "../chat/queries.ts";

/**
 * Whether somebody who closed the notice at one threshold has been told of this one: falling below
 * a lower one is news, rising to a higher one is not.
 */
export function isOldNews(closedAtMicro: string | null, thresholdMicro: number): boolean {
  return closedAtMicro !== null && Number(closedAtMicro) <= thresholdMicro;
}

/** Says that credits run low, until it is closed. With enough credits again, it will say so anew. */
export function LowNotice() {
  const text = useText();
  const locale = useLocale();
  const { data: wallet } = useQuery(walletQuery);
  const name = `low.${currentUserId()}`;
  const [, setClosed] = useState(0);
  if (!wallet) return null;
  if (!wallet.low) {
    remember(name, null);
    return null;
  }
  const threshold = wallet.low.threshold_micro;
  if (isOldNews(recall(name), threshold)) return null;
  const close = () => {
    remember(name, String(threshold));
    setClosed(threshold);
  };
  return (
    <div className="notice" role="status">
      <Icon name="wallet" />
      <div className="notice-text">
        {text.balanceLow(formatCredits(Number(wallet.available), locale))}
      </div>
      <Link href="/wallet" className="button">
        {text.seeCredits}
      </Link>
      <IconButton icon="close" label={text.close} onClick={close} />
    </div>
  );
}
