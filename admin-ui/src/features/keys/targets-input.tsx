/** Names of models and agents, typed or chosen from what the site publishes. */
import { patternsFor } from "@contract/target-pattern.ts";
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Choice } from "../../components/form/choice.tsx";
import { LinesInput } from "../../components/form/inputs.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { agentsQuery, modelsQuery } from "../../lib/queries.ts";
import { keyTexts } from "./texts.ts";

interface Props {
  label: string;
  description: string;
  value?: string[];
  onChange?: (value: string[]) => void;
}

export function TargetsInput({ value = [], onChange, ...rest }: Props) {
  const t = useTexts(keyTexts);
  const models = useQuery(modelsQuery).data ?? [];
  const agents = useQuery(agentsQuery).data ?? [];
  const names = [...agents.map(({ slug }) => `agent/${slug}`), ...models.map(({ name }) => name)];
  const left = patternsFor(names).filter((pattern) => !value.includes(pattern));
  return (
    <Stack gap={6}>
      <LinesInput
        spellCheck={false}
        {...rest}
        value={value}
        {...(onChange === undefined ? {} : { onChange })}
      />
      {left.length > 0 && (
        <Choice
          aria-label={t.addModel}
          placeholder={t.addModel}
          data={left.map((pattern) => ({ value: pattern, label: pattern }))}
          value={null}
          onChange={(pattern) => pattern && onChange?.([...value, pattern])}
        />
      )}
    </Stack>
  );
}
