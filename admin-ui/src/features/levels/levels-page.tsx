import type { Level } from "@contract";
import { Badge, Button, Group } from "@mantine/core";
import { IconPlus, IconStairs } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Allowed } from "../../app/may.tsx";
import { EntityIcon } from "../../components/icon-text.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { useFormats } from "../../lib/format.ts";
import { useLocale, useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { moneyText } from "../../lib/money.ts";
import { levelsQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { levelTexts } from "./texts.ts";

const LevelPanel = lazyPart(async () => (await import("./level-panel.tsx")).LevelPanel);

function useColumns(): Column<Level>[] {
  const t = useTexts(levelTexts);
  const { locale } = useLocale();
  const format = useFormats();
  return useMemo(() => {
    const priceText = (level: Level) => {
      const { month, year, currency = "CNY" } = level.price ?? {};
      const parts = [
        month === undefined ? "" : t.perMonth(moneyText(month, currency, locale)),
        year === undefined ? "" : t.perYear(moneyText(year, currency, locale)),
      ].filter(Boolean);
      return parts.join(" · ") || t.notSold;
    };
    const limitText = ({ limits }: Level) =>
      [
        limits.rpm ? t.rpm(format.number(limits.rpm)) : "",
        limits.concurrency ? t.concurrency(format.number(limits.concurrency)) : "",
      ]
        .filter(Boolean)
        .join(" · ") || "–";
    return [
      {
        id: "name",
        header: t.columns.name,
        phone: "title",
        sortBy: (level) => level.name,
        render: (level) => (
          <Group gap="sm" wrap="nowrap">
            <EntityIcon icon={level.icon} name={level.name} />
            {level.name}
            {level.default && <Badge>{t.default}</Badge>}
          </Group>
        ),
      },
      {
        id: "users",
        header: t.columns.users,
        align: "end",
        sortBy: (level) => level.users,
        render: (level) => format.number(level.users),
      },
      {
        id: "credits",
        header: t.columns.monthlyCredits,
        align: "end",
        sortBy: (level) => level.monthlyCredits,
        render: (level) =>
          level.monthlyCredits > 0 ? t.perMonthEach(format.decimal(level.monthlyCredits)) : "–",
      },
      { id: "limits", header: t.columns.limits, render: limitText },
      { id: "price", header: t.columns.price, render: priceText },
    ];
  }, [t, locale, format]);
}

export function LevelsPage() {
  const t = useTexts(levelTexts);
  const query = useQuery(levelsQuery);
  const columns = useColumns();
  const { search, setSearch } = useSearchState<"open">();
  const open = (id: string) => setSearch({ open: id }, { push: true });
  const create = (
    <Allowed to="money.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open("new")}>
        {t.create}
      </Button>
    </Allowed>
  );
  const opened = query.data?.find((level) => level.id === search.open) ?? null;
  const showing = query.data !== undefined && (search.open === "new" || opened !== null);
  return (
    <>
      <PageHead title={t.title} description={t.help} actions={create} />
      <DataTable
        label={t.title}
        rows={query.data}
        columns={columns}
        rowId={(level) => level.id}
        rowName={(level) => level.name}
        error={query.error}
        onRetry={() => void query.refetch()}
        onOpen={(level) => open(level.id)}
        empty={
          <Nothing
            icon={<IconStairs size={26} stroke={1.5} aria-hidden />}
            title={t.emptyTitle}
            help={t.emptyHelp}
            action={create}
          />
        }
      />
      <SidePanel
        opened={showing}
        onClose={() => setSearch({ open: undefined })}
        title={opened?.name ?? t.newTitle}
      >
        {showing && (
          <LevelPanel
            key={search.open}
            level={opened}
            taken={(query.data ?? []).map((level) => level.slug)}
            onClose={() => setSearch({ open: undefined })}
          />
        )}
      </SidePanel>
    </>
  );
}
