import type { PriceVersion } from "@contract";
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { FormSection } from "../../components/form/section.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { call } from "../../lib/api.ts";
import { type Formats, useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { linesOf } from "../../lib/price.ts";
import classes from "./models.module.css";
import { lineLabel, type PriceTexts, priceTexts } from "./price-texts.ts";

const PAGE = 10;

function useVersions(target: string) {
  return useInfiniteQuery({
    queryKey: ["prices", target],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/admin/prices", {
        query: { target, limit: PAGE, ...(pageParam ? { after: pageParam } : {}) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });
}

/** A price of any kind, a line for each number in it. */
function Lines({ price, t, format }: LinesProps) {
  if (price === null) return "–";
  if ("free" in price || "byTokens" in price) return t.free;
  if ("perMessage" in price) return `${format.decimal(price.perMessage)} / ${t.units.perRequest}`;
  const lines = linesOf(price);
  if (lines.length === 0) return t.free;
  return (
    <ul className={classes.lines}>
      {lines.map((line) => (
        <li key={`${line.kind} ${line.size} ${line.quality}`}>
          {lineLabel(line, t)} <b>{format.decimal(line.credits)}</b>
        </li>
      ))}
    </ul>
  );
}
interface LinesProps {
  price: PriceVersion["price"] | null;
  t: PriceTexts;
  format: Formats;
}

/** Every price that a model or agent ever had. */
export function PriceHistory({ target }: { target: string }) {
  const t = useTexts(priceTexts);
  const format = useFormats();
  const query = useVersions(target);
  const columns = useMemo(
    (): Column<PriceVersion>[] => [
      {
        id: "version",
        header: t.versionColumn,
        phone: "title",
        render: ({ version }) => t.version(version),
        nowrap: true,
      },
      {
        id: "since",
        header: t.since,
        render: ({ at }) => format.dateTime(at),
        nowrap: true,
      },
      { id: "by", header: t.by, render: ({ by }) => (by === "file" ? t.byFile : by) },
      {
        id: "price",
        header: t.price,
        render: ({ price }) => <Lines price={price} t={t} format={format} />,
      },
      {
        id: "cost",
        header: t.cost,
        render: ({ cost }) => <Lines price={cost} t={t} format={format} />,
      },
    ],
    [t, format],
  );
  return (
    <FormSection title={t.history} description={t.historyHelp}>
      <DataTable
        label={t.history}
        paged={false}
        rows={query.data?.pages.flatMap((page) => page.data)}
        columns={columns}
        rowId={({ version }) => String(version)}
        rowName={({ version }) => t.version(version)}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={t.noHistory}
      />
      {query.hasNextPage && (
        <div>
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t.older}
          </Button>
        </div>
      )}
    </FormSection>
  );
}
