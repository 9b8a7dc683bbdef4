import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { differences, priceOverCost } from "../../lib/margin.ts";
import { type PricingFields, pricingFields, pricingOf } from "../../lib/price.ts";
import { MarginFields, marginIn, NO_MARGIN } from "./margin-fields.tsx";
import { PricePreview } from "./price-preview.tsx";
import { priceTexts } from "./price-texts.ts";

interface Props {
  opened: boolean;
  pricing: PricingFields;
  onClose: () => void;
  onApply: (pricing: PricingFields) => void;
}

/** Fills the form's prices from its costs; nothing is saved yet. */
export function MarginDialog({ opened, pricing, onClose, onApply }: Props) {
  const t = useTexts(priceTexts);
  const common = useTexts(commonTexts);
  const [values, setValues] = useState(NO_MARGIN);
  const { price, cost } = pricingOf(pricing);
  const wanted = marginIn(values);
  const after = cost && wanted ? priceOverCost(price, cost, wanted.percent, wanted.rounding) : null;
  const differs = after !== null && differences(price, after).length > 0;
  return (
    <Modal opened={opened} onClose={onClose} title={t.fromCostTitle} size="lg">
      <Stack>
        <Text size="sm">{cost ? t.fromCostHelp : t.noCost}</Text>
        {cost && <MarginFields label={t.marginPercent} values={values} onChange={setValues} />}
        {after && (
          <PricePreview
            changes={differs ? [{ id: "", name: "", before: price, after, cost }] : []}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button onClick={() => after && onApply(pricingFields(after, cost))} disabled={!differs}>
            {t.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
