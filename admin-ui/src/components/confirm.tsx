/** A question before a dangerous action. It says the effect, does the work, and shows a refusal. */
import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { commonTexts } from "../lib/common-texts.ts";
import { useErrorText } from "../lib/errors.ts";
import { useTexts } from "../lib/i18n.ts";

export interface Question {
  title: string;
  /** What will happen, and to whom. */
  effect: ReactNode;
  /** The name of the action, on its button. */
  action: string;
  run: () => Promise<unknown>;
}

/** `const confirm = useConfirm(); confirm.ask({…}); … {confirm.dialog}` */
export function useConfirm(): { ask: (question: Question) => void; dialog: ReactNode } {
  const t = useTexts(commonTexts);
  const errorText = useErrorText();
  const [question, setQuestion] = useState<Question | null>(null);
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = async () => {
    if (!question) return;
    setBusy(true);
    setFailure(null);
    try {
      await question.run();
      setOpened(false);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const dialog = (
    <Modal opened={opened} onClose={() => !busy && setOpened(false)} title={question?.title}>
      <Text size="sm" component="div">
        {question?.effect}
      </Text>
      {failure !== null && (
        <Alert color="red" mt="md" role="alert">
          {errorText(failure)}
        </Alert>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => setOpened(false)} disabled={busy} data-autofocus>
          {t.cancel}
        </Button>
        <Button color="red" onClick={() => void run()} loading={busy}>
          {question?.action}
        </Button>
      </Group>
    </Modal>
  );
  const ask = (next: Question) => {
    setFailure(null);
    setQuestion(next);
    setOpened(true);
  };
  return { ask, dialog };
}
