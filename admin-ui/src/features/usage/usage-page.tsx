import { Button, Card } from "@mantine/core";
import { IconChartBar, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Chart } from "../../components/chart/chart.tsx";
import { Figures } from "../../components/figures.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { LoadError, PageHead } from "../../components/page.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { csvOf, downloadText } from "../../lib/csv.ts";
import { type Formats, useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { connectionsQuery, keysQuery } from "../../lib/queries.ts";
import { type Metric, metricValue } from "../../lib/usage.ts";
import { usageTexts } from "./texts.ts";
import { UsageFilters } from "./usage-filters.tsx";
import { type Dimension, type UsageRow, useUsage, useUsageChoices } from "./use-usage.ts";

const shown = (format: Formats, metric: Metric) => {
  if (metric === "credits") return format.credits;
  return metric === "latency" ? format.duration : format.number;
};

/** The words for a dimension's values: names in place of ids. */
function useKeyName(by: Dimension | null): (key: string | null) => string {
  const t = useTexts(usageTexts);
  const keys = useQuery({ ...keysQuery, enabled: by === "key" }).data;
  const connections = useQuery({ ...connectionsQuery, enabled: by === "connection" }).data;
  return (key) => {
    if (key === null) return t.others;
    if (by === null) return t.total;
    if (key === "") return by === "key" ? t.session : t.none;
    if (by === "key") return keys?.find(({ id }) => id === key)?.name ?? key;
    if (by === "connection") return connections?.find(({ id }) => id === key)?.name ?? key;
    return key;
  };
}

function useColumns(by: Dimension | null, nameOf: (key: string) => string): Column<UsageRow>[] {
  const t = useTexts(usageTexts);
  const format = useFormats();
  const number = (
    id: string,
    header: string,
    value: (row: UsageRow) => number,
    show: (value: number) => string,
  ): Column<UsageRow> => ({
    id,
    header,
    align: "end",
    sortBy: value,
    render: (row) => show(value(row)),
  });
  return [
    {
      id: "key",
      header: t.dimensions[by ?? "all"],
      phone: "title",
      sortBy: (row) => nameOf(row.key),
      render: (row) => nameOf(row.key),
    },
    number("calls", t.metrics.calls, (row) => row.sums.calls, format.number),
    number("before", t.before, (row) => row.before.calls, format.number),
    number("errors", t.metrics.errors, (row) => row.sums.errors, format.number),
    number("input", t.inputTokens, (row) => row.sums.input_tokens, format.number),
    number("output", t.outputTokens, (row) => row.sums.output_tokens, format.number),
    number("credits", t.metrics.credits, (row) => row.sums.charged_micro, format.credits),
    number(
      "latency",
      t.metrics.latency,
      (row) => metricValue(row.sums, "latency"),
      format.duration,
    ),
  ];
}

export function UsagePage() {
  const t = useTexts(usageTexts);
  const format = useFormats();
  const { span, step, by, metric } = useUsageChoices();
  const { now, series, rows, sums, formerSums } = useUsage();
  const nameOf = useKeyName(by);
  const columns = useColumns(by, nameOf);
  const navigate = useNavigate();
  const openRequests = ({ key }: UsageRow) => {
    // A value that is empty is no filter: then it is all of the span.
    const search = { from: span.from, to: span.to, ...(by ? { [by]: key || undefined } : {}) };
    void navigate({ to: "/requests", search });
  };
  const rate = (of: typeof sums) => (of.calls === 0 ? 0 : of.errors / of.calls);
  return (
    <>
      <PageHead
        title={t.title}
        description={t.help}
        actions={<ExportButton nameOf={nameOf} disabled={!now.data?.length} />}
      />
      <UsageFilters />
      {now.error && !now.data ? (
        <LoadError error={now.error} onRetry={() => void now.refetch()} />
      ) : (
        <>
          <Figures
            loading={!now.data}
            comparison={{ than: t.than, was: t.was }}
            figures={[
              ...(["calls", "credits", "tokens"] as const).map((name) => ({
                label: t.metrics[name],
                show: shown(format, name),
                value: metricValue(sums, name),
                before: metricValue(formerSums, name),
              })),
              {
                label: t.errorRate,
                show: format.percent,
                value: rate(sums),
                before: rate(formerSums),
                lessIsBetter: true,
              },
              {
                label: t.metrics.latency,
                show: format.duration,
                value: metricValue(sums, "latency"),
                before: metricValue(formerSums, "latency"),
                lessIsBetter: true,
              },
            ]}
          />
          <Card my="lg">
            <Chart
              label={t.chart(t.metrics[metric])}
              rows={series.rows}
              series={series.keys.map((key) => (by === null ? t.metrics[metric] : nameOf(key)))}
              formatValue={shown(format, metric)}
              formatAt={step === "hour" ? format.hour : format.dayOfMonth}
            />
          </Card>
          <DataTable
            label={`${t.title}: ${t.dimensions[by ?? "all"]} ${span.from} ${span.to}`}
            rows={rows}
            columns={columns}
            rowId={(row) => row.key || "-"}
            rowName={(row) => nameOf(row.key)}
            {...(by && by !== "surface" ? { onOpen: openRequests } : {})}
            empty={
              <Nothing
                icon={<IconChartBar size={26} stroke={1.5} aria-hidden />}
                title={t.emptyTitle}
                help={t.emptyHelp}
              />
            }
          />
        </>
      )}
    </>
  );
}

/** Every bucket of the chosen span as a line: what a spreadsheet needs to add up by itself. */
function ExportButton(props: { nameOf: (key: string) => string; disabled: boolean }) {
  const t = useTexts(usageTexts);
  const common = useTexts(commonTexts);
  const { span, by } = useUsageChoices();
  const { now } = useUsage();
  const header = useMemo(
    () => [
      t.at,
      t.dimensions[by ?? "all"],
      t.metrics.calls,
      t.metrics.errors,
      t.inputTokens,
      t.outputTokens,
      t.metrics.credits,
    ],
    [t, by],
  );
  const download = () => {
    const lines = (now.data ?? []).map((bucket) => [
      bucket.at,
      props.nameOf(bucket.key),
      bucket.calls,
      bucket.errors,
      bucket.input_tokens,
      bucket.output_tokens,
      bucket.charged_micro / 1_000_000,
    ]);
    const name = `usage-${span.from.slice(0, 10)}-${span.to.slice(0, 10)}.csv`;
    downloadText(name, csvOf(header, lines));
  };
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      disabled={props.disabled}
      onClick={download}
    >
      {common.exportCsv}
    </Button>
  );
}
