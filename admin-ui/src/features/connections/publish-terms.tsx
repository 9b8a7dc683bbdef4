/** Price and access, set once for all that are picked. */
import { Stack, Text, Title } from "@mantine/core";
import { AccessEditor } from "../../components/access-editor.tsx";
import { Suggest } from "../../components/form/choice.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { useTexts } from "../../lib/i18n.ts";
import type { NumberField } from "../../lib/validation.ts";
import { agentTexts } from "../agents/texts.ts";
import classes from "./connections.module.css";
import { type Draft, isAmount, type Terms } from "./publish-plan.ts";
import { publishTexts } from "./publish-texts.ts";

interface Props {
  terms: Terms;
  onChange: (terms: Terms) => void;
  picked: readonly Draft[];
  /** Those that there are. */
  groups: string[];
}

export function PublishTerms({ terms, onChange, picked, groups }: Props) {
  const t = useTexts(publishTexts);
  const agentWords = useTexts(agentTexts);
  const has = (kind: "agent" | "model") => picked.some(({ offer }) => offer.kind === kind);
  const set = (part: Partial<Terms>) => onChange({ ...terms, ...part });
  const amount = (value: NumberField, change: (value: NumberField) => void) => ({
    value,
    onChange: change,
    error: isAmount(value) ? undefined : t.amountBad,
  });
  return (
    <aside className={classes.terms} aria-label={t.forAll(picked.length)}>
      <Title order={2}>{t.forAll(picked.length)}</Title>
      <Stack gap="md" mt="md">
        {has("agent") && (
          <>
            <AmountInput
              label={agentWords.credits}
              placeholder={agentWords.free}
              {...amount(terms.perMessage, (perMessage) => set({ perMessage }))}
            />
            <Suggest
              label={agentWords.group}
              data={groups}
              value={terms.group}
              onChange={(group) => set({ group })}
            />
          </>
        )}
        {has("model") && <ModelPrices terms={terms} set={set} amount={amount} />}
        <AccessEditor value={terms.access} onChange={(access) => set({ access })} />
      </Stack>
    </aside>
  );
}

interface PricesProps {
  terms: Terms;
  set: (part: Partial<Terms>) => void;
  amount: (value: NumberField, change: (value: NumberField) => void) => object;
}

function ModelPrices({ terms: { price }, set, amount }: PricesProps) {
  const t = useTexts(publishTexts);
  return (
    <>
      <AmountInput
        label={t.input}
        {...amount(price.inputPerMillion, (inputPerMillion) =>
          set({ price: { ...price, inputPerMillion } }),
        )}
      />
      <AmountInput
        label={t.output}
        {...amount(price.outputPerMillion, (outputPerMillion) =>
          set({ price: { ...price, outputPerMillion } }),
        )}
      />
      <Text size="xs" c="dimmed">
        {t.noPrice}
      </Text>
    </>
  );
}
