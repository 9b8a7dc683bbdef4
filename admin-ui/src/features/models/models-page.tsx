import type { Model } from "@contract";
import { Badge, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Choice } from "../../components/form/choice.tsx";
import { LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { leastMargin } from "../../lib/margin.ts";
import { MODEL_KINDS } from "../../lib/price.ts";
import { modelsQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { priceTexts } from "./price-texts.ts";
import { modelTexts } from "./texts.ts";

const BulkPriceDialog = lazyPart(
  async () => (await import("./bulk-price-dialog.tsx")).BulkPriceDialog,
);

function useColumns(): Column<Model>[] {
  const t = useTexts(modelTexts);
  const priced = useTexts(priceTexts);
  const common = useTexts(commonTexts);
  const format = useFormats();
  return useMemo(() => {
    const price = (value: number | undefined) =>
      value === undefined ? "–" : format.decimal(value);
    /** What is not paid by tokens shows what else it is paid by. */
    const main = ({ price: { inputPerMillion, images, ...others } }: Model) => {
      if (inputPerMillion !== undefined) return price(inputPerMillion);
      const ofImages = (images ?? []).map(({ credits }) => credits);
      if (ofImages.length > 0) return `${price(Math.min(...ofImages))}+ / ${priced.units.perImage}`;
      for (const unit of UNITS) {
        if (others[unit] !== undefined) return `${price(others[unit])} / ${priced.units[unit]}`;
      }
      return price(undefined);
    };
    return [
      {
        id: "name",
        header: t.columns.name,
        phone: "title",
        sortBy: (model) => model.name,
        render: (model) => (
          <Text size="sm" fw={550} component="span">
            {model.name}
          </Text>
        ),
      },
      {
        id: "kind",
        header: t.columns.kind,
        sortBy: (model) => model.kind,
        render: (model) => t.kinds[model.kind],
      },
      {
        id: "routes",
        header: t.columns.routes,
        render: (model) => [...new Set(model.routes.map((route) => route.connection))].join(", "),
      },
      {
        id: "input",
        header: t.columns.input,
        align: "end",
        sortBy: (model) => model.price.inputPerMillion ?? 0,
        render: main,
      },
      {
        id: "output",
        header: t.columns.output,
        align: "end",
        sortBy: (model) => model.price.outputPerMillion ?? 0,
        render: (model) => price(model.price.outputPerMillion),
      },
      {
        id: "margin",
        header: t.columns.margin,
        align: "end",
        sortBy: ({ price, cost }) => leastMargin(price, cost) ?? Number.NEGATIVE_INFINITY,
        render: ({ price, cost }) => {
          const margin = leastMargin(price, cost);
          if (margin === null) return "–";
          return (
            <Text {...(margin < 0 ? { c: "red" } : {})} size="sm" component="span">
              {format.percent(margin)}
            </Text>
          );
        },
      },
      {
        id: "state",
        header: t.columns.state,
        sortBy: (model) => (model.enabled ? 0 : 1),
        render: (model) => (
          <Badge color={model.enabled ? "green" : "gray"}>
            {model.enabled ? common.enabled : common.disabled}
          </Badge>
        ),
      },
    ];
  }, [t, priced, common, format]);
}

const UNITS = ["perImage", "perSecond", "perMillionCharacters", "perRequest"] as const;

const allOf = (models: readonly Model[]) => Object.fromEntries(models.map(({ id }) => [id, true]));

export function ModelsPage() {
  const t = useTexts(modelTexts);
  const common = useTexts(commonTexts);
  const navigate = useNavigate();
  const { search, setSearch } = useSearchState<"search" | "kind">();
  const query = useQuery(modelsQuery);
  const columns = useColumns();
  const [selection, setSelection] = useState<Record<string, boolean>>({});
  const [pricing, setPricing] = useState(false);
  const rows = useMemo(() => {
    const wanted = (search.search ?? "").toLowerCase();
    return query.data?.filter(
      (model) =>
        (!search.kind || model.kind === search.kind) &&
        (model.name.toLowerCase().includes(wanted) ||
          model.routes.some((route) => route.model.toLowerCase().includes(wanted))),
    );
  }, [query.data, search.search, search.kind]);
  const chosen = (query.data ?? []).filter((model) => selection[model.id]);
  const none = query.data?.length === 0;
  return (
    <>
      <PageHead title={t.title} description={t.help} actions={!none && <NewModel />} />
      {!none && (
        <Toolbar
          placeholder={t.search}
          filters={["search", "kind"]}
          end={
            chosen.length > 0 && (
              <Group gap="sm" role="status">
                <Text size="sm">{common.selected(chosen.length)}</Text>
                {rows?.some((model) => !selection[model.id]) && (
                  <Button variant="subtle" onClick={() => setSelection(allOf(rows))}>
                    {t.selectAll(rows.length)}
                  </Button>
                )}
                <Button variant="default" onClick={() => setPricing(true)}>
                  {t.bulkPrices}
                </Button>
              </Group>
            )
          }
        >
          <Choice
            aria-label={t.columns.kind}
            w={150}
            placeholder={t.allKinds}
            clearable
            data={MODEL_KINDS.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
            value={search.kind ?? null}
            onChange={(kind) => setSearch({ kind: kind ?? undefined })}
          />
        </Toolbar>
      )}
      <DataTable
        label={t.title}
        rows={rows}
        columns={columns}
        rowId={(model) => model.id}
        rowName={(model) => model.name}
        error={query.error}
        onRetry={() => void query.refetch()}
        selection={selection}
        onSelection={setSelection}
        onOpen={(model) => void navigate({ to: "/models/$id", params: { id: model.id } })}
        empty={
          none ? (
            <Nothing
              icon={<IconStack2 size={26} stroke={1.5} aria-hidden />}
              title={t.emptyTitle}
              help={t.emptyHelp}
              action={
                <>
                  <LinkButton to="/connections" variant="default">
                    {t.fromConnection}
                  </LinkButton>
                  <NewModel />
                </>
              }
            />
          ) : (
            <Nothing
              icon={<IconStack2 size={26} stroke={1.5} aria-hidden />}
              title={common.noMatches}
              help={common.noMatchesHelp}
            />
          )
        }
      />
      <BulkPriceDialog
        models={chosen}
        opened={pricing}
        onClose={() => setPricing(false)}
        onDone={() => setSelection({})}
      />
    </>
  );
}

function NewModel() {
  const t = useTexts(modelTexts);
  return (
    <LinkButton
      to="/models/$id"
      params={{ id: "new" }}
      leftSection={<IconPlus size={16} aria-hidden />}
    >
      {t.create}
    </LinkButton>
  );
}
