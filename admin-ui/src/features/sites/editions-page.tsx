/** What editions allow and cost, and who may make sites: the operator's to say. */
import type { Edition } from "@contract";
import { Stack, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { Loaded } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { checks, type NumberField, problems } from "../../lib/validation.ts";
import { LimitInputs, limitProblems } from "./limit-inputs.tsx";
import { limitFields, limitsOf } from "./limit-values.ts";
import { PlatformPage } from "./platform-page.tsx";
import { sitesTexts } from "./texts.ts";

export function EditionsPage() {
  const t = useTexts(sitesTexts);
  const editions = useQuery({
    queryKey: ["editions"],
    queryFn: async ({ signal }) => (await call("GET /api/platform/editions", { signal })).data,
  });
  const settings = useQuery({
    queryKey: ["platform-settings"],
    queryFn: ({ signal }) => call("GET /api/platform/settings", { signal }),
  });
  return (
    <PlatformPage title={t.editionsTitle} help={t.editionsHelp}>
      <Stack gap="lg">
        <Loaded query={editions}>
          {(all) => all.map((edition) => <EditionForm key={edition.slug} edition={edition} />)}
        </Loaded>
        <Loaded query={settings}>{(values) => <SettingsForm values={values} />}</Loaded>
      </Stack>
    </PlatformPage>
  );
}

function EditionForm({ edition }: { edition: Edition }) {
  const t = useTexts(sitesTexts);
  const texts = useTexts(commonTexts);
  const check = checks(texts.form);
  const notify = useNotify();
  const kit = useEntityForm({
    initial: {
      name: edition.name,
      year: (edition.price.year / 100) as NumberField,
      currency: edition.price.currency,
      limits: limitFields(edition.limits),
    },
    refreshes: [["editions"]],
    validate: ({ name, year, limits }) => ({
      ...problems({ name: check.required(name), year: check.number(year, 0, 1e9) }),
      ...limitProblems(limits, false, texts.form.number),
    }),
    save: ({ name, year, currency, limits }) =>
      call("PUT /api/platform/editions/{slug}", {
        params: { slug: edition.slug },
        body: {
          name: name.trim(),
          price: { year: Math.round(Number(year) * 100), currency: currency.trim().toUpperCase() },
          limits: { ...edition.limits, ...limitsOf(limits) },
        },
      }),
    onSaved: (saved) => notify.done(t.saved(saved.name)),
  });
  const { form } = kit;
  return (
    <EntityForm kit={kit} bar="plain">
      <FormSection title={edition.name}>
        <FieldGrid>
          <TextInput label={texts.name} maxLength={60} {...form.getInputProps("name")} />
          <AmountInput label={t.priceYear} {...form.getInputProps("year")} />
          <TextInput label={t.currency} maxLength={3} {...form.getInputProps("currency")} />
        </FieldGrid>
        <LimitInputs
          field={(path) => form.getInputProps(path)}
          values={form.values.limits}
          onChange={(name, value) => form.setFieldValue(`limits.${name}`, value)}
        />
      </FormSection>
    </EntityForm>
  );
}

function SettingsForm({ values }: { values: { registration: boolean; freeSites: number } }) {
  const t = useTexts(sitesTexts);
  const check = checks(useTexts(commonTexts).form);
  const notify = useNotify();
  const kit = useEntityForm({
    initial: { registration: values.registration, freeSites: values.freeSites as NumberField },
    refreshes: [["platform-settings"]],
    validate: ({ freeSites }) => problems({ freeSites: check.number(freeSites, 0, 1_000) }),
    save: ({ registration, freeSites }) =>
      call("PATCH /api/platform/settings", {
        body: { registration, freeSites: Number(freeSites) },
      }),
    onSaved: () => notify.done(t.saved(t.settingsTitle)),
  });
  return (
    <EntityForm kit={kit} bar="plain">
      <FormSection title={t.settingsTitle}>
        <Switch
          label={t.registration}
          {...kit.form.getInputProps("registration", { type: "checkbox" })}
        />
        <FieldGrid>
          <AmountInput label={t.freeSites} {...kit.form.getInputProps("freeSites")} />
        </FieldGrid>
      </FormSection>
    </EntityForm>
  );
}
