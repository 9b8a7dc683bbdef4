/** What stands where a page would: loading, failed, missing. */
import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { LinkButton } from "../components/links.tsx";
import { useTexts } from "../lib/i18n.ts";
import { appTexts } from "./texts.ts";

export function PagePending() {
  return (
    <Stack gap="lg" aria-hidden>
      <Skeleton h={28} w={220} />
      <Skeleton h={14} w="50%" />
      <Skeleton h={240} />
    </Stack>
  );
}

export function PageMissing() {
  const t = useTexts(appTexts);
  return (
    <Stack gap="xs" py="xl" align="center" ta="center">
      <Title order={1}>{t.notFound}</Title>
      <Text c="dimmed">{t.notFoundHelp}</Text>
      <LinkButton to="/" mt="md">
        {t.goHome}
      </LinkButton>
    </Stack>
  );
}

export function PageCrashed({ error }: { error: unknown }) {
  const t = useTexts(appTexts);
  const router = useRouter();
  return (
    <Stack gap="xs" py="xl" align="center" ta="center" role="alert">
      <Title order={1}>{t.crashed}</Title>
      <Text c="dimmed">{t.crashedHelp}</Text>
      <Text size="sm" ff="monospace">
        {error instanceof Error ? error.message : String(error)}
      </Text>
      <Group mt="md">
        <Button onClick={() => void router.invalidate()}>{t.reload}</Button>
      </Group>
    </Stack>
  );
}
