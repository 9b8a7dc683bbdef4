import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { CopyText } from "../../components/copy.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { KeyForm } from "./key-form.tsx";
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
        opened && (
          <KeyForm
            submitLabel={t.create}
            save={(body) =>
              call("POST /api/admin/users/{id}/keys", { params: { id: userId }, body })
            }
            onSaved={(made) => setText(made.text)}
            onCancel={close}
          />
        )
      )}
    </Modal>
  );
}
