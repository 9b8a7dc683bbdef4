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
const MAX_MODELS = 100;

/** Old and new of every price that will change, before anything is written. */
export function PricePreview({ changes }: { changes: readonly PlannedPrice[] }) {
  const t = useTexts(priceTexts);
  if (changes.length === 0) return <Text size="sm">{t.previewNothing}</Text>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too
    <section className={classes.preview} tabIndex={0} aria-label={t.preview}>
      <table aria-label={t.preview}>
        <thead>
          <tr>
            <th>{t.columns.kind}</th>
            <th className={classes.end}>{t.columns.before}</th>
            <th className={classes.end}>{t.columns.after}</th>
            <th className={classes.end}>{t.margin}</th>
          </tr>
        </thead>
        {changes.slice(0, MAX_MODELS).map((change) => (
          <PreviewOfModel key={change.id} change={change} />
        ))}
      </table>
      {changes.length > MAX_MODELS && (
        <Text size="sm" c="dimmed" p="xs">
          {t.previewMore(changes.length - MAX_MODELS)}
        </Text>
      )}
    </section>
  );
}

function PreviewOfModel({ change }: { change: PlannedPrice }) {
  const t = useTexts(priceTexts);
  const format = useFormats();
  const costs = new Map(linesOf(change.cost ?? {}).map((one) => [lineKey(one), one.credits]));
  const credits = (value: number | null) => (value === null ? "–" : format.decimal(value));
  return (
    <tbody>
      {change.name && (
        <tr className={classes.model}>
          <th colSpan={4} scope="rowgroup">
            {change.name}
          </th>
        </tr>
      )}
      {differences(change.before, change.after).map(({ key, line, before, after }) => {
        const margin = marginOf(after ?? undefined, costs.get(key));
        return (
          <tr key={key}>
            <td>{lineLabel(line, t)}</td>
            <td className={classes.end}>{credits(before)}</td>
            <td className={classes.end}>
              <b>{credits(after)}</b>
            </td>
            <td className={classes.end}>{margin === null ? "–" : format.percent(margin)}</td>
          </tr>
        );
      })}
    </tbody>
  );
}
