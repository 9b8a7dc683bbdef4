import type { ModelPrice } from "@contract";
import { Text } from "@mantine/core";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { differences, marginOf } from "../../lib/margin.ts";
import { lineKey, linesOf } from "../../lib/price.ts";
import classes from "./models.module.css";
import { lineLabel, priceTexts } from "./price-texts.ts";

export interface PlannedPrice {
  id: string;
  /** Empty where there is one model only. */
  name: string;
  before: ModelPrice;
  after: ModelPrice;
  cost: ModelPrice | undefined;
}

/** More than a person reads; all of them are changed nevertheless. */
const MAX_ROWS = 200;

/** Old and new of every price that will change, before anything is written. */
export function PricePreview({ changes }: { changes: readonly PlannedPrice[] }) {
  const t = useTexts(priceTexts);
  const format = useFormats();
  const rows = changes.flatMap((change) => {
    const costs = new Map(linesOf(change.cost ?? {}).map((one) => [lineKey(one), one.credits]));
    return differences(change.before, change.after).map((one) => ({
      ...one,
      id: change.id,
      name: change.name,
      margin: marginOf(one.after ?? undefined, costs.get(one.key)),
    }));
  });
  if (rows.length === 0) return <Text size="sm">{t.previewNothing}</Text>;
  const named = changes.some((change) => change.name !== "");
  const credits = (value: number | null) => (value === null ? "–" : format.decimal(value));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too
    <section className={classes.preview} tabIndex={0} aria-label={t.preview}>
      <table aria-label={t.preview}>
        <thead>
          <tr>
            {named && <th>{t.columns.model}</th>}
            <th>{t.columns.kind}</th>
            <th className={classes.end}>{t.columns.before}</th>
            <th className={classes.end}>{t.columns.after}</th>
            <th className={classes.end}>{t.margin}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map((row) => (
            <tr key={`${row.id} ${row.key}`}>
              {named && <td>{row.name}</td>}
              <td>{lineLabel(row.line, t)}</td>
              <td className={classes.end}>{credits(row.before)}</td>
              <td className={classes.end}>
                <b>{credits(row.after)}</b>
              </td>
              <td className={classes.end}>
                {row.margin === null ? "–" : format.percent(row.margin)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MAX_ROWS && (
        <Text size="sm" c="dimmed" p="xs">
          {t.previewMore(rows.length - MAX_ROWS)}
        </Text>
      )}
    </section>
  );
}
