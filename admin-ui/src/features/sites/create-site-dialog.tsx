import type { OwnSite } from "@contract";
import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Choice } from "../../components/form/choice.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { LOCALE_NAMES, LOCALES, useLocale, useTexts } from "../../lib/i18n.ts";
import { siteUrl } from "../../lib/site-url.ts";
import { isSlug, slugFrom } from "../../lib/slug.ts";
import { checks, problems } from "../../lib/validation.ts";
import { ownTexts } from "./texts.ts";

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (site: OwnSite) => void;
}

export function CreateSiteDialog({ opened, onClose, onMade }: Props) {
  const t = useTexts(ownTexts);
  return (
    <Modal opened={opened} onClose={onClose} title={t.create} size="lg">
      {opened && <CreateSiteForm onCancel={onClose} onMade={onMade} />}
    </Modal>
  );
}

const KINDS = ["external", "internal", "both"] as const;

/** Whether the address is free, asked while it is being typed. */
function useSlugState(slug: string) {
  const [rested] = useDebouncedValue(slug, 300);
  const query = useQuery({
    queryKey: ["slug", rested],
    enabled: isSlug(rested),
    queryFn: async ({ signal }) =>
      (await call("GET /api/platform/slugs/{slug}", { params: { slug: rested }, signal })).state,
    staleTime: 5_000,
  });
  return rested === slug ? query.data : undefined;
}

function CreateSiteForm({ onCancel, onMade }: { onCancel: () => void; onMade: Props["onMade"] }) {
  const t = useTexts(ownTexts);
  const check = checks(useTexts(commonTexts).form);
  const { locale } = useLocale();
  const [typed, setTyped] = useState(false);
  const kit = useEntityForm({
    initial: { name: "", slug: "", kind: "both" as (typeof KINDS)[number], locale },
    refreshes: [["mine"]],
    validate: (values) =>
      problems({ name: check.required(values.name), slug: check.slug(values.slug) }),
    save: (values) =>
      call("POST /api/platform/mine", { body: { ...values, name: values.name.trim() } }),
    onSaved: onMade,
  });
  const { form } = kit;
  const { name, slug } = form.values;
  const state = useSlugState(slug);
  const said = state && t.slugStates[state];
  const wrong = form.errors.slug ?? (state && state !== "free" ? said : null);
  return (
    <EntityForm kit={kit} bar="plain" submitLabel={t.create} onCancel={onCancel}>
      <TextInput
        label={t.name}
        maxLength={100}
        data-autofocus
        {...form.getInputProps("name")}
        onChange={(event) => {
          const next = event.currentTarget.value;
          form.setFieldValue("name", next);
          // The address follows the name until somebody writes his own.
          if (!typed) form.setFieldValue("slug", next ? slugFrom(next, [], "site") : "");
        }}
        value={name}
      />
      <TextInput
        label={t.slug}
        description={slug ? new URL(siteUrl(slug, "/", location)).host : t.createHelp}
        autoComplete="off"
        autoCapitalize="off"
        {...form.getInputProps("slug")}
        onChange={(event) => {
          setTyped(true);
          form.setFieldValue("slug", event.currentTarget.value.toLowerCase());
        }}
        error={wrong}
        inputWrapperOrder={["label", "input", "description", "error"]}
      />
      <span role="status">{state === "free" && !wrong ? said : ""}</span>
      <FieldGrid>
        <Choice
          label={t.kind}
          data={KINDS.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
          {...form.getInputProps("kind")}
        />
        <Choice
          label={t.locale}
          data={LOCALES.map((one) => ({ value: one, label: LOCALE_NAMES[one] }))}
          {...form.getInputProps("locale")}
        />
      </FieldGrid>
    </EntityForm>
  );
}
