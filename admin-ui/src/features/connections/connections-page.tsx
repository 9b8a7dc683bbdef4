import type { Connection, ConnectorInfo } from "@contract";
import { ActionIcon, Badge, Group, Loader, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { IconActivity, IconPlug, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Allowed } from "../../app/may.tsx";
import { LinkAnchor, LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { useFormats } from "../../lib/format.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { connectionsQuery, connectorsQuery } from "../../lib/queries.ts";
import classes from "./connections.module.css";
import { ConsentNotice } from "./consent.tsx";
import { PlatformMark } from "./platform-mark.tsx";
import { standOf } from "./standing.ts";
import { connectionTexts } from "./texts.ts";
import { useConnectionActions } from "./use-connection-actions.tsx";

const COLORS = {
  connected: "green",
  needs_attention: "yellow",
  expired: "red",
  unknown: "gray",
} as const;

export function ConnectionsPage() {
  const t = useTexts(connectionTexts);
  const query = useQuery(connectionsQuery);
  const connectors = useQuery(connectorsQuery).data ?? [];
  const create = (
    <Allowed to="site.write">
      <LinkButton to="/connections/new" leftSection={<IconPlus size={16} aria-hidden />}>
        {t.create}
      </LinkButton>
    </Allowed>
  );
  return (
    <>
      <PageHead title={t.title} description={t.help} actions={query.data?.length !== 0 && create} />
      <ConsentNotice />
      <Loaded
        query={query}
        skeleton={
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} aria-hidden>
            <Skeleton h={150} />
            <Skeleton h={150} />
            <Skeleton h={150} />
          </SimpleGrid>
        }
      >
        {(connections) =>
          connections.length === 0 ? (
            <Nothing
              icon={<IconPlug size={26} stroke={1.5} aria-hidden />}
              title={t.emptyTitle}
              help={t.emptyHelp}
              action={create}
            />
          ) : (
            <Cards connections={connections} connectors={connectors} />
          )
        }
      </Loaded>
    </>
  );
}

interface CardsProps {
  connections: readonly Connection[];
  connectors: readonly ConnectorInfo[];
}

function Cards({ connections, connectors }: CardsProps) {
  const t = useTexts(connectionTexts);
  const actions = useConnectionActions();
  const testing = actions.test.isPending ? actions.test.variables.id : null;
  return (
    <>
      <ul className={classes.grid} aria-label={t.title}>
        {connections.map((connection) => (
          <li key={connection.id}>
            <ConnectionCard
              connection={connection}
              connector={connectors.find(({ id }) => id === connection.connector)}
              testing={testing === connection.id}
              onTest={() => actions.test.mutate(connection)}
              onDelete={() => actions.remove(connection)}
            />
          </li>
        ))}
      </ul>
      {actions.dialog}
    </>
  );
}

interface CardProps {
  connection: Connection;
  connector: ConnectorInfo | undefined;
  testing: boolean;
  onTest: () => void;
  onDelete: () => void;
}

function ConnectionCard({ connection, connector, testing, onTest, onDelete }: CardProps) {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  const format = useFormats();
  const { models, agents } = connection.usedBy;
  const { standing, remedy } = standOf(connection);
  const platform = connector ? local(connector.label) : connection.connector;
  return (
    <article className={classes.card}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group wrap="nowrap" gap="sm" miw={0}>
          <PlatformMark name={platform} />
          <div style={{ minWidth: 0 }}>
            <Title order={2} size="sm" fz="sm">
              <LinkAnchor
                to="/connections/$id"
                params={{ id: connection.id }}
                inherit
                c="inherit"
                underline="never"
                className={classes.cardLink ?? ""}
              >
                {connection.name}
              </LinkAnchor>
            </Title>
            <Text size="xs" c="dimmed" truncate>
              {platform}
              {platform !== connection.id && ` · ${connection.id}`}
            </Text>
          </div>
        </Group>
      </Group>
      <Group gap="xs">
        {testing ? (
          <Loader size="xs" aria-label={t.testing} />
        ) : (
          <Badge color={COLORS[standing]}>{t.health[standing]}</Badge>
        )}
        {!connection.enabled && <Badge color="yellow">{t.off}</Badge>}
        {connection.checkedAt && (
          <Text size="xs" c="dimmed">
            {t.checked(format.ago(connection.checkedAt))}
          </Text>
        )}
      </Group>
      {remedy && connection.healthDetail && (
        <Text size="sm" lineClamp={3}>
          {connection.healthDetail}
        </Text>
      )}
      {remedy && (
        <LinkAnchor to="/connections/$id" params={{ id: connection.id }} size="sm">
          {t.remedies[remedy]}
        </LinkAnchor>
      )}
      <Text size="xs" c="dimmed" mt="auto">
        {models + agents > 0 ? t.usedBy(models, agents) : t.usedByNothing}
      </Text>
      <CardActions connection={connection} onTest={onTest} onDelete={onDelete} />
    </article>
  );
}

function CardActions({ connection, onTest, onDelete }: Omit<CardProps, "connector" | "testing">) {
  const t = useTexts(connectionTexts);
  const { id, name } = connection;
  return (
    <Group gap={4} className={classes.cardActions ?? ""} wrap="nowrap">
      <Allowed to="publishing.write">
        <LinkButton
          to="/connections/$id/publish"
          params={{ id }}
          size="compact-sm"
          variant="light"
          aria-label={`${t.publish}: ${name}`}
          mr="auto"
        >
          {t.publish}
        </LinkButton>
      </Allowed>
      <Allowed to="site.write">
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={onTest}
          title={t.retest}
          aria-label={`${t.retest}: ${name}`}
        >
          <IconActivity size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="red"
          onClick={onDelete}
          title={t.deleteAction}
          aria-label={`${t.deleteAction}: ${name}`}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Allowed>
    </Group>
  );
}
