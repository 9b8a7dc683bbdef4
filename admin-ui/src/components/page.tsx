/** The head of a page, and what a page shows while it waits, fails, or has nothing. */
import { Alert, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { commonTexts } from "../lib/common-texts.ts";
import { useErrorText } from "../lib/errors.ts";
import { useTexts } from "../lib/i18n.ts";

interface PageHeadProps {
  title: ReactNode;
  description?: ReactNode;
  /** The link back to the list. */
  back?: ReactNode;
  actions?: ReactNode;
}

export function PageHead({ title, description, back, actions }: PageHeadProps) {
  return (
    <Stack gap={4} mb="lg" component="header">
      {back && <div>{back}</div>}
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={1}>{title}</Title>
          {description && (
            <Text c="dimmed" size="sm" mt={2} maw={680}>
              {description}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
    </Stack>
  );
}

export function LoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTexts(commonTexts);
  const errorText = useErrorText();
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t.loadFailed} role="alert">
      <Text size="sm">{errorText(error)}</Text>
      <Button size="xs" variant="default" mt="sm" onClick={onRetry}>
        {t.retry}
      </Button>
    </Alert>
  );
}

interface LoadedProps<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** A query's data, its skeleton, or its failure with a way to try again. */
export function Loaded<Data>({ query, skeleton, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  return (
    skeleton ?? (
      <Stack gap="sm" aria-hidden>
        <Skeleton h={20} w="40%" />
        <Skeleton h={120} />
        <Skeleton h={120} />
      </Stack>
    )
  );
}
