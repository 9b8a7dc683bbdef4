/** Price, cost and the margin between them, side by side. */
import { Text } from "@mantine/core";
import type { Bind } from "../../components/form/fields.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { marginOf } from "../../lib/margin.ts";
import type { NumberField } from "../../lib/validation.ts";
import classes from "./models.module.css";
import { priceTexts } from "./price-texts.ts";

export function PriceHead() {
  const t = useTexts(priceTexts);
  return (
    <div className={classes.priceRow} aria-hidden>
      <span className={classes.priceLabel} />
      {[t.price, t.cost, t.margin].map((word) => (
        <Text key={word} size="xs" c="dimmed" fw={600}>
          {word}
        </Text>
      ))}
    </div>
  );
}

interface RowProps {
  label: string;
  price: NumberField;
  cost: NumberField;
  priceField: ReturnType<Bind>;
  costField: ReturnType<Bind>;
}

export function PriceRow({ label, price, cost, priceField, costField }: RowProps) {
  const t = useTexts(priceTexts);
  return (
    <div className={classes.priceRow}>
      <Text size="sm" className={classes.priceLabel ?? ""} aria-hidden>
        {label}
      </Text>
      <AmountInput aria-label={label} placeholder="0" {...priceField} />
      <AmountInput aria-label={t.costOf(label)} placeholder="–" {...costField} />
      <Margin label={label} price={price} cost={cost} />
    </div>
  );
}

/** Loss is said in red, and by its sign. */
export function Margin({ label, price, cost }: Pick<RowProps, "label" | "price" | "cost">) {
  const t = useTexts(priceTexts);
  const format = useFormats();
  const margin = marginOf(price, cost);
  if (margin === null) return <Text size="sm" c="dimmed" className={classes.margin ?? ""} />;
  const text = format.percent(margin);
  return (
    <Text
      size="sm"
      className={`${classes.margin} portico-numbers`}
      {...(margin < 0 ? { c: "red" } : {})}
    >
      <span aria-hidden>{text}</span>
      <span className={classes.spoken}>{t.marginOf(label, text)}</span>
    </Text>
  );
}
