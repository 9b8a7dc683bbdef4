/** Asks before a changed form is left, inside the console as well as by closing the tab. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";

export function UnsavedGuard({ isDirty }: { isDirty: () => boolean }) {
  const t = useTexts(commonTexts);
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty(),
    enableBeforeUnload: () => isDirty(),
    withResolver: true,
  });
  const blocked = blocker.status === "blocked";
  return (
    <Modal opened={blocked} onClose={() => blocker.reset?.()} title={t.unsaved.title} zIndex={400}>
      <Text size="sm">{t.unsaved.effect}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={() => blocker.reset?.()}>
          {t.unsaved.stay}
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          {t.unsaved.leave}
        </Button>
      </Group>
    </Modal>
  );
}
