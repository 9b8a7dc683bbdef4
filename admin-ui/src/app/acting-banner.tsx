/** Says that an operator acts as this person, until when, and lets him stop. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useFormats } from "../lib/format.ts";
import { useTexts } from "../lib/i18n.ts";
import { useMe, useSession } from "./session.tsx";
import { appTexts } from "./texts.ts";

export function ActingBanner() {
  const { boot, logOut } = useSession();
  const t = useTexts(appTexts);
  const me = useMe();
  const format = useFormats();
  const until = boot.impersonatedUntil;
  if (until === null) return null;
  return (
    <Alert color="yellow" mb="md" role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm">{t.acting(me.email, format.timestamp(until))}</Text>
        <Button size="compact-sm" variant="default" onClick={() => void logOut()}>
          {t.actingEnd}
        </Button>
      </Group>
    </Alert>
  );
}
