import { Alert, Card, Group, Stack, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMe } from "../../app/session.tsx";
import { MiniBars } from "../../components/chart/mini-bars.tsx";
import { Figures } from "../../components/figures.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { LoadError, PageHead } from "../../components/page.tsx";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { connectionsQuery, overviewQuery, usageQuery } from "../../lib/queries.ts";
import { lastDays, seriesOf } from "../../lib/usage.ts";
import { Checklist } from "./checklist.tsx";
import { homeTexts } from "./texts.ts";

/** What is still to be set up, what happens today, and what needs attention. */
export function HomePage() {
  const t = useTexts(homeTexts);
  const me = useMe();
  const format = useFormats();
  const query = useQuery(overviewQuery);
  const { data } = query;
  return (
    <>
      <PageHead title={t.hello(me.name || me.email)} />
      {query.error && !data ? (
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Stack gap="lg">
          <Attention />
          {data && <Checklist items={data.checklist} />}
          <section aria-labelledby="today">
            <Title order={2} id="today" mb="sm">
              {t.today}
            </Title>
            <Figures
              loading={!data}
              comparison={{ than: t.than, was: t.was }}
              figures={(
                [
                  ["calls", t.calls, format.number],
                  ["charged_micro", t.charged, format.credits],
                  ["users", t.activeUsers, format.number],
                  ["errors", t.errors, format.number],
                ] as const
              ).map(([name, label, show]) => ({
                label,
                show,
                value: data?.today[name] ?? 0,
                before: data?.yesterday[name] ?? 0,
                lessIsBetter: name === "errors",
              }))}
            />
          </section>
          <Recent />
          <section aria-labelledby="totals">
            <Title order={2} id="totals" mb="sm">
              {t.totals}
            </Title>
            <Figures
              loading={!data}
              figures={(["users", "agents", "models", "connections"] as const).map((name) => ({
                label: t[name],
                show: format.number,
                value: data?.totals[name] ?? 0,
              }))}
            />
          </section>
        </Stack>
      )}
    </>
  );
}

/** Connections that do not work: the first thing an admin wants to know. */
function Attention() {
  const t = useTexts(homeTexts);
  const connections = useQuery(connectionsQuery).data ?? [];
  const troubled = connections.filter((one) => one.enabled && one.health === "needs_attention");
  return troubled.map((connection) => (
    <Alert
      key={connection.id}
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={t.attention(connection.name)}
    >
      {connection.healthDetail}{" "}
      <LinkAnchor to="/connections/$id" params={{ id: connection.id }} size="sm" underline="always">
        {t.look}
      </LinkAnchor>
    </Alert>
  ));
}

const DAYS = 14;

function Recent() {
  const t = useTexts(homeTexts);
  const format = useFormats();
  const span = useMemo(() => lastDays(DAYS), []);
  const usage = useQuery(usageQuery({ ...span, step: "day" }));
  const rows = useMemo(
    () => seriesOf(usage.data ?? [], { span, step: "day", metric: "calls" }).rows,
    [usage.data, span],
  );
  return (
    <Card component="section" aria-labelledby="recent">
      <Group justify="space-between" mb="md">
        <Title order={2} id="recent">
          {t.chart}
        </Title>
        <LinkAnchor to="/usage" size="sm">
          {t.seeUsage}
        </LinkAnchor>
      </Group>
      <MiniBars
        label={t.chart}
        bars={rows.map(({ at, s0 }) => ({
          label: format.dayOfMonth(String(at)),
          value: Number(s0),
          text: format.compact(Number(s0)),
        }))}
      />
    </Card>
  );
}
