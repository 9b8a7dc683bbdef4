import type { Model, ModelPrice } from "@contract";
import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { PRICE_KINDS, priceFields, priceOf, scaledPrice } from "../../lib/price.ts";
import type { NumberField } from "../../lib/validation.ts";
import { modelTexts } from "./texts.ts";

interface Props {
  models: readonly Model[];
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

type Prices = { id: string; price: ModelPrice }[];

/** Sets or scales the prices of the selected models in one request; can be undone. */
export function BulkPriceDialog({ models, opened, onClose, onDone }: Props) {
  const t = useTexts(modelTexts);
  const common = useTexts(commonTexts);
  const errorText = useErrorText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [mode, setMode] = useState<"set" | "scale">("set");
  const [fields, setFields] = useState(priceFields());
  const [percent, setPercent] = useState<NumberField>("");
  const write = async (prices: Prices) => {
    await call("PUT /api/admin/models/prices", { body: { prices } });
    await queryClient.invalidateQueries({ queryKey: ["models"] });
  };
  const change = useMutation({
    mutationFn: async () => {
      const before: Prices = models.map(({ id, price }) => ({ id, price }));
      await write(
        models.map(({ id, price }) => ({
          id,
          price:
            mode === "set" ? { ...price, ...priceOf(fields) } : scaledPrice(price, Number(percent)),
        })),
      );
      return before;
    },
    onSuccess: (before) => {
      notify.done(t.bulkDone(before.length), () => write(before));
      setFields(priceFields());
      setPercent("");
      onDone();
      onClose();
    },
  });
  const nothing =
    mode === "set"
      ? Object.keys(priceOf(fields)).length === 0 || Object.values(fields).some(Number.isNaN)
      : percent === "" || Number.isNaN(percent) || percent < -100;
  return (
    <Modal opened={opened} onClose={onClose} title={t.bulkTitle(models.length)} size="lg">
      <Stack>
        <SegmentedControl
          aria-label={t.price}
          value={mode}
          onChange={(value) => setMode(value as "set" | "scale")}
          data={[
            { value: "set", label: t.bulkSet },
            { value: "scale", label: t.bulkScale },
          ]}
        />
        {mode === "set" ? (
          <>
            <Text size="sm" c="dimmed">
              {t.bulkHelp}
            </Text>
            <FieldGrid>
              {PRICE_KINDS.map((kind) => (
                <AmountInput
                  key={kind}
                  label={t.prices[kind]}
                  value={fields[kind]}
                  onChange={(value) => setFields((now) => ({ ...now, [kind]: value }))}
                />
              ))}
            </FieldGrid>
          </>
        ) : (
          <AmountInput
            label={t.percent}
            description={t.percentHelp}
            value={percent}
            onChange={setPercent}
          />
        )}
        {change.error && (
          <Alert color="red" role="alert">
            {errorText(change.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button loading={change.isPending} disabled={nothing} onClick={() => change.mutate()}>
            {t.bulkApply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
