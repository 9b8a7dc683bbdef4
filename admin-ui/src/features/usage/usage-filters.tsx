import { Group, SegmentedControl, TextInput } from "@mantine/core";
import { Choice } from "../../components/form/choice.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { METRICS } from "../../lib/usage.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { usageTexts } from "./texts.ts";
import { DIMENSIONS, type UsageSearch, useUsageChoices } from "./use-usage.ts";

const RANGES = ["1", "7", "30", "90", "own"] as const;

export function UsageFilters() {
  const t = useTexts(usageTexts);
  const { setSearch } = useSearchState<UsageSearch>();
  const { span, step, by, metric, hourly, range } = useUsageChoices();
  const first = span.from.slice(0, 10);
  const last = new Date(Date.parse(span.to) - 1).toISOString().slice(0, 10);
  return (
    <Group gap="sm" align="flex-end" mb="lg">
      <Choice
        label={t.range}
        w={130}
        data={RANGES.map((value) => ({ value, label: t.ranges[value] }))}
        value={RANGES.find((value) => value === range) ?? "own"}
        onChange={(value) =>
          setSearch(
            value === "own"
              ? { from: first, to: last, range: undefined }
              : { range: value ?? undefined, from: undefined, to: undefined, step: undefined },
          )
        }
      />
      {range === "own" && (
        <>
          <TextInput
            type="date"
            label={t.from}
            value={first}
            max={last}
            onChange={(event) => setSearch({ from: event.currentTarget.value, to: last })}
          />
          <TextInput
            type="date"
            label={t.to}
            value={last}
            min={first}
            onChange={(event) => setSearch({ from: first, to: event.currentTarget.value })}
          />
        </>
      )}
      <Choice
        label={t.by}
        w={190}
        data={(["all", ...DIMENSIONS] as const).map((value) => ({
          value,
          label: t.dimensions[value],
        }))}
        value={by ?? "all"}
        onChange={(value) => setSearch({ by: value === "all" ? undefined : (value ?? undefined) })}
      />
      <Choice
        label={t.metric}
        w={140}
        data={METRICS.map((value) => ({ value, label: t.metrics[value] }))}
        value={metric}
        onChange={(value) => setSearch({ metric: value ?? undefined })}
      />
      {hourly && (
        <SegmentedControl
          aria-label={t.step}
          value={step}
          onChange={(value) => setSearch({ step: value })}
          data={[
            { value: "hour", label: t.steps.hour },
            { value: "day", label: t.steps.day },
          ]}
        />
      )}
    </Group>
  );
}
