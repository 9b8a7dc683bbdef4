/** The line above a list: search in the address, filters, and what can be done with all of it. */
import { Button, CloseButton, Group, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import classes from "./table.module.css";

interface Props {
  placeholder: string;
  /** Filters, right of the search. */
  children?: ReactNode;
  /** At the far end. */
  end?: ReactNode;
  /** The parameters that "clear filters" removes; the button shows when one of them is set. */
  filters?: readonly string[];
}

export function Toolbar({ placeholder, children, end, filters = [] }: Props) {
  const t = useTexts(commonTexts);
  const { search, setSearch } = useSearchState<string>();
  const filtered = filters.some((name) => search[name] !== undefined);
  const clear = () =>
    setSearch(Object.fromEntries([...filters, "page"].map((name) => [name, undefined])));
  return (
    <Group justify="space-between" mb="sm" gap="sm" className={classes.toolbar ?? ""}>
      <Group gap="sm" className={classes.filters ?? ""}>
        <SearchField placeholder={placeholder} />
        {children}
        {filtered && (
          <Button variant="subtle" color="gray" onClick={clear}>
            {t.clearFilters}
          </Button>
        )}
      </Group>
      {end && <Group gap="xs">{end}</Group>}
    </Group>
  );
}

/** Types freely, and writes the address when the typing rests. */
export function SearchField({
  placeholder,
  name = "search",
}: {
  placeholder: string;
  name?: string;
}) {
  const t = useTexts(commonTexts);
  const { search, setSearch } = useSearchState<string>();
  const [text, setText] = useState(search[name] ?? "");
  const write = useDebouncedCallback((value: string) => {
    setSearch({ [name]: value.trim() || undefined, page: undefined });
  }, 250);
  const outside = search[name] ?? "";
  // "Clear filters" and the Back button change the address from outside.
  useEffect(() => {
    setText((typed) => (typed.trim() === outside ? typed : outside));
  }, [outside]);
  const change = (value: string) => {
    setText(value);
    write(value);
  };
  return (
    <TextInput
      type="search"
      className={classes.search ?? ""}
      aria-label={placeholder}
      placeholder={placeholder}
      value={text}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text ? <CloseButton size="sm" aria-label={t.clear} onClick={() => change("")} /> : null
      }
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
