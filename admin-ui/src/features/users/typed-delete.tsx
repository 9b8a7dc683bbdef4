import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { commonTexts } from "../../lib/common-texts.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { peopleTexts } from "./people-texts.ts";

interface Props {
  /** What is deleted, and what must be typed: an e-mail, or how many. */
  who: string;
  typed: string;
  run: () => Promise<unknown>;
  onClose: () => void;
}

/** What cannot be brought back is typed before it is done. */
export function TypedDelete({ who, typed, run, onClose }: Props) {
  const t = useTexts(peopleTexts);
  const common = useTexts(commonTexts);
  const errorText = useErrorText();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const act = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await run();
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={() => !busy && onClose()} title={t.removeTitle(who)}>
      <Stack gap="md">
        <Text size="sm">{t.removeEffect}</Text>
        <TextInput
          label={t.removeType(typed)}
          autoComplete="off"
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {failure !== null && (
          <Alert color="red" role="alert">
            {errorText(failure)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={busy}>
            {common.cancel}
          </Button>
          <Button
            color="red"
            loading={busy}
            disabled={text.trim() !== typed}
            onClick={() => void act()}
          >
            {t.remove}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
