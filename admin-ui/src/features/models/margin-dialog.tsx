import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { priceFromCost } from "../../lib/price.ts";
import type { NumberField } from "../../lib/validation.ts";
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
  const [input, setInput] = useState<NumberField>("");
  const [output, setOutput] = useState<NumberField>("");
  const [perCredit, setPerCredit] = useState<NumberField>(1);
  const [margin, setMargin] = useState<NumberField>(20);
  const number = (value: NumberField) => Number(value) || 0;
  const price = (cost: NumberField) =>
    priceFromCost({
      cost: number(cost),
      moneyPerCredit: number(perCredit),
      marginPercent: number(margin),
    });
  const prices = { inputPerMillion: price(input), outputPerMillion: price(output) };
  return (
    <Modal opened={opened} onClose={onClose} title={t.marginTitle} size="lg">
      <Stack>
        <Text size="sm">{t.marginHelp}</Text>
        <FieldGrid>
          <AmountInput
            label={`${t.cost}: ${t.prices.inputPerMillion}`}
            value={input}
            onChange={setInput}
            data-autofocus
          />
          <AmountInput
            label={`${t.cost}: ${t.prices.outputPerMillion}`}
            value={output}
            onChange={setOutput}
          />
          <AmountInput
            label={t.perCredit}
            description={t.perCreditHelp}
            value={perCredit}
            onChange={setPerCredit}
          />
          <AmountInput label={t.marginPercent} value={margin} onChange={setMargin} />
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
          <Button onClick={() => onApply(prices)} disabled={number(perCredit) <= 0}>
            {t.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
