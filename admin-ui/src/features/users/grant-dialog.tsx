import { Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { operationIds } from "../../lib/operation-id.ts";
import { checks, type NumberField, problems } from "../../lib/validation.ts";
import { userTexts } from "./texts.ts";
import { walletKeys } from "./wallet-keys.ts";

interface Props {
  user: { id: string; email: string };
  opened: boolean;
  onClose: () => void;
}

export function GrantDialog({ user, opened, onClose }: Props) {
  const t = useTexts(userTexts);
  return (
    <Modal opened={opened} onClose={onClose} title={t.grantTitle(user.email)}>
      {opened && <GrantForm user={user} onClose={onClose} />}
    </Modal>
  );
}

function GrantForm({ user, onClose }: Omit<Props, "opened">) {
  const t = useTexts(userTexts);
  const check = checks(useTexts(commonTexts).form);
  const format = useFormats();
  const notify = useNotify();
  const [operationId] = useState(operationIds);
  const kit = useEntityForm({
    initial: { credits: "" as NumberField, reason: "", expiresOn: "" },
    refreshes: walletKeys(user.id),
    validate: (values) =>
      problems({
        credits: check.number(values.credits, 0.000001, 1e9),
        reason: check.required(values.reason),
      }),
    save: (values) => {
      const grant = {
        credits: Number(values.credits),
        reason: values.reason.trim(),
        expiresAt: values.expiresOn ? new Date(`${values.expiresOn}T23:59:59`).toISOString() : null,
      };
      return call("POST /api/admin/users/{id}/grants", {
        params: { id: user.id },
        body: { ...grant, operationId: operationId(grant) },
      });
    },
    onSaved: (_, values) => {
      notify.done(t.granted(format.decimal(Number(values.credits))));
      onClose();
    },
  });
  const { form } = kit;
  return (
    <EntityForm kit={kit} bar="plain" onCancel={onClose} submitLabel={t.grant}>
      <FieldGrid>
        <AmountInput label={t.credits} data-autofocus {...form.getInputProps("credits")} />
        <TextInput
          type="date"
          label={t.expires}
          description={t.expiresHelp}
          {...form.getInputProps("expiresOn")}
        />
      </FieldGrid>
      <TextInput
        label={t.reason}
        description={t.reasonHelp}
        maxLength={500}
        {...form.getInputProps("reason")}
      />
    </EntityForm>
  );
}
