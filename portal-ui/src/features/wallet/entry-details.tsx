import type { OwnRequest } from "@contract/portal.ts";
import type { WalletEntry } from "@contract/wallet.ts";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Icon } from "../../components/icons.tsx";
import { Skeleton } from "../../components/states.tsx";
import { useCopy } from "../../components/use-copy.ts";
import { ApiError, api } from "../../lib/api.ts";
import { formatCredits, formatDate, formatExactCredits } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { useWalletTexts } from "./texts.ts";
import { priceLines } from "./words.ts";

/** What a request held, used and cost, and by which price. */
export function EntryDetails({ entry }: { entry: WalletEntry }) {
  const words = useWalletTexts();
  const locale = useLocale();
  const credits = (micro: number) => formatExactCredits(micro, locale);
  const { held_micro: held, uncollected_micro: uncollected, usage_source: source } = entry;
  return (
    <dl className="details">
      {held !== null && <Detail term={words.reserved}>{credits(held)}</Detail>}
      <Detail term={words.charged}>{credits(-entry.amount_micro)}</Detail>
      {uncollected !== null && uncollected > 0 && (
        <Detail term={words.uncollected} hint={words.uncollectedHint}>
          {credits(uncollected)}
        </Detail>
      )}
      {source && <Detail term={words.usage}>{words.sources[source]}</Detail>}
      {entry.price_version !== null && entry.model !== null && (
        <Detail term={words.price}>
          <Price target={entry.model} version={entry.price_version} />
        </Detail>
      )}
      {entry.request_id && <Request id={entry.request_id} />}
      {entry.key_id && <Key id={entry.key_id} />}
    </dl>
  );
}

function Detail(props: { term: string; hint?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
      {props.hint && <dd className="hint">{props.hint}</dd>}
    </div>
  );
}

function Price({ target, version }: { target: string; version: number }) {
  const words = useWalletTexts();
  const locale = useLocale();
  const { data } = useQuery({
    queryKey: ["price", target, version],
    queryFn: ({ signal }) =>
      api("GET /api/portal/prices/{target}/{version}", {
        params: { target, version: String(version) },
        signal,
      }),
    // What a version was never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return words.priceUnknown(version);
  const lines = priceLines(data.price, words);
  return (
    <>
      {words.priceVersion(version, formatDate(data.at, locale))}
      <ul className="price-lines">
        {lines.length === 0 && <li>{words.free}</li>}
        {lines.map(({ credits, unit }) => (
          <li key={unit}>{words.priceLine(formatCredits(credits, locale), unit)}</li>
        ))}
      </ul>
    </>
  );
}

function Request({ id }: { id: string }) {
  const text = useText();
  const words = useWalletTexts();
  const { copied, copy } = useCopy();
  const { data, error, isPending } = useQuery({
    queryKey: ["request", id],
    queryFn: ({ signal }) => api("GET /api/portal/requests/{id}", { params: { id }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  // The record reaches the site a moment after the charge has.
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <>
      {isPending && <Skeleton lines={1} />}
      {error && <Detail term={words.tokens}>{missing ? words.notYet : sentenceOf(error)}</Detail>}
      {data && <Used request={data} />}
      <Detail term={words.request}>
        <code>{id}</code>{" "}
        <button type="button" className="link-button" onClick={() => copy(id)}>
          <Icon name={copied ? "check" : "copy"} size={14} /> {copied ? text.copied : text.copy}
        </button>
      </Detail>
    </>
  );
}

function Used({ request }: { request: OwnRequest }) {
  const words = useWalletTexts();
  const locale = useLocale();
  const number = (count: number) => new Intl.NumberFormat(locale).format(count);
  const { input, output, cachedInput, reasoning } = request.tokens;
  const parts = [
    cachedInput > 0 && words.cached(number(cachedInput)),
    reasoning > 0 && words.reasoning(number(reasoning)),
  ].filter((part) => part !== false);
  return (
    <>
      <Detail term={words.tokens} {...(parts.length > 0 ? { hint: parts.join(" · ") } : {})}>
        {words.tokensText(number(input), number(output))}
      </Detail>
      {request.status !== "ok" && (
        <Detail term={words.end}>{words.statuses[request.status]}</Detail>
      )}
    </>
  );
}

function Key({ id }: { id: string }) {
  const words = useWalletTexts();
  const { data } = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => api("GET /api/portal/keys", { signal }),
    select: (answer) => answer.data.find((key) => key.id === id),
  });
  return <Detail term={words.key}>{data ? `${data.name} (${data.prefix}…)` : id}</Detail>;
}
