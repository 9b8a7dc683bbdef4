/** Fields that several forms share. A form hands over `field`, which binds one path of it. */
import type { UseFormReturnType } from "@mantine/form";
import { defineTexts, useTexts } from "../../lib/i18n.ts";
import { AmountInput } from "./inputs.tsx";
import { FieldGrid } from "./section.tsx";

export type Bind = (
  path: string,
) => ReturnType<UseFormReturnType<Record<string, unknown>>["getInputProps"]>;

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

const LIMITS = ["rpm", "tpm", "concurrency", "creditsPerDay", "creditsPerMonth"] as const;

/** `placeholder` is what an empty field means, where that is not "no limit". */
export function LimitFields({ field, placeholder }: { field: Bind; placeholder?: string }) {
  const t = useTexts(texts);
  return (
    <FieldGrid>
      {LIMITS.map((name) => (
        <AmountInput
          key={name}
          label={t[name]}
          placeholder={placeholder ?? t.unlimited}
          {...field(name)}
        />
      ))}
    </FieldGrid>
  );
}
