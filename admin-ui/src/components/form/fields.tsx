/** Fields that several forms share. A form hands over `field`, which binds one path of it. */
import { NumberInput, type NumberInputProps } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { defineTexts, useTexts } from "../../lib/i18n.ts";
import { FieldGrid } from "./section.tsx";

export type Bind = (
  path: string,
) => ReturnType<UseFormReturnType<Record<string, unknown>>["getInputProps"]>;

/** A number without spinners, whose text is what counts. */
export function AmountInput(props: NumberInputProps) {
  return <NumberInput hideControls min={0} allowNegative={false} {...props} />;
}

/** A price or an amount of credits; nine decimals are kept exactly. */
export function CreditsInput(props: NumberInputProps) {
  return <AmountInput decimalScale={9} thousandSeparator="," {...props} />;
}

const texts = defineTexts(
  {
    rpm: "Requests per minute",
    tpm: "Tokens per minute",
    concurrency: "Requests at once",
    creditsPerDay: "Credits per day",
    creditsPerMonth: "Credits per month",
    unlimited: "no limit",
  },
  {
    rpm: "每分钟请求数",
    tpm: "每分钟 Token 数",
    concurrency: "并发请求数",
    creditsPerDay: "每日积分",
    creditsPerMonth: "每月积分",
    unlimited: "不限",
  },
);

export function LimitFields({ field }: { field: Bind }) {
  const t = useTexts(texts);
  return (
    <FieldGrid>
      {(["rpm", "tpm", "concurrency"] as const).map((name) => (
        <AmountInput
          key={name}
          label={t[name]}
          placeholder={t.unlimited}
          decimalScale={0}
          thousandSeparator=","
          {...field(name)}
        />
      ))}
      {(["creditsPerDay", "creditsPerMonth"] as const).map((name) => (
        <CreditsInput
          key={name}
          label={t[name]}
          placeholder={t.unlimited}
          {...field(name)}
          decimalScale={6}
        />
      ))}
    </FieldGrid>
  );
}
