import { Modal, Text, Textarea } from "@mantine/core";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { useTexts } from "../../lib/i18n.ts";
import { problems } from "../../lib/validation.ts";
import { sitesTexts } from "./texts.ts";

interface Props {
  opened: boolean;
  title: string;
  help: string;
  action: string;
  run: (reason: string) => Promise<void>;
  onClose: () => void;
}

/** Says what it does, and does it for a reason. */
export function ReasonDialog({ opened, title, help, ...rest }: Props) {
  return (
    <Modal opened={opened} onClose={rest.onClose} title={title} zIndex={300}>
      <Text size="sm" mb="md">
        {help}
      </Text>
      {opened && <ReasonForm {...rest} />}
    </Modal>
  );
}

function ReasonForm({ action, run, onClose }: Pick<Props, "action" | "run" | "onClose">) {
  const t = useTexts(sitesTexts);
  const kit = useEntityForm({
    initial: { reason: "" },
    validate: ({ reason }) => problems({ reason: reason.trim().length < 3 ? t.reasonShort : null }),
    save: ({ reason }) => run(reason.trim()),
    onSaved: onClose,
  });
  return (
    <EntityForm kit={kit} bar="plain" submitLabel={action} onCancel={onClose}>
      <Textarea
        label={t.reason}
        maxLength={500}
        autosize
        minRows={2}
        data-autofocus
        {...kit.form.getInputProps("reason")}
      />
    </EntityForm>
  );
}
