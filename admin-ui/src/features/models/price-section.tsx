import type { ModelPrice } from "@contract";
import { Button, Collapse, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalculator, IconChevronDown } from "@tabler/icons-react";
import type { Bind } from "../../components/form/fields.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useFormats } from "../../lib/format.ts";
import { defineTexts, useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { exampleCharge, type ModelKind, PRICE_KINDS, USUAL_PRICES } from "../../lib/price.ts";
import { modelTexts } from "./texts.ts";

const MarginDialog = lazyPart(async () => (await import("./margin-dialog.tsx")).MarginDialog);

const texts = defineTexts({ all: "All kinds of price" }, { all: "全部计价方式" });

interface Props {
  kind: ModelKind;
  price: ModelPrice;
  priceVersion: number | null;
  field: Bind;
  onPrices: (prices: { inputPerMillion: number; outputPerMillion: number }) => void;
}

/** The kinds of price that matter for this model first, the others behind a fold. */
export function PriceSection({ kind, price, priceVersion, field, onPrices }: Props) {
  const t = useTexts(modelTexts);
  const fold = useTexts(texts);
  const format = useFormats();
  const usual = USUAL_PRICES[kind];
  const others = PRICE_KINDS.filter((name) => !usual.includes(name));
  const [opened, all] = useDisclosure(others.some((name) => price[name] !== undefined));
  const [margin, dialog] = useDisclosure(false);
  const input = (name: (typeof PRICE_KINDS)[number]) => (
    <AmountInput key={name} label={t.prices[name]} placeholder="0" {...field(name)} />
  );
  return (
    <FormSection
      title={t.price}
      description={
        priceVersion === null ? t.priceHelp : `${t.priceHelp} ${t.priceVersion(priceVersion)}.`
      }
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconCalculator size={16} aria-hidden />}
          onClick={dialog.open}
        >
          {t.margin}
        </Button>
      }
    >
      <FieldGrid>{usual.map(input)}</FieldGrid>
      <Group justify="space-between">
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={all.toggle}
          aria-expanded={opened}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {fold.all}
        </Button>
        {kind === "chat" && (
          <Text size="sm" c="dimmed">
            {t.example(format.decimal(exampleCharge(price, { input: 2000, output: 500 })))}
          </Text>
        )}
      </Group>
      <Collapse expanded={opened} keepMounted={false}>
        <FieldGrid>{others.map(input)}</FieldGrid>
      </Collapse>
      <MarginDialog
        opened={margin}
        onClose={dialog.close}
        onApply={(prices) => {
          onPrices(prices);
          dialog.close();
        }}
      />
    </FormSection>
  );
}
