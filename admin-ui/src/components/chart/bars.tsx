/** The charts' own chunk: nothing else may import @mantine/charts. */
import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { useReducedMotion } from "@mantine/hooks";
import type { ChartRow } from "../../lib/usage.ts";

export interface BarsProps {
  /** What the chart shows, in words; the table beside it holds the numbers. */
  label: string;
  rows: readonly ChartRow[];
  /** Labels of `s0`, `s1`, … */
  series: readonly string[];
  height?: number;
  formatValue: (value: number) => string;
  formatAt: (iso: string) => string;
}

const COLORS = ["brand.6", "teal.5", "yellow.4", "blue.5", "red.4", "gray.5"] as const;

export function Bars({ label, rows, series, height = 280, formatValue, formatAt }: BarsProps) {
  const still = useReducedMotion();
  // Before anything is pointed at, the tooltip is drawn without a label.
  const timeOf = (at: unknown) =>
    typeof at === "string" && !Number.isNaN(Date.parse(at)) ? formatAt(at) : "";
  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={height}
        data={rows as ChartRow[]}
        dataKey="at"
        type="stacked"
        accessibilityLayer={false}
        series={series.map((name, index) => ({
          name: `s${index}`,
          label: name,
          color: COLORS[index % COLORS.length] ?? "brand.6",
        }))}
        withLegend={series.length > 1}
        valueFormatter={formatValue}
        maxBarWidth={36}
        tickLine="none"
        gridAxis="x"
        barProps={{ isAnimationActive: !still }}
        xAxisProps={{ tickFormatter: timeOf, minTickGap: 24 }}
        yAxisProps={{ width: 64 }}
        tooltipProps={{ labelFormatter: (at) => timeOf(at) }}
      />
    </div>
  );
}
