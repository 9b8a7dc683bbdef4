import { isTargetPattern } from "@contract/target-pattern.ts";
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { CopyText } from "../../components/copy.tsx";
import { AddressFields } from "../../components/form/address-fields.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { LimitFields } from "../../components/form/fields.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { addressProblems } from "../../lib/addresses.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { limitFields, limitProblems, limitsOf } from "../../lib/limits.ts";
import { badLine, checks, problems } from "../../lib/validation.ts";
import { TargetsInput } from "./targets-input.tsx";
import { keyTexts } from "./texts.ts";

interface Props {
  userId: string;
  opened: boolean;
  onClose: () => void;
}

/** Makes a key, then shows its text once; closing by accident is not possible while it is shown. */
export function CreateKeyDialog({ userId, opened, onClose }: Props) {
  const t = useTexts(keyTexts);
  const [text, setText] = useState<string | null>(null);
  const close = () => {
    setText(null);
    onClose();
  };
  const shown = text !== null;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={shown ? t.shownTitle : t.newTitle}
      closeOnClickOutside={!shown}
      closeOnEscape={!shown}
      withCloseButton={!shown}
    >
      {shown ? (
        <Stack>
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>
            <Text size="sm">{t.shownHelp}</Text>
          </Alert>
          <CopyText value={text} label={t.copyKey} />
          <Group justify="flex-end">
            <Button onClick={close}>{t.shownDone}</Button>
          </Group>
        </Stack>
      ) : (
        opened && <KeyForm userId={userId} onCancel={close} onMade={setText} />
      )}
    </Modal>
  );
}

function KeyForm(props: { userId: string; onCancel: () => void; onMade: (text: string) => void }) {
  const t = useTexts(keyTexts);
  const check = checks(useTexts(commonTexts).form);
  const kit = useEntityForm({
    initial: {
      name: "",
      expiresOn: "",
      limits: limitFields(),
      models: [] as string[],
      addresses: { allow: [] as string[], deny: [] as string[] },
    },
    refreshes: [["keys"], ["overview"]],
    validate: (values) =>
      problems({
        name: check.required(values.name),
        ...limitProblems(values.limits, check.optionalNumber),
        models: badLine(values.models, isTargetPattern, t.modelBad),
        ...addressProblems(values.addresses, check.address),
      }),
    save: (values) =>
      call("POST /api/admin/users/{id}/keys", {
        params: { id: props.userId },
        body: {
          name: values.name.trim(),
          limits: limitsOf(values.limits),
          models: values.models,
          addresses: values.addresses,
          expiresAt: values.expiresOn
            ? new Date(`${values.expiresOn}T23:59:59`).toISOString()
            : null,
        },
      }),
    onSaved: (made) => props.onMade(made.text),
  });
  const { form } = kit;
  return (
    <EntityForm kit={kit} bar="plain" onCancel={props.onCancel} submitLabel={t.create}>
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
      <Text fw={600} size="sm">
        {t.limits}
      </Text>
      <LimitFields field={(path) => form.getInputProps(`limits.${path}`)} />
      <TargetsInput label={t.models} description={t.modelsHelp} {...form.getInputProps("models")} />
      <AddressFields field={(path) => form.getInputProps(`addresses.${path}`)} />
    </EntityForm>
  );
}
