import { ActionIcon, Button, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { Bind } from "../../components/form/fields.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { type ImageFields, NO_IMAGE } from "../../lib/price.ts";
import classes from "./models.module.css";
import { Margin } from "./price-rows.tsx";
import { priceTexts } from "./price-texts.ts";

interface Props {
  rows: readonly ImageFields[];
  field: Bind;
  onChange: (rows: ImageFields[]) => void;
}

/** Prices by size and quality; their order counts. */
export function ImagePrices({ rows, field, onChange }: Props) {
  const t = useTexts(priceTexts);
  return (
    <fieldset className={classes.images}>
      <Text component="legend" size="sm" fw={600}>
        {t.imagesTitle}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {t.imagesHelp}
      </Text>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the list
        <div key={index} className={classes.imageRow}>
          <TextInput label={t.size} placeholder={t.any} {...field(`${index}.size`)} />
          <TextInput label={t.quality} placeholder={t.any} {...field(`${index}.quality`)} />
          <AmountInput label={t.price} {...field(`${index}.price`)} />
          <AmountInput label={t.cost} placeholder="–" {...field(`${index}.cost`)} />
          <Margin label={t.image(row.size, row.quality)} price={row.price} cost={row.cost} />
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
            aria-label={t.removeImage(index + 1)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...rows, NO_IMAGE])}
      >
        {t.addImage}
      </Button>
    </fieldset>
  );
}
