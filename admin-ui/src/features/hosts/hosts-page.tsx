import type { SiteHosts } from "@contract";
import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconWorldWww } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "../../app/session.tsx";
import { CopyText } from "../../components/copy.tsx";
import { FormSection } from "../../components/form/section.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { AddHostForm } from "./add-host-form.tsx";
import { HostCard } from "./host-card.tsx";
import { hostTexts } from "./texts.ts";

const SubdomainDialog = lazyPart(
  async () => (await import("./subdomain-dialog.tsx")).SubdomainDialog,
);

const POLL_MS = 15_000;
const isOnItsWay = ({ data }: SiteHosts): boolean =>
  data.some(({ status }) => status === "pending" || status === "proven");

const hostsQuery = queryOptions({
  queryKey: ["hosts"],
  queryFn: ({ signal }) => call("GET /api/admin/hosts", { signal }),
  refetchInterval: ({ state }) => (state.data && isOnItsWay(state.data) ? POLL_MS : false),
});

export function HostsPage() {
  const t = useTexts(hostTexts);
  const query = useQuery(hostsQuery);
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Loaded query={query}>
        {(hosts) => (
          <Stack gap="lg">
            <Subdomain hosts={hosts} />
            <OwnDomains hosts={hosts} />
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Subdomain({ hosts: { slug, baseDomain, retired } }: { hosts: SiteHosts }) {
  const t = useTexts(hostTexts);
  const format = useFormats();
  const mayChange = useMe().permissions.includes("site.write");
  const [isChanging, setChanging] = useState(false);
  const [asked, setAsked] = useState(false);
  const change = mayChange && (
    <Button
      variant="default"
      onClick={() => {
        setAsked(true);
        setChanging(true);
      }}
    >
      {t.change}
    </Button>
  );
  return (
    <FormSection title={t.subdomain} description={t.subdomainHelp} actions={change}>
      <CopyText value={`${slug}.${baseDomain}`} />
      {retired.map((one) => (
        <Text size="sm" c="dimmed" key={one.slug}>
          {t.retired(`${one.slug}.${baseDomain}`, format.date(one.until))}
        </Text>
      ))}
      {asked && (
        <SubdomainDialog
          slug={slug}
          baseDomain={baseDomain}
          opened={isChanging}
          onClose={() => setChanging(false)}
        />
      )}
    </FormSection>
  );
}

function OwnDomains({ hosts: { data, limit, certificates } }: { hosts: SiteHosts }) {
  const t = useTexts(hostTexts);
  const mayChange = useMe().permissions.includes("site.write");
  const room = limit === null ? null : Math.max(0, limit - data.length);
  const counted =
    limit === null || limit === 0 ? null : (
      <Text size="sm" c="dimmed">
        {t.room(data.length, limit)}
      </Text>
    );
  return (
    <FormSection title={t.own} description={t.ownHelp} actions={counted}>
      {limit === 0 && (
        <Alert color="blue" title={t.noRoomTitle}>
          {t.noRoom}
        </Alert>
      )}
      {limit !== 0 && room === 0 && <Alert color="blue">{t.full}</Alert>}
      {room !== 0 && mayChange && <AddHostForm />}
      {data.length === 0 && room !== 0 && (
        <Nothing
          icon={<IconWorldWww size={26} stroke={1.5} aria-hidden />}
          title={t.emptyTitle}
          help={t.emptyHelp}
        />
      )}
      {data.map((host) => (
        <HostCard key={host.host} host={host} certificates={certificates} />
      ))}
    </FormSection>
  );
}
