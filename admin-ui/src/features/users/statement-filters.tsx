import { Button, Group } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Choice } from "../../components/form/choice.tsx";
import { SearchField } from "../../components/table/toolbar.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useLocale, useTexts } from "../../lib/i18n.ts";
import { keysQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import {
  ENTRY_FILTERS,
  ENTRY_RANGES,
  ENTRY_TYPES,
  type EntrySearch,
  entryFilter,
  fileAddress,
} from "./entry-filter.ts";
import { userTexts } from "./texts.ts";

/** Which lines of the statement are shown, and taken along as a file. */
export function StatementFilters({ userId }: { userId: string }) {
  const t = useTexts(userTexts);
  const common = useTexts(commonTexts);
  const { locale } = useLocale();
  const { search, setSearch } = useSearchState<EntrySearch>();
  const keys = (useQuery(keysQuery).data ?? []).filter((key) => key.user.id === userId);
  const filtered = ENTRY_FILTERS.some((name) => search[name] !== undefined);
  const select = (
    name: "type" | "since" | "key",
    placeholder: string,
    data: { value: string; label: string }[],
  ) => (
    <Choice
      aria-label={placeholder}
      placeholder={placeholder}
      w={130}
      clearable
      data={data}
      value={search[name] ?? null}
      onChange={(value) => setSearch({ [name]: value ?? undefined })}
    />
  );
  return (
    <Group gap="xs" mb="sm">
      {select(
        "type",
        t.anyType,
        ENTRY_TYPES.map((type) => ({ value: type, label: t.entry[type] })),
      )}
      {select(
        "since",
        t.anyTime,
        ENTRY_RANGES.map((value) => ({ value, label: t.since[value] })),
      )}
      {keys.length > 0 &&
        select(
          "key",
          t.anyKey,
          keys.map(({ id, name }) => ({ value: id, label: name })),
        )}
      <Button
        component="a"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        href={fileAddress(userId, entryFilter(search), locale)}
        download
      >
        {common.exportCsv}
      </Button>
      <SearchField name="model" placeholder={t.filterModel} />
      <SearchField name="request" placeholder={t.filterRequest} />
      {filtered && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() =>
            setSearch(Object.fromEntries(ENTRY_FILTERS.map((name) => [name, undefined])))
          }
        >
          {common.clearFilters}
        </Button>
      )}
    </Group>
  );
}
