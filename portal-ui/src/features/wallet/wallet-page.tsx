import type { WalletEntry } from "@contract/wallet.ts";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Page } from "../../app/page.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { formatCredits, formatDateTime, formatExactCredits } from "../../lib/format.ts";
import { type Dictionary, useLocale, useText } from "../../lib/i18n.ts";
import { agentsQuery, walletQuery } from "../chat/queries.ts";
import "../lists.css";

const PAGE = 30;

/** The balance and every entry that made it. */
export function WalletPage() {
  const text = useText();
  return (
    <Page title={text.wallet}>
      <Balance />
      <h2 className="section-title">{text.statement}</h2>
      <Statement />
    </Page>
  );
}

function Balance() {
  const text = useText();
  const locale = useLocale();
  const { data: wallet, error, refetch } = useQuery(walletQuery);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!wallet) return <Skeleton lines={1} />;
  return (
    <dl className="balance-card">
      <div>
        <dt>{text.available}</dt>
        <dd className="big" title={formatExactCredits(wallet.available_micro, locale)}>
          {formatCredits(Number(wallet.available), locale)}
          <span className="unit">{text.credits}</span>
        </dd>
      </div>
      {wallet.held_micro > 0 && (
        <div>
          <dt>
            {text.held} <span className="muted">{text.heldHint}</span>
          </dt>
          <dd>{formatCredits(Number(wallet.held), locale)}</dd>
        </div>
      )}
    </dl>
  );
}

function Statement() {
  const text = useText();
  const { data: agents } = useQuery(agentsQuery);
  const query = useInfiniteQuery({
    queryKey: ["entries"],
    queryFn: ({ signal, pageParam }) =>
      api("GET /api/portal/wallet/entries", {
        signal,
        query: { limit: PAGE, ...(pageParam === null ? {} : { after: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.has_more ? page.next : null),
  });
  if (query.isPending) return <Skeleton lines={6} />;
  if (query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const entries = query.data.pages.flatMap((page) => page.data);
  if (entries.length === 0) return <EmptyState icon="wallet" title={text.noEntries} />;
  const names = new Map((agents ?? []).map((agent) => [agent.target, agent.name]));
  return (
    <>
      <table className="statement">
        <thead>
          <tr>
            <th scope="col">{text.entryTime}</th>
            <th scope="col">{text.entryWhat}</th>
            <th scope="col" className="number">
              {text.entryAmount}
            </th>
            <th scope="col" className="number">
              {text.entryBalance}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.id} entry={entry} name={names.get(entry.model ?? "")} />
          ))}
        </tbody>
      </table>
      {query.hasNextPage && (
        <button
          type="button"
          className="button wide"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {query.isFetchingNextPage ? text.loading : text.loadMore}
        </button>
      )}
    </>
  );
}

function whatOf(entry: WalletEntry, name: string | undefined, text: Dictionary): string {
  if (entry.type === "charge") return name ?? entry.model ?? text.entryCharge;
  if (entry.type === "expiry") return text.entryExpiry;
  if (entry.reason === "signup") return text.reasonSignup;
  if (entry.reason === "file") return text.reasonFile;
  return entry.reason || (entry.type === "grant" ? text.entryGrant : text.entryCorrection);
}

function EntryRow({ entry, name }: { entry: WalletEntry; name: string | undefined }) {
  const text = useText();
  const locale = useLocale();
  const notes = { estimated: text.usageEstimated, partial: text.usagePartial };
  const source = entry.usage_source;
  const note = source === "estimated" || source === "partial" ? notes[source] : null;
  const plus = entry.amount_micro > 0 ? "+" : "";
  return (
    <tr>
      <td className="muted">{formatDateTime(entry.at, locale)}</td>
      <td>
        {whatOf(entry, name, text)}
        {note && <span className="tag">{note}</span>}
      </td>
      <td className={entry.amount_micro > 0 ? "number gain" : "number"}>
        {plus}
        {formatExactCredits(entry.amount_micro, locale)}
      </td>
      <td className="number muted">{formatExactCredits(entry.balance_micro, locale)}</td>
    </tr>
  );
}
