import type { Model } from "@contract";
import { Button, Group, Text } from "@mantine/core";
import { IconPlus, IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Allowed } from "../../app/may.tsx";
import { Choice } from "../../components/form/choice.tsx";
import { LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { MODEL_KINDS } from "../../lib/price.ts";
import { modelsQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { useModelColumns } from "./model-columns.tsx";
import { modelTexts } from "./texts.ts";

const BulkPriceDialog = lazyPart(
  async () => (await import("./bulk-price-dialog.tsx")).BulkPriceDialog,
);

const allOf = (models: readonly Model[]) => Object.fromEntries(models.map(({ id }) => [id, true]));

export function ModelsPage() {
  const t = useTexts(modelTexts);
  const common = useTexts(commonTexts);
  const navigate = useNavigate();
  const { search, setSearch } = useSearchState<"search" | "kind">();
  const query = useQuery(modelsQuery);
  const columns = useModelColumns();
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
    <Allowed to="publishing.write">
      <LinkButton
        to="/models/$id"
        params={{ id: "new" }}
        leftSection={<IconPlus size={16} aria-hidden />}
      >
        {t.create}
      </LinkButton>
    </Allowed>
  );
}
