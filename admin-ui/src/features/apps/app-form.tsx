import type { AdminApp } from "@contract";
import { Switch, Text, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useMayChangePage } from "../../app/may.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { LimitFields } from "../../components/form/fields.tsx";
import { LinesInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { limitFields, limitProblems, limitsOf } from "../../lib/limits.ts";
import { checks, problems } from "../../lib/validation.ts";
import { appTexts } from "./texts.ts";

interface Props {
  /** Null: a new one. */
  app: AdminApp | null;
  onSaved: (app: AdminApp, secret: string | null) => void;
  onCancel: () => void;
  extra?: ReactNode;
}

/** What an app is called, where it may be sent back to, and what it may cost. */
export function AppForm({ app, onSaved, onCancel, extra }: Props) {
  const t = useTexts(appTexts);
  const check = checks(useTexts(commonTexts).form);
  const mayChange = useMayChangePage();
  const kit = useEntityForm({
    initial: {
      name: app?.name ?? "",
      website: app?.website ?? "",
      redirectUris: app?.redirectUris ?? [],
      confidential: true,
      limits: limitFields(app?.limits),
    },
    refreshes: [["apps"]],
    validate: (values) =>
      problems({
        name: check.required(values.name),
        website: /^(https?:\/\/\S+)?$/.test(values.website.trim()) ? null : t.websiteBad,
        ...limitProblems(values.limits, check.optionalNumber),
      }),
    save: async ({ name, website, redirectUris, confidential, limits }) => {
      const body = {
        name: name.trim(),
        website: website.trim(),
        redirectUris,
        limits: limitsOf(limits),
      };
      if (app === null) {
        return await call("POST /api/admin/apps", { body: { ...body, confidential } });
      }
      const params = { id: app.id };
      return { app: await call("PATCH /api/admin/apps/{id}", { params, body }), secret: null };
    },
    onSaved: (saved) => onSaved(saved.app, saved.secret),
  });
  const { form } = kit;
  return (
    <EntityForm kit={kit} bar="plain" onCancel={onCancel} extra={extra} readOnly={!mayChange}>
      <FieldGrid>
        <TextInput
          label={t.name}
          description={t.nameHelp}
          data-autofocus
          maxLength={100}
          {...form.getInputProps("name")}
        />
        <TextInput label={t.website} type="url" {...form.getInputProps("website")} />
      </FieldGrid>
      <LinesInput
        label={t.redirects}
        description={t.redirectsHelp}
        spellCheck={false}
        {...form.getInputProps("redirectUris")}
      />
      {app === null && (
        <Switch
          label={t.confidential}
          description={t.confidentialHelp}
          {...form.getInputProps("confidential", { type: "checkbox" })}
        />
      )}
      <Text fw={600} size="sm">
        {t.limits}
      </Text>
      <LimitFields field={(path) => form.getInputProps(`limits.${path}`)} />
    </EntityForm>
  );
}
