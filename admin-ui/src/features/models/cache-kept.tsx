import { Button, Group, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useConfirm } from "../../components/confirm.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { cacheTexts } from "./cache-texts.ts";

/** What the cache of a model holds now, and how to empty it. Nothing where it is empty. */
export function CacheKept({ modelId }: { modelId: string }) {
  const t = useTexts(cacheTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const queryKey = ["models", modelId, "cache"];
  const params = { id: modelId };
  const { data } = useQuery({
    queryKey,
    queryFn: () => call("GET /api/admin/models/{id}/cache", { params }),
  });
  const purge = () =>
    confirm.ask({
      title: t.purgeTitle,
      effect: t.purgeEffect,
      action: t.purge,
      run: async () => {
        const { removed } = await call("DELETE /api/admin/models/{id}/cache", { params });
        await queryClient.invalidateQueries({ queryKey });
        notify.done(t.purged(removed));
      },
    });
  if (!data || data.answers === 0) return null;
  return (
    <Group gap="sm">
      <Text size="sm">{t.kept(data.answers, Math.ceil(data.bytes / 1024))}</Text>
      <Button variant="default" size="xs" onClick={purge}>
        {t.purge}
      </Button>
      {confirm.dialog}
    </Group>
  );
}
