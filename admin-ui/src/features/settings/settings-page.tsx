import type { SiteSettings } from "@contract";
import { Switch, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSession } from "../../app/session.tsx";
import { Choice } from "../../components/form/choice.tsx";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { Loaded, PageHead } from "../../components/page.tsx";
import { addressProblems } from "../../lib/addresses.ts";
import { amountsOf, amountText } from "../../lib/amount.ts";
import { call } from "../../lib/api.ts";
import { isHexColor } from "../../lib/color.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { LOCALE_NAMES, LOCALES, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { siteQuery } from "../../lib/queries.ts";
import { checks, problems } from "../../lib/validation.ts";
import { EditionPanel } from "../editions/edition-panel.tsx";
import { AddressesSection, shutsOut } from "./addresses-section.tsx";
import { BrandingSection } from "./branding-section.tsx";
import { settingsTexts } from "./texts.ts";

const KINDS = ["external", "internal", "both"] as const satisfies readonly SiteSettings["kind"][];
const LOGO = /^(https:\/\/\S+|data:image\/\S+)$/;

const areThresholds = (amounts: number[]): boolean =>
  amounts.length <= 5 && amounts.every((amount) => amount > 0 && amount <= 1e9);

export function SettingsPage() {
  const t = useTexts(settingsTexts);
  const query = useQuery(siteQuery);
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Loaded query={query}>{(site) => <SettingsForm key={site.slug} site={site} />}</Loaded>
      <EditionPanel />
    </>
  );
}

function useSettingsForm(site: SiteSettings) {
  const t = useTexts(settingsTexts);
  const check = checks(useTexts(commonTexts).form);
  const notify = useNotify();
  const { refresh } = useSession();
  return useEntityForm({
    initial: {
      name: site.name,
      kind: site.kind,
      locale: site.locale,
      registration: site.registration,
      signupCredits: site.signupCredits as number | "",
      lowBalance: site.lowBalance.map((credits) => amountText(credits)).join(", "),
      contact: site.contact,
      branding: site.branding,
      addresses: site.addresses,
      evenMe: false,
    },
    refreshes: [["site"], ["overview"]],
    validate: (values) =>
      problems({
        name: check.required(values.name),
        signupCredits: check.optionalNumber(values.signupCredits, 0, 1e9),
        lowBalance: areThresholds(amountsOf(values.lowBalance)) ? null : t.lowBalanceBad,
        ...addressProblems(values.addresses, check.address),
        evenMe: shutsOut(site, values) ? t.shutOutBad : null,
        "branding.color": isHexColor(values.branding.color) ? null : t.colorBad,
        "branding.logo":
          values.branding.logo === "" || LOGO.test(values.branding.logo) ? null : t.logoBad,
      }),
    save: (values) =>
      call("PATCH /api/admin/site", {
        body: {
          ...values,
          name: values.name.trim(),
          signupCredits: values.signupCredits === "" ? 0 : values.signupCredits,
          lowBalance: amountsOf(values.lowBalance),
          contact: values.contact.trim(),
        },
      }),
    onSaved: async () => {
      notify.done(t.saved);
      // The frame shows the site's name, logo and colour too.
      await refresh();
    },
  });
}

function SettingsForm({ site }: { site: SiteSettings }) {
  const t = useTexts(settingsTexts);
  const kit = useSettingsForm(site);
  const { form } = kit;
  return (
    <GuardedForm kit={kit}>
      <FormSection title={t.site}>
        <FieldGrid>
          <TextInput label={t.name} maxLength={100} {...form.getInputProps("name")} />
          <TextInput
            label={t.slug}
            description={t.slugHelp}
            value={site.slug}
            readOnly
            variant="filled"
          />
        </FieldGrid>
        <FieldGrid>
          <Choice
            label={t.kind}
            data={KINDS.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
            {...form.getInputProps("kind")}
          />
          <Choice
            label={t.locale}
            data={LOCALES.map((locale) => ({ value: locale, label: LOCALE_NAMES[locale] }))}
            {...form.getInputProps("locale")}
          />
          <TextInput label={t.edition} value={t.editions[site.edition]} readOnly variant="filled" />
        </FieldGrid>
      </FormSection>
      <FormSection title={t.joining}>
        <Switch
          label={t.registration}
          description={t.registrationHelp}
          {...form.getInputProps("registration", { type: "checkbox" })}
        />
      </FormSection>
      <FormSection title={t.credits}>
        <FieldGrid>
          <AmountInput
            label={t.signupCredits}
            description={t.signupHelp}
            {...form.getInputProps("signupCredits")}
          />
          <TextInput
            label={t.lowBalance}
            description={t.lowBalanceHelp}
            autoComplete="off"
            {...form.getInputProps("lowBalance")}
          />
        </FieldGrid>
        <Textarea
          label={t.contact}
          description={t.contactHelp}
          maxLength={500}
          autosize
          minRows={1}
          {...form.getInputProps("contact")}
        />
      </FormSection>
      <BrandingSection
        name={form.values.name}
        branding={form.values.branding}
        field={(path) => form.getInputProps(`branding.${path}`)}
        onColor={(color) => form.setFieldValue("branding.color", color)}
      />
      <AddressesSection
        site={site}
        addresses={form.values.addresses}
        field={(path) => form.getInputProps(path, path === "evenMe" ? { type: "checkbox" } : {})}
      />
    </GuardedForm>
  );
}
