import type { WalletEntry } from "@contract";
import { Text } from "@mantine/core";
import { useMemo } from "react";
import { LinkAnchor } from "../../components/links.tsx";
import type { Column } from "../../components/table/columns.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { reasonText, userTexts } from "./texts.ts";

/** What, when and why; what was held, and by which price; amount and balance. */
export function useEntryColumns(): Column<WalletEntry>[] {
  const t = useTexts(userTexts);
  const format = useFormats();
  return useMemo(
    () => [
      {
        id: "what",
        header: t.entry.what,
        phone: "title",
        render: (entry) => <What entry={entry} />,
      },
      {
        id: "amount",
        header: t.entry.amount,
        align: "end",
        render: (entry) => (
          <Text size="sm" c={entry.amount_micro > 0 ? "green" : "inherit"} component="span">
            {format.signedCredits(entry.amount_micro)}
          </Text>
        ),
      },
      {
        id: "balance",
        header: t.entry.balance,
        align: "end",
        render: (entry) => format.credits(entry.balance_micro),
      },
    ],
    [t, format],
  );
}

function What({ entry }: { entry: WalletEntry }) {
  const t = useTexts(userTexts);
  const format = useFormats();
  const { held_micro: held, uncollected_micro: uncollected, usage_source: source } = entry;
  // Of an expiry the reason says no more than its type.
  const why = entry.type === "expiry" ? null : entry.reason;
  const lines = [
    [why && reasonText(why, t), entry.actor && t.by(entry.actor)],
    [
      source && t.sources[source],
      held !== null && t.heldWas(format.credits(held)),
      uncollected !== null && uncollected > 0 && t.notCollected(format.credits(uncollected)),
      entry.price_version !== null && t.priceVersion(entry.price_version),
    ],
  ].map((parts) => parts.filter(Boolean).join(" · "));
  return (
    <div>
      <Text size="sm">
        {t.entry[entry.type]}
        {entry.model ? ` · ${entry.model}` : ""}
      </Text>
      <Text size="xs" c="dimmed">
        {format.dateTime(entry.at)}
      </Text>
      {lines.filter(Boolean).map((line) => (
        <Text key={line} size="xs" c="dimmed">
          {line}
        </Text>
      ))}
      {entry.request_id && (
        <LinkAnchor to="/requests" search={{ open: entry.request_id }} size="xs">
          {entry.request_id}
        </LinkAnchor>
      )}
    </div>
  );
}
