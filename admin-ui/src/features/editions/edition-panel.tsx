import { Badge } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { FormSection } from "../../components/form/section.tsx";
import { Loaded } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { EditionUsageList } from "./edition-usage.tsx";
import { editionTexts } from "./texts.ts";

export const editionQuery = queryOptions({
  queryKey: ["edition"],
  queryFn: ({ signal }) => call("GET /api/admin/edition", { signal }),
});

/** The site's edition in its settings. */
export function EditionPanel() {
  const t = useTexts(editionTexts);
  const query = useQuery(editionQuery);
  return (
    <FormSection
      title={t.title}
      description={t.help}
      actions={query.data && <Badge size="lg">{query.data.edition.name}</Badge>}
    >
      <Loaded query={query}>
        {({ limits, usage }) => <EditionUsageList limits={limits} usage={usage} />}
      </Loaded>
    </FormSection>
  );
}
