/** One's own sites, on the platform's host. */
import type { OwnSite } from "@contract";
import { Alert, Badge, Button, Card, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { IconArrowRight, IconPlus, IconWorld } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "../../app/session.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { Loaded } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { siteUrl } from "../../lib/site-url.ts";
import { editionTexts } from "../editions/texts.ts";
import { goInto } from "./enter-site.ts";
import { PlatformPage } from "./platform-page.tsx";
import { ownTexts } from "./texts.ts";

const CreateSiteDialog = lazyPart(
  async () => (await import("./create-site-dialog.tsx")).CreateSiteDialog,
);

export function OwnSitesPage() {
  const t = useTexts(ownTexts);
  const me = useMe();
  const notify = useNotify();
  const [creating, setCreating] = useState(false);
  const query = useQuery({
    queryKey: ["mine"],
    queryFn: ({ signal }) => call("GET /api/platform/mine", { signal }),
  });
  const enter = useMutation({
    mutationFn: async (slug: string) => {
      const { ticket } = await call("POST /api/platform/mine/{slug}/enter", { params: { slug } });
      goInto(slug, ticket);
    },
    onError: notify.failed,
  });
  const free = query.data?.data.filter((site) => site.edition === "free").length ?? 0;
  const isFull = query.data !== undefined && free >= query.data.freeSites;
  const create = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      disabled={isFull}
      onClick={() => setCreating(true)}
    >
      {t.create}
    </Button>
  );
  return (
    <PlatformPage title={t.title} help={t.help} actions={create}>
      {isFull && (
        <Text size="sm" c="dimmed" mb="md">
          {t.full(query.data.freeSites)}
        </Text>
      )}
      <Loaded query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Nothing
              icon={<IconWorld size={26} stroke={1.5} aria-hidden />}
              title={t.none}
              help={t.noneHelp}
            />
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {data.map((site) => (
                <SiteCard
                  key={site.slug}
                  site={site}
                  busy={enter.isPending && enter.variables === site.slug}
                  onEnter={() => enter.mutate(site.slug)}
                />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
      <CreateSiteDialog
        key={me.id}
        opened={creating}
        onClose={() => setCreating(false)}
        onMade={(site) => {
          setCreating(false);
          enter.mutate(site.slug);
        }}
      />
    </PlatformPage>
  );
}

interface SiteCardProps {
  site: OwnSite;
  busy: boolean;
  onEnter: () => void;
}

function SiteCard({ site, busy, onEnter }: SiteCardProps) {
  const t = useTexts(ownTexts);
  const editions = useTexts(editionTexts).names;
  return (
    <Card>
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h4" lineClamp={1}>
          {site.name}
        </Title>
        <Badge>{editions[site.edition]}</Badge>
      </Group>
      <Text size="sm" c="dimmed" mb="md" truncate>
        {new URL(siteUrl(site.slug, "/", location)).host}
      </Text>
      {site.suspended ? (
        <Alert color="red">{t.suspended(site.suspendedWhy)}</Alert>
      ) : (
        <Button
          variant="default"
          mt="auto"
          loading={busy}
          rightSection={<IconArrowRight size={16} aria-hidden />}
          aria-label={`${t.console}: ${site.name}`}
          onClick={onEnter}
        >
          {t.console}
        </Button>
      )}
    </Card>
  );
}
