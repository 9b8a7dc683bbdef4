import { Box, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { accountTexts } from "./texts.ts";

const KEY = ["account", "sessions"];

/** Where one is signed in, and the way to end it. */
export function SessionsSection() {
  const t = useTexts(accountTexts);
  const { dateTime } = useFormats();
  const notify = useNotify();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/auth/sessions", { signal }),
  });
  const end = useMutation({
    mutationFn: (id: string | null) =>
      id === null
        ? call("POST /api/auth/sessions/end")
        : call("DELETE /api/auth/sessions/{id}", { params: { id } }),
    onSuccess: async (_, id) => {
      notify.done(id === null ? t.endedAll : t.ended);
      await client.invalidateQueries({ queryKey: KEY });
    },
    onError: notify.failed,
  });
  const sessions = query.data?.data ?? [];
  return (
    <Box component="section" aria-labelledby="sessions-title">
      <Title order={2} size="h4" id="sessions-title">
        {t.sessions}
      </Title>
      <Stack mt="xs" gap="sm">
        {sessions.map((session) => (
          <Group key={session.id} justify="space-between">
            <div>
              <Text size="sm" fw={600}>
                {session.agent || t.unknownAgent}
                {session.current && ` · ${t.current}`}
              </Text>
              <Text size="sm" c="dimmed">
                {[session.address, t.used(dateTime(session.lastUsedAt ?? session.createdAt))]
                  .filter(Boolean)
                  .join(" · ")}
              </Text>
            </div>
            {!session.current && (
              <Button
                size="xs"
                variant="default"
                aria-label={`${t.end}: ${session.agent || t.unknownAgent}`}
                onClick={() => end.mutate(session.id)}
              >
                {t.end}
              </Button>
            )}
          </Group>
        ))}
        {sessions.length > 1 && (
          <div>
            <Button variant="default" loading={end.isPending} onClick={() => end.mutate(null)}>
              {t.endAll}
            </Button>
          </div>
        )}
      </Stack>
    </Box>
  );
}
