import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { priceFromCost } from "../../lib/price.ts";
import { modelTexts } from "./texts.ts";

interface Props {
  opened: boolean;
  onClose: () => void;
  onApply: (prices: { inputPerMillion: number; outputPerMillion: number }) => void;
}

/** A calculator: nothing of it is stored but the prices it suggests. */
export function MarginDialog({ opened, onClose, onApply }: Props) {
  const t = useTexts(modelTexts);
  const common = useTexts(commonTexts);
  const format = useFormats();
  const [costs, setCosts] = useState({ input: 0, output: 0 });
  const [moneyPerCredit, setMoneyPerCredit] = useState(1);
  const [marginPercent, setMarginPercent] = useState(20);
  const price = (cost: number) => priceFromCost({ cost, moneyPerCredit, marginPercent });
  const prices = {
    inputPerMillion: price(costs.input),
    outputPerMillion: price(costs.output),
  };
  const set =
    (change: (value: number) => void) =>
    (value: number | string): void =>
      change(Number(value) || 0);
  return (
    <Modal opened={opened} onClose={onClose} title={t.marginTitle} size="lg">
      <Stack>
        <Text size="sm">{t.marginHelp}</Text>
        <FieldGrid>
          <AmountInput
            label={`${t.cost}: ${t.prices.inputPerMillion}`}
            value={costs.input}
            onChange={set((input) => setCosts((now) => ({ ...now, input })))}
            data-autofocus
          />
          <AmountInput
            label={`${t.cost}: ${t.prices.outputPerMillion}`}
            value={costs.output}
            onChange={set((output) => setCosts((now) => ({ ...now, output })))}
          />
          <AmountInput
            label={t.perCredit}
            description={t.perCreditHelp}
            value={moneyPerCredit}
            onChange={set(setMoneyPerCredit)}
          />
          <AmountInput
            label={t.marginPercent}
            value={marginPercent}
            onChange={set(setMarginPercent)}
          />
        </FieldGrid>
        <Text size="sm" role="status">
          {t.prices.inputPerMillion}: <b>{format.decimal(prices.inputPerMillion)}</b>
          {" · "}
          {t.prices.outputPerMillion}: <b>{format.decimal(prices.outputPerMillion)}</b>
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button onClick={() => onApply(prices)} disabled={moneyPerCredit <= 0}>
            {t.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
