/** In the panel of a user: why this user may use an agent or a model, or not. */
import { NativeSelect, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../../lib/i18n.ts";
import { agentsQuery, modelsQuery } from "../../lib/queries.ts";
import { accessTexts } from "./texts.ts";
import { Verdict } from "./verdict.tsx";

export function UserAccess({ userId }: { userId: string }) {
  const t = useTexts(accessTexts);
  const agents = useQuery(agentsQuery).data ?? [];
  const models = useQuery(modelsQuery).data ?? [];
  const [target, setTarget] = useState("");
  return (
    <Stack gap="md">
      <NativeSelect
        label={t.target}
        description={t.help}
        value={target}
        onChange={(event) => setTarget(event.currentTarget.value)}
      >
        {target === "" && <option value="">{t.pick}</option>}
        <optgroup label={t.agents}>
          {agents.map(({ id, slug, name }) => (
            <option key={id} value={`agent/${slug}`}>
              {name}
            </option>
          ))}
        </optgroup>
        <optgroup label={t.models}>
          {models.map(({ id, name }) => (
            <option key={id}>{name}</option>
          ))}
        </optgroup>
      </NativeSelect>
      {target !== "" && <Verdict user={userId} target={target} />}
    </Stack>
  );
}
