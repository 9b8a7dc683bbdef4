import type { GuestSettings } from "@contract";
import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { LinkAnchor } from "../../components/links.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { checks, problems } from "../../lib/validation.ts";
import { invitationTexts } from "./invitation-texts.ts";

/** What people may do who have not logged in. */
export function GuestsPage() {
  const t = useTexts(invitationTexts);
  const query = useQuery({
    queryKey: ["guests"],
    queryFn: ({ signal }) => call("GET /api/admin/guests", { signal }),
  });
  return (
    <>
      <PageHead
        back={<LinkAnchor to="/users">{t.back}</LinkAnchor>}
        title={t.guestsTitle}
        description={t.guestsHelp}
      />
      <Loaded query={query}>{(settings) => <GuestsForm settings={settings} />}</Loaded>
    </>
  );
}

function GuestsForm({ settings }: { settings: GuestSettings }) {
  const t = useTexts(invitationTexts);
  const notify = useNotify();
  const check = checks(useTexts(commonTexts).form);
  const kit = useEntityForm({
    initial: {
      enabled: settings.enabled ?? false,
      creditsPerDay: (settings.creditsPerDay ?? 10) as number | "",
      messagesPerDay: (settings.messagesPerDay ?? 20) as number | "",
      images: settings.images ?? false,
    },
    refreshes: [["guests"]],
    validate: (values) =>
      problems({
        creditsPerDay: check.optionalNumber(values.creditsPerDay, 0, 1_000_000),
        messagesPerDay: check.optionalNumber(values.messagesPerDay, 1, 1_000),
      }),
    save: ({ creditsPerDay, messagesPerDay, ...flags }) =>
      call("PUT /api/admin/guests", {
        body: {
          ...flags,
          ...(creditsPerDay === "" ? {} : { creditsPerDay }),
          ...(messagesPerDay === "" ? {} : { messagesPerDay }),
        },
      }),
    onSaved: () => notify.done(t.guestsSaved),
  });
  const { form } = kit;
  return (
    <EntityForm kit={kit} bar="plain">
      <Switch
        label={t.guestsOn}
        description={t.guestsOnHelp}
        {...form.getInputProps("enabled", { type: "checkbox" })}
      />
      <FieldGrid>
        <AmountInput
          label={t.creditsPerDay}
          description={t.creditsHelp}
          {...form.getInputProps("creditsPerDay")}
        />
        <AmountInput label={t.messagesPerDay} {...form.getInputProps("messagesPerDay")} />
      </FieldGrid>
      <Switch label={t.images} {...form.getInputProps("images", { type: "checkbox" })} />
    </EntityForm>
  );
}
