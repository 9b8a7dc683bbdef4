import { Button, Group, Modal, Text } from "@mantine/core";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";

export function LeaveDialog({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const t = useTexts(commonTexts);
  return (
    <Modal opened onClose={onStay} title={t.unsaved.title} zIndex={400}>
      <Text size="sm">{t.unsaved.effect}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onStay}>
          {t.unsaved.stay}
        </Button>
        <Button color="red" onClick={onLeave}>
          {t.unsaved.leave}
        </Button>
      </Group>
    </Modal>
  );
}
