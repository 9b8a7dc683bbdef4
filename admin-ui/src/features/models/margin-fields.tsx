import { Choice } from "../../components/form/choice.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { ROUNDINGS, type Rounding } from "../../lib/margin.ts";
import type { NumberField } from "../../lib/validation.ts";
import { priceTexts } from "./price-texts.ts";

export interface MarginValues {
  percent: NumberField;
  to: Rounding["to"];
  step: NumberField;
}
export const NO_MARGIN: MarginValues = { percent: 20, to: "4", step: 0.1 };

/** Null while something of it is missing or no number. */
export function marginIn({ percent, to, step }: MarginValues) {
  if (percent === "" || Number.isNaN(percent) || percent < -100) return null;
  if (to === "step" && !(typeof step === "number" && step >= 1e-9)) return null;
  return { percent, rounding: { to, step: Number(step) } };
}

interface Props {
  label: string;
  help?: string;
  values: MarginValues;
  onChange: (values: MarginValues) => void;
}

/** A percent, and what to round up to. */
export function MarginFields({ label, help, values, onChange }: Props) {
  const t = useTexts(priceTexts);
  return (
    <FieldGrid>
      <AmountInput
        label={label}
        description={help}
        value={values.percent}
        onChange={(percent) => onChange({ ...values, percent })}
        data-autofocus
      />
      <Choice
        label={t.rounding}
        {...(help ? { description: " " } : {})}
        data={ROUNDINGS.map((value) => ({ value, label: t.roundings[value] }))}
        value={values.to}
        onChange={(to) => onChange({ ...values, to: (to ?? "exact") as Rounding["to"] })}
      />
      {values.to === "step" && (
        <AmountInput
          label={t.step}
          value={values.step}
          onChange={(step) => onChange({ ...values, step })}
        />
      )}
    </FieldGrid>
  );
}
