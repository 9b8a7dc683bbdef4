import type { Access, Model, ModelConfig, ModelRoute } from "@contract";
import { Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { AccessEditor } from "../../components/access-editor.tsx";
import { Choice } from "../../components/form/choice.tsx";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { EVERYONE } from "../../lib/access.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import {
  MODEL_KINDS,
  type ModelKind,
  type PricingFields,
  pricingFields,
  pricingOf,
} from "../../lib/price.ts";
import { checks, filled, type NumberField, problems } from "../../lib/validation.ts";
import { CacheSection } from "./cache-section.tsx";
import { type CacheFields, cacheFields, cacheOf, cacheProblems, hasCache } from "./cache-values.ts";
import { PriceSection } from "./price-section.tsx";
import { priceTexts } from "./price-texts.ts";
import { RoutesSection } from "./routes-section.tsx";
import { modelTexts } from "./texts.ts";

interface Values extends PricingFields {
  name: string;
  kind: ModelKind;
  enabled: boolean;
  vision: boolean;
  routes: ModelRoute[];
  limits: { maxOutputTokens: NumberField; contextTokens: NumberField };
  cache: CacheFields;
  access: Access;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/;
const NEW_ROUTE: ModelRoute = { connection: "", model: "", weight: 1, priority: 0 };

const valuesOf = (model: Model | null): Values => ({
  name: model?.name ?? "",
  kind: model?.kind ?? "chat",
  enabled: model?.enabled ?? true,
  vision: model?.vision ?? false,
  routes: model?.routes ?? [NEW_ROUTE],
  ...pricingFields(model?.price, model?.cost),
  limits: {
    maxOutputTokens: model?.limits.maxOutputTokens ?? "",
    contextTokens: model?.limits.contextTokens ?? "",
  },
  cache: cacheFields(model?.cache),
  access: model?.access ?? EVERYONE,
});

const configOf = ({ price, cost, images, cache, ...values }: Values): ModelConfig => ({
  ...values,
  ...(hasCache(values.kind) ? cacheOf(cache) : {}),
  name: values.name.trim(),
  ...pricingOf({ price, cost, images }),
  limits: filled(values.limits),
});

interface Props {
  model: Model | null;
  onSaved: (model: Model) => void | Promise<void>;
  onCancel: () => void;
  extra?: ReactNode;
}

function useModelForm({ model, onSaved }: Props) {
  const t = useTexts(modelTexts);
  const priced = useTexts(priceTexts);
  const check = checks(useTexts(commonTexts).form);
  return useEntityForm<Values, Model>({
    initial: valuesOf(model),
    refreshes: [["models"], ["prices"], ["connections"], ["overview"]],
    validate: (values) => {
      const found: Record<string, string | null> = {
        name:
          check.required(values.name) ??
          (NAME.test(values.name.trim()) && !values.name.startsWith("agent/") ? null : t.nameBad),
        "limits.maxOutputTokens": check.optionalNumber(values.limits.maxOutputTokens, 1, 1e7),
        "limits.contextTokens": check.optionalNumber(values.limits.contextTokens, 1, 1e8),
        ...cacheProblems(values.cache, check),
      };
      for (const [index, route] of values.routes.entries()) {
        found[`routes.${index}.connection`] = check.required(route.connection ?? "");
        found[`routes.${index}.model`] = check.required(route.model);
        found[`routes.${index}.weight`] = check.number(route.weight, 0, 1000);
        found[`routes.${index}.priority`] = check.number(route.priority, 0, 100);
      }
      for (const side of ["price", "cost"] as const) {
        for (const [kind, value] of Object.entries(values[side])) {
          found[`${side}.${kind}`] = check.optionalNumber(value, 0, 1_000_000);
        }
        for (const [index, row] of values.images.entries()) {
          found[`images.${index}.${side}`] = check.optionalNumber(row[side], 0, 1_000_000);
        }
      }
      for (const [index, { price, cost }] of values.images.entries()) {
        if (price === "" && cost === "") found[`images.${index}.price`] = priced.creditsMissing;
      }
      return problems(found);
    },
    save: (values) =>
      model
        ? call("PUT /api/admin/models/{id}", { params: { id: model.id }, body: configOf(values) })
        : call("POST /api/admin/models", { body: configOf(values) }),
    onSaved,
  });
}

export function ModelForm(props: Props) {
  const t = useTexts(modelTexts);
  const kit = useModelForm(props);
  const { form } = kit;
  const { values } = form;
  return (
    <GuardedForm kit={kit} onCancel={props.onCancel} extra={props.extra}>
      <FormSection title={t.basics}>
        <FieldGrid>
          <TextInput label={t.name} description={t.nameHelp} {...form.getInputProps("name")} />
          <Choice
            label={t.kind}
            data={MODEL_KINDS.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
            {...form.getInputProps("kind")}
          />
        </FieldGrid>
        <Switch label={t.enabled} {...form.getInputProps("enabled", { type: "checkbox" })} />
        {values.kind === "chat" && (
          <Switch label={t.vision} {...form.getInputProps("vision", { type: "checkbox" })} />
        )}
      </FormSection>
      <RoutesSection
        routes={values.routes}
        field={(path) => form.getInputProps(`routes.${path}`)}
        onAdd={() => form.insertListItem("routes", NEW_ROUTE)}
        onRemove={(index) => form.removeListItem("routes", index)}
      />
      <PriceSection
        kind={values.kind}
        pricing={values}
        priceVersion={props.model?.priceVersion ?? null}
        field={(path) => form.getInputProps(path)}
        onChange={({ price, cost, images }) => form.setValues({ price, cost, images })}
      />
      <FormSection title={t.limits} description={t.limitsHelp}>
        <FieldGrid>
          {(["maxOutputTokens", "contextTokens"] as const).map((name) => (
            <AmountInput key={name} label={t[name]} {...form.getInputProps(`limits.${name}`)} />
          ))}
        </FieldGrid>
      </FormSection>
      {hasCache(values.kind) && (
        <CacheSection
          chats={values.kind === "chat"}
          modelId={props.model?.id ?? null}
          on={values.cache.on}
          field={(path) => form.getInputProps(`cache.${path}`)}
          toggle={(path) => form.getInputProps(`cache.${path}`, { type: "checkbox" })}
        />
      )}
      <FormSection title={t.access}>
        <AccessEditor
          value={values.access}
          onChange={(access) => form.setFieldValue("access", access)}
        />
      </FormSection>
    </GuardedForm>
  );
}
