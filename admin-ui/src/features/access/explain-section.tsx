/** Below the form of an agent or a model: why a user, or a guest, may use it or not. */
import { Checkbox, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../app/may.tsx";
import { Suggest } from "../../components/form/choice.tsx";
import { FormSection } from "../../components/form/section.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { accessTexts } from "./texts.ts";
import { Verdict } from "./verdict.tsx";

const OFFERED = 10;

/** Users whose name or e-mail has the text; none before anything is written. */
function useFound(text: string) {
  const [search] = useDebouncedValue(text.trim(), 250);
  const query = useQuery({
    queryKey: ["users", "found", search],
    queryFn: ({ signal }) =>
      call("GET /api/admin/users", { query: { search, limit: OFFERED }, signal }),
    enabled: search !== "",
    placeholderData: keepPreviousData,
  });
  return query.data?.data ?? [];
}

export function ExplainSection({ target }: { target: string }) {
  const t = useTexts(accessTexts);
  const mayLook = useMay("people.read");
  const [text, setText] = useState("");
  const [guest, setGuest] = useState(false);
  const found = useFound(text);
  const user = found.find(({ email }) => email === text.trim().toLowerCase());
  if (!mayLook) return null;
  const shown = guest ? { user: null } : user && { user: user.id };
  return (
    <FormSection title={t.title} description={t.help}>
      <Stack gap="sm">
        <Suggest
          label={t.user}
          description={t.userHelp}
          value={text}
          onChange={setText}
          disabled={guest}
          data={found.map(({ email, name }) => ({ value: email, label: name || email }))}
        />
        <Checkbox
          label={t.guest}
          checked={guest}
          onChange={(event) => setGuest(event.currentTarget.checked)}
        />
      </Stack>
      {shown && <Verdict user={shown.user} target={target} />}
    </FormSection>
  );
}
