import type { WalletGrant, WalletView } from "@contract/wallet.ts";
import { useQuery } from "@tanstack/react-query";
import { Page } from "../../app/page.tsx";
import { useSite } from "../../app/session.ts";
import { Icon } from "../../components/icons.tsx";
import { ErrorState, Skeleton } from "../../components/states.tsx";
import { formatCredits, formatDate, formatExactCredits } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { walletQuery } from "../chat/queries.ts";
import { Statement } from "./statement.tsx";
import { useWalletTexts } from "./texts.ts";
import { reasonText } from "./words.ts";
import "../lists.css";
import "./wallet.css";

/** The balance, where it comes from, and every entry that made it. */
export function WalletPage() {
  const text = useText();
  return (
    <Page title={text.wallet}>
      <Credits />
      <Statement />
    </Page>
  );
}

function Credits() {
  const { data: wallet, error, refetch } = useQuery(walletQuery);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!wallet) return <Skeleton lines={3} />;
  return (
    <>
      <Balance wallet={wallet} />
      <MoreCredits wallet={wallet} />
      {wallet.grants.length > 0 && <Grants grants={wallet.grants} />}
    </>
  );
}

function Balance({ wallet }: { wallet: WalletView }) {
  const text = useText();
  const words = useWalletTexts();
  const locale = useLocale();
  return (
    <dl className="balance-card">
      <div>
        <dt>{words.available}</dt>
        <dd className="big" title={formatExactCredits(wallet.available_micro, locale)}>
          {formatCredits(Number(wallet.available), locale)}
          <span className="unit">{text.credits}</span>
        </dd>
      </div>
      {wallet.held_micro > 0 && (
        <div className="held">
          <dt>{words.held}</dt>
          <dd>{formatCredits(Number(wallet.held), locale)}</dd>
          <dd className="hint">{words.heldHint}</dd>
        </div>
      )}
    </dl>
  );
}

/** Whom to ask for credits; a warning where they run low. */
function MoreCredits({ wallet }: { wallet: WalletView }) {
  const words = useWalletTexts();
  const locale = useLocale();
  const site = useSite();
  const { low } = wallet;
  const empty = wallet.balance_micro <= 0;
  if (!low && !empty && !site.contact) return null;
  const title = empty
    ? words.emptyTitle
    : low && words.lowTitle(formatCredits(low.threshold_micro / 1e6, locale));
  const how = site.contact || words.askContact(site.name);
  return (
    <div className={empty ? "notice problem more-credits" : "notice more-credits"}>
      <Icon name={empty ? "alert" : "wallet"} />
      <div className="notice-text">
        {title && <strong>{title}</strong>}
        <span>{words.howTo(how)}</span>
      </div>
    </div>
  );
}

function Grants({ grants }: { grants: WalletGrant[] }) {
  const words = useWalletTexts();
  const locale = useLocale();
  return (
    <section aria-labelledby="grants">
      <h2 className="section-title" id="grants">
        {words.grants}
      </h2>
      {grants.length > 1 && <p className="muted">{words.grantsHint}</p>}
      <ol className="rows">
        {grants.map((grant, index) => (
          // Grants have no id of their own; their order is the order of use.
          <li className="row" key={index}>
            <span className="row-main">
              <span className="row-title">{reasonText(grant.reason, words)}</span>
              <span className="muted">
                {grant.expires_at
                  ? words.grantUntil(formatDate(grant.expires_at, locale))
                  : words.grantStays}
              </span>
            </span>
            <span className="number" title={formatExactCredits(grant.remaining_micro, locale)}>
              {words.grantLeft(
                formatCredits(grant.remaining_micro / 1e6, locale),
                formatCredits(grant.amount_micro / 1e6, locale),
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
