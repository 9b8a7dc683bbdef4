import type { ApiKey } from "@contract";
import { isTargetPattern } from "@contract/target-pattern.ts";
import { Switch, Text, TextInput } from "@mantine/core";
import { AddressFields } from "../../components/form/address-fields.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { LimitFields } from "../../components/form/fields.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { addressProblems } from "../../lib/addresses.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { limitFields, limitProblems, limitsOf } from "../../lib/limits.ts";
import { badLine, checks, problems } from "../../lib/validation.ts";
import { TargetsInput } from "./targets-input.tsx";
import { keyTexts } from "./texts.ts";

type KeyOrder = Pick<ApiKey, "name" | "limits" | "models" | "addresses" | "expiresAt"> & {
  scopes: ("gateway" | "wallet")[];
};

/** The day on which it ends where the admin is, as a date field holds it. */
function localDay(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** A key that reads the wallet beside its use keeps that. */
function scopesOf(apiKey: ApiKey | undefined, readsOnly: boolean): KeyOrder["scopes"] {
  if (readsOnly) return ["wallet"];
  return apiKey?.scopes.includes("wallet") ? ["gateway", "wallet"] : ["gateway"];
}

interface Props<Saved> {
  /** What it begins with; absent: a new key's nothing. */
  apiKey?: ApiKey;
  submitLabel: string;
  save: (order: KeyOrder) => Promise<Saved>;
  onSaved: (saved: Saved) => void;
  onCancel: () => void;
}

/** What a key is called, and all that limits it. */
export function KeyForm<Saved>(props: Props<Saved>) {
  const { apiKey } = props;
  const t = useTexts(keyTexts);
  const check = checks(useTexts(commonTexts).form);
  const kit = useEntityForm({
    initial: {
      name: apiKey?.name ?? "",
      readsOnly: apiKey !== undefined && !apiKey.scopes.includes("gateway"),
      expiresOn: apiKey?.expiresAt ? localDay(apiKey.expiresAt) : "",
      limits: limitFields(apiKey?.limits),
      models: apiKey?.models ?? [],
      addresses: apiKey?.addresses ?? { allow: [], deny: [] },
    },
    refreshes: [["keys"], ["overview"]],
    validate: (values) =>
      problems({
        name: check.required(values.name),
        ...limitProblems(values.limits, check.optionalNumber),
        models: badLine(values.models, isTargetPattern, t.modelBad),
        ...addressProblems(values.addresses, check.address),
      }),
    save: ({ name, readsOnly, limits, models, addresses, expiresOn }) =>
      props.save({
        name: name.trim(),
        scopes: scopesOf(apiKey, readsOnly),
        limits: limitsOf(limits),
        models,
        addresses,
        expiresAt: expiresOn ? new Date(`${expiresOn}T23:59:59`).toISOString() : null,
      }),
    onSaved: props.onSaved,
  });
  const { form } = kit;
  return (
    <EntityForm kit={kit} bar="plain" onCancel={props.onCancel} submitLabel={props.submitLabel}>
      <FieldGrid>
        <TextInput
          label={t.name}
          description={t.nameHelp}
          data-autofocus
          maxLength={100}
          {...form.getInputProps("name")}
        />
        <TextInput type="date" label={t.expires} {...form.getInputProps("expiresOn")} />
      </FieldGrid>
      <Switch
        label={t.readsOnly}
        description={t.readsOnlyHelp}
        {...form.getInputProps("readsOnly", { type: "checkbox" })}
      />
      <Text fw={600} size="sm">
        {t.limits}
      </Text>
      <LimitFields field={(path) => form.getInputProps(`limits.${path}`)} />
      <TargetsInput label={t.models} description={t.modelsHelp} {...form.getInputProps("models")} />
      <AddressFields field={(path) => form.getInputProps(`addresses.${path}`)} />
    </EntityForm>
  );
}
