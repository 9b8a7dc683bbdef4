import type { Attempt, UsageRecord } from "@contract";
import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { CopyText } from "../../components/copy.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { Loaded } from "../../components/page.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { requestQuery } from "../../lib/queries.ts";
import { StatusBadge } from "./request-columns.tsx";
import classes from "./requests.module.css";
import { requestTexts } from "./texts.ts";

/** The whole record of one request. */
export function RequestPanel({ id }: { id: string }) {
  const query = useQuery(requestQuery(id));
  return (
    <Stack gap="lg">
      <CopyText value={id} />
      <Loaded query={query}>{(record) => <Record record={record} />}</Loaded>
    </Stack>
  );
}

type Row = readonly [label: string, value: ReactNode];

function Facts({ title, rows }: { title: string; rows: readonly Row[] }) {
  return (
    <section>
      <Title order={3} mb="xs">
        {title}
      </Title>
      <dl className={classes.facts}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="portico-numbers">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Record({ record }: { record: UsageRecord }) {
  const t = useTexts(requestTexts);
  const common = useTexts(commonTexts);
  const format = useFormats();
  const f = t.fields;
  const { tokens, timings } = record;
  const soundRow = (label: string, count = 0): Row[] =>
    count > 0 ? [[label, format.number(count)]] : [];
  return (
    <>
      <Facts
        title={t.sections.what}
        rows={[
          [f.at, format.dateTime(record.at)],
          [t.columns.status, <StatusBadge key="status" record={record} />],
          ...(record.error ? ([[f.error, <code key="e">{record.error}</code>]] as Row[]) : []),
          [f.surface, t.surfaces[record.surface]],
          [
            f.user,
            <LinkAnchor key="u" to="/users" search={{ open: record.user_id }} size="sm">
              {record.user_email}
            </LinkAnchor>,
          ],
          [f.key, record.key_id ?? "–"],
          [f.model, record.model],
          [f.connection, record.connection ?? "–"],
          [f.upstreamModel, record.upstream_model ?? "–"],
          [f.stream, record.stream ? common.yes : common.no],
          [f.finish, record.finish ?? "–"],
        ]}
      />
      <Facts
        title={t.sections.cost}
        rows={[
          [f.charged, `${format.credits(record.charged_micro)} ${common.credits}`],
          [f.held, format.credits(record.held_micro)],
          ...(record.uncollected_micro > 0
            ? ([[f.uncollected, format.credits(record.uncollected_micro)]] as Row[])
            : []),
          [f.source, t.sources[record.usage_source]],
          [f.priceVersion, record.price_version ?? "–"],
        ]}
      />
      <Facts
        title={t.sections.tokens}
        rows={[
          [f.input, format.number(tokens.input)],
          [f.cachedInput, format.number(tokens.cachedInput)],
          [f.cacheWrite, format.number(tokens.cacheWrite)],
          ...soundRow(f.soundInput, tokens.audioInput),
          [f.output, format.number(tokens.output)],
          [f.reasoning, format.number(tokens.reasoning)],
          ...soundRow(f.soundOutput, tokens.audioOutput),
        ]}
      />
      <Facts
        title={t.sections.timings}
        rows={[
          [f.gateway, format.duration(timings.gateway)],
          [f.admit, format.duration(timings.admit)],
          [f.firstByte, timings.first_byte === null ? "–" : format.duration(timings.first_byte)],
          [f.total, format.duration(timings.total)],
        ]}
      />
      <Attempts attempts={record.attempts} />
    </>
  );
}

function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const t = useTexts(requestTexts);
  const format = useFormats();
  return (
    <section>
      <Title order={3} mb="xs">
        {t.sections.attempts}
      </Title>
      {attempts.length === 0 && <Text size="sm">{t.noAttempts}</Text>}
      <ol className={classes.attempts}>
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts have no identity but their order
          <li key={index}>
            <Group gap="xs">
              <Text size="sm" fw={600} component="span">
                {attempt.connection}
                {attempt.model ? ` · ${attempt.model}` : ""}
              </Text>
              <Badge color={attempt.outcome === "ok" ? "green" : "red"}>{attempt.outcome}</Badge>
              {attempt.status !== null && <Badge color="gray">HTTP {attempt.status}</Badge>}
              <Text size="xs" c="dimmed" component="span">
                {format.duration(attempt.ms)}
              </Text>
            </Group>
            {attempt.detail && <Text size="sm">{attempt.detail}</Text>}
          </li>
        ))}
      </ol>
    </section>
  );
}
