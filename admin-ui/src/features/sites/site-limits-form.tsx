import type { PlatformSite } from "@contract";
import { Text } from "@mantine/core";
import { Choice } from "../../components/form/choice.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { editionTexts } from "../editions/texts.ts";
import { LimitInputs, limitProblems } from "./limit-inputs.tsx";
import { limitFields, limitsOf } from "./limit-values.ts";
import { sitesTexts } from "./texts.ts";

const EDITIONS = ["free", "standard", "enterprise"] as const;

/** The edition of a site, and what it may beside it. */
export function SiteLimitsForm({ site }: { site: PlatformSite }) {
  const t = useTexts(sitesTexts);
  const editions = useTexts(editionTexts).names;
  const form = useTexts(commonTexts).form;
  const notify = useNotify();
  const kit = useEntityForm({
    initial: { edition: site.edition, limits: limitFields(site.ownLimits) },
    refreshes: [["sites"]],
    validate: ({ limits }) => limitProblems(limits, true, form.number),
    save: ({ edition, limits }) =>
      call("PATCH /api/platform/sites/{slug}", {
        params: { slug: site.slug },
        body: { edition, ownLimits: limitsOf(limits) },
      }),
    onSaved: () => notify.done(t.saved(site.name)),
  });
  return (
    <EntityForm kit={kit} bar="plain">
      <FormSection title={t.changeTitle}>
        <Choice
          label={t.columns.edition}
          data={EDITIONS.map((value) => ({ value, label: editions[value] }))}
          {...kit.form.getInputProps("edition")}
        />
        <Text size="sm" fw={600}>
          {t.ownLimits}
        </Text>
        <Text size="xs" c="dimmed">
          {t.ownHelp}
        </Text>
        <LimitInputs
          field={(path) => kit.form.getInputProps(path)}
          values={kit.form.values.limits}
          empty={t.asEdition}
          onChange={(name, value) => kit.form.setFieldValue(`limits.${name}`, value)}
        />
      </FormSection>
    </EntityForm>
  );
}
