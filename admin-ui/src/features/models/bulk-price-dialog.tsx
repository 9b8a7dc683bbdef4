import type { Model, ModelPrice } from "@contract";
import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { differences, priceOverCost, scaledPrice } from "../../lib/margin.ts";
import { useNotify } from "../../lib/notify.tsx";
import { PRICE_KINDS, type PriceFields, priceFields } from "../../lib/price.ts";
import { filled } from "../../lib/validation.ts";
import { MarginFields, type MarginValues, marginIn, NO_MARGIN } from "./margin-fields.tsx";
import { type PlannedPrice, PricePreview } from "./price-preview.tsx";
import { priceTexts } from "./price-texts.ts";

interface Props {
  models: readonly Model[];
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

const MODES = ["margin", "scale", "set"] as const;
type Mode = (typeof MODES)[number];
interface Wish {
  mode: Mode;
  margin: MarginValues;
  scale: MarginValues;
  fields: PriceFields;
}
const NO_WISH: Wish = {
  mode: "margin",
  margin: NO_MARGIN,
  scale: { ...NO_MARGIN, percent: "", to: "exact" },
  fields: priceFields(),
};

function wishedPrice(wish: Wish, { price, cost }: Model): ModelPrice {
  if (wish.mode === "set") {
    const bad = Object.values(wish.fields).some(Number.isNaN);
    return bad ? price : { ...price, ...filled(wish.fields) };
  }
  const wanted = marginIn(wish[wish.mode]);
  if (!wanted) return price;
  if (wish.mode === "scale") return scaledPrice(price, wanted.percent, wanted.rounding);
  return cost ? priceOverCost(price, cost, wanted.percent, wanted.rounding) : price;
}

/** Writes old or new prices, all in one request; what was written can be taken back. */
function useChange(onDone: () => void) {
  const t = useTexts(priceTexts);
  const notify = useNotify();
  const queryClient = useQueryClient();
  const write = async (prices: { id: string; price: ModelPrice }[]) => {
    await call("PUT /api/admin/models/prices", { body: { prices } });
    await Promise.all(
      ["models", "prices"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
    );
  };
  return useMutation({
    mutationFn: (plan: readonly PlannedPrice[]) =>
      write(plan.map(({ id, after }) => ({ id, price: after }))),
    onSuccess: (_, plan) => {
      const before = plan.map((one) => ({ id: one.id, price: one.before }));
      notify.done(t.bulkDone(plan.length), () => write(before));
      onDone();
    },
  });
}

/** New prices for the selected models: seen before they are set, set all at once. */
export function BulkPriceDialog({ models, opened, onClose, onDone }: Props) {
  const t = useTexts(priceTexts);
  const common = useTexts(commonTexts);
  const errorText = useErrorText();
  const [wish, setWish] = useState(NO_WISH);
  const plan = useMemo(
    () =>
      models.flatMap((model): PlannedPrice[] => {
        const { id, name, price: before, cost } = model;
        const after = wishedPrice(wish, model);
        return differences(before, after).length > 0 ? [{ id, name, before, after, cost }] : [];
      }),
    [models, wish],
  );
  const change = useChange(() => {
    setWish(NO_WISH);
    onDone();
    onClose();
  });
  const withoutCost = models.filter((model) => !model.cost).length;
  return (
    <Modal opened={opened} onClose={onClose} title={t.bulkTitle(models.length)} size="xl">
      <Stack>
        <SegmentedControl
          aria-label={t.price}
          value={wish.mode}
          onChange={(mode) => setWish({ ...wish, mode: mode as Mode })}
          data={MODES.map((value) => ({ value, label: t.bulkModes[value] }))}
        />
        {wish.mode === "margin" && (
          <MarginFields
            label={t.marginPercent}
            values={wish.margin}
            onChange={(margin) => setWish({ ...wish, margin })}
          />
        )}
        {wish.mode === "margin" && withoutCost > 0 && (
          <Text size="sm">{t.withoutCost(withoutCost)}</Text>
        )}
        {wish.mode === "scale" && (
          <MarginFields
            label={t.percent}
            help={t.percentHelp}
            values={wish.scale}
            onChange={(scale) => setWish({ ...wish, scale })}
          />
        )}
        {wish.mode === "set" && (
          <SetFields fields={wish.fields} onChange={(fields) => setWish({ ...wish, fields })} />
        )}
        <PricePreview changes={plan} />
        {change.error && (
          <Alert color="red" role="alert">
            {errorText(change.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button
            loading={change.isPending}
            disabled={plan.length === 0}
            onClick={() => change.mutate(plan)}
          >
            {t.bulkApply(plan.length)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface SetProps {
  fields: PriceFields;
  onChange: (fields: PriceFields) => void;
}

function SetFields({ fields, onChange }: SetProps) {
  const t = useTexts(priceTexts);
  return (
    <>
      <Text size="sm" c="dimmed">
        {t.bulkHelp}
      </Text>
      <FieldGrid>
        {PRICE_KINDS.map((kind) => (
          <AmountInput
            key={kind}
            label={t.kinds[kind]}
            value={fields[kind]}
            onChange={(value) => onChange({ ...fields, [kind]: value })}
          />
        ))}
      </FieldGrid>
    </>
  );
}
