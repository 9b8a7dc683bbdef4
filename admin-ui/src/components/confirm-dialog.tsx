import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useState } from "react";
import { commonTexts } from "../lib/common-texts.ts";
import { useErrorText } from "../lib/errors.ts";
import { useTexts } from "../lib/i18n.ts";
import type { Question } from "./question.ts";

interface Props {
  question: Question;
  opened: boolean;
  onClose: () => void;
}

/** Says the effect, does the work, and shows a refusal. */
export function ConfirmDialog({ question, opened, onClose }: Props) {
  const t = useTexts(commonTexts);
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await question.run();
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={() => !busy && onClose()} title={question.title}>
      <Text size="sm" component="div">
        {question.effect}
      </Text>
      {failure !== null && (
        <Alert color="red" mt="md" role="alert">
          {errorText(failure)}
        </Alert>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} disabled={busy} data-autofocus>
          {t.cancel}
        </Button>
        <Button color="red" onClick={() => void run()} loading={busy}>
          {question.action}
        </Button>
      </Group>
    </Modal>
  );
}
