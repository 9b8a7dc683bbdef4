import { ActionIcon, TextInput } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../../lib/i18n.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import type { RequestSearch } from "./request-filter.ts";
import { requestTexts } from "./texts.ts";

/** A user reports a request id: it opens that request, whatever the filters show. */
export function RequestFinder() {
  const t = useTexts(requestTexts);
  const { setSearch } = useSearchState<RequestSearch>();
  const [text, setText] = useState("");
  const id = text.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (id) setSearch({ open: id }, { push: true });
      }}
    >
      <TextInput
        w={210}
        aria-label={t.search}
        placeholder={t.search}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rightSection={
          <ActionIcon
            type="submit"
            variant="subtle"
            color="gray"
            disabled={!id}
            aria-label={t.find}
          >
            <IconArrowRight size={16} />
          </ActionIcon>
        }
      />
    </form>
  );
}
