import { Button, Collapse, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalculator, IconChevronDown } from "@tabler/icons-react";
import type { Bind } from "../../components/form/fields.tsx";
import { FormSection } from "../../components/form/section.tsx";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import {
  exampleCharge,
  type ModelKind,
  PRICE_KINDS,
  type PriceKind,
  type PricingFields,
  pricingOf,
  USUAL_PRICES,
} from "../../lib/price.ts";
import { ImagePrices } from "./image-prices.tsx";
import { PriceHead, PriceRow } from "./price-rows.tsx";
import { priceTexts } from "./price-texts.ts";

const MarginDialog = lazyPart(async () => (await import("./margin-dialog.tsx")).MarginDialog);

interface Props {
  kind: ModelKind;
  pricing: PricingFields;
  priceVersion: number | null;
  /** Binds `price.…`, `cost.…` and `images.…`. */
  field: Bind;
  onChange: (pricing: PricingFields) => void;
}

const isSet = ({ price, cost }: PricingFields, kind: PriceKind): boolean =>
  price[kind] !== "" || cost[kind] !== "";

/** The kinds of price that matter for this model first, the others behind a fold. */
export function PriceSection({ kind, pricing, priceVersion, field, onChange }: Props) {
  const t = useTexts(priceTexts);
  const format = useFormats();
  const usual = USUAL_PRICES[kind];
  const others = PRICE_KINDS.filter((name) => !usual.includes(name));
  const [opened, all] = useDisclosure(others.some((name) => isSet(pricing, name)));
  const [calculating, dialog] = useDisclosure(false);
  const row = (name: PriceKind) => (
    <PriceRow
      key={name}
      label={t.kinds[name]}
      price={pricing.price[name]}
      cost={pricing.cost[name]}
      priceField={field(`price.${name}`)}
      costField={field(`cost.${name}`)}
    />
  );
  const { price } = pricingOf(pricing);
  return (
    <FormSection
      title={t.title}
      description={priceVersion === null ? t.help : `${t.help} ${t.version(priceVersion)}.`}
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconCalculator size={16} aria-hidden />}
          onClick={dialog.open}
        >
          {t.fromCost}
        </Button>
      }
    >
      <div>
        <PriceHead />
        {usual.map(row)}
      </div>
      {(kind === "image" || pricing.images.length > 0) && (
        <ImagePrices
          rows={pricing.images}
          field={(path) => field(`images.${path}`)}
          onChange={(images) => onChange({ ...pricing, images })}
        />
      )}
      <Group justify="space-between">
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={all.toggle}
          aria-expanded={opened}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {t.all}
        </Button>
        {kind === "chat" && (
          <Text size="sm" c="dimmed">
            {t.example(format.decimal(exampleCharge(price, { input: 2000, output: 500 })))}
          </Text>
        )}
      </Group>
      <Collapse expanded={opened} keepMounted={false}>
        {others.map(row)}
      </Collapse>
      <MarginDialog
        opened={calculating}
        pricing={pricing}
        onClose={dialog.close}
        onApply={(changed) => {
          onChange(changed);
          dialog.close();
        }}
      />
    </FormSection>
  );
}
