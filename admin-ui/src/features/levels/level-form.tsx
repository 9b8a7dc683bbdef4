import type { Level, LevelConfig } from "@contract";
import { Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { LimitFields } from "../../components/form/fields.tsx";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import {
  type LimitFields as Limits,
  limitFields,
  limitProblems,
  limitsOf,
} from "../../lib/limits.ts";
import { majorOf, minorOf } from "../../lib/money.ts";
import { slugFrom } from "../../lib/slug.ts";
import { checks, type NumberField, problems } from "../../lib/validation.ts";
import { levelTexts } from "./texts.ts";

interface Values {
  slug: string;
  name: string;
  icon: string;
  default: boolean;
  monthlyCredits: NumberField;
  month: NumberField;
  year: NumberField;
  currency: string;
  limits: Limits;
}

const valuesOf = (level: Level | null): Values => {
  const currency = level?.price?.currency ?? "CNY";
  return {
    slug: level?.slug ?? "",
    name: level?.name ?? "",
    icon: level?.icon ?? "",
    default: level?.default ?? false,
    monthlyCredits: level?.monthlyCredits ?? 0,
    month: majorOf(level?.price?.month, currency),
    year: majorOf(level?.price?.year, currency),
    currency,
    limits: limitFields(level?.limits),
  };
};

export function levelConfigOf(values: Values): LevelConfig {
  const { month, year, currency } = values;
  const sold = month !== "" || year !== "";
  return {
    slug: values.slug,
    name: values.name.trim(),
    icon: values.icon.trim(),
    default: values.default,
    monthlyCredits: values.monthlyCredits === "" ? 0 : values.monthlyCredits,
    limits: limitsOf(values.limits),
    ...(sold
      ? {
          price: {
            currency,
            ...(month === "" ? {} : { month: minorOf(month, currency) }),
            ...(year === "" ? {} : { year: minorOf(year, currency) }),
          },
        }
      : {}),
  };
}

interface Props {
  level: Level | null;
  taken: readonly string[];
  onSaved: (level: Level) => void;
  onCancel: () => void;
  extra?: ReactNode;
}

export function LevelForm({ level, taken, onSaved, onCancel, extra }: Props) {
  const t = useTexts(levelTexts);
  const common = useTexts(commonTexts);
  const check = checks(common.form);
  const kit = useEntityForm<Values, Level>({
    initial: valuesOf(level),
    refreshes: [["levels"], ["overview"]],
    validate: (values) =>
      problems({
        name: check.required(values.name),
        slug: check.slug(values.slug, level ? [] : taken),
        monthlyCredits: check.optionalNumber(values.monthlyCredits, 0, 1e9),
        month: check.optionalNumber(values.month, 0, 1e8),
        year: check.optionalNumber(values.year, 0, 1e8),
        currency: /^[A-Z]{3}$/.test(values.currency) ? null : t.currencyBad,
        ...limitProblems(values.limits, check.optionalNumber),
      }),
    save: (values) => {
      const body = levelConfigOf(values);
      return level
        ? call("PUT /api/admin/levels/{id}", { params: { id: level.id }, body })
        : call("POST /api/admin/levels", { body });
    },
    onSaved,
  });
  const { form } = kit;
  const name = form.getInputProps("name");
  return (
    <GuardedForm kit={kit} bar="plain" onCancel={onCancel} extra={extra}>
      <TextInput
        label={t.name}
        {...name}
        data-autofocus
        onBlur={(event) => {
          name.onBlur?.(event);
          // The id follows the name until somebody writes one.
          if (!level && form.values.slug === "" && form.values.name) {
            form.setFieldValue("slug", slugFrom(form.values.name, taken, "level"));
          }
        }}
      />
      <TextInput
        label={t.slug}
        description={t.slugHelp}
        readOnly={level !== null}
        variant={level ? "filled" : "default"}
        {...form.getInputProps("slug")}
      />
      <FieldGrid>
        <TextInput label={t.icon} description={t.iconHelp} {...form.getInputProps("icon")} />
        <AmountInput
          label={t.monthlyCredits}
          description={t.monthlyHelp}
          {...form.getInputProps("monthlyCredits")}
        />
      </FieldGrid>
      <Switch label={t.isDefault} {...form.getInputProps("default", { type: "checkbox" })} />
      <FormSection title={t.priceTitle} description={t.priceHelp}>
        <FieldGrid>
          <AmountInput label={t.month} {...form.getInputProps("month")} />
          <AmountInput label={t.year} {...form.getInputProps("year")} />
          <TextInput label={t.currency} maxLength={3} {...form.getInputProps("currency")} />
        </FieldGrid>
      </FormSection>
      <FormSection title={t.limits}>
        <LimitFields field={(path) => form.getInputProps(`limits.${path}`)} />
      </FormSection>
    </GuardedForm>
  );
}
