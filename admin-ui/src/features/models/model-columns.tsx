/** What the list of models shows of each. */
import type { Model, ModelPrice } from "@contract";
import { Badge, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Column } from "../../components/table/columns.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { type Formats, useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { leastMargin } from "../../lib/margin.ts";
import { type PriceTexts, priceTexts } from "./price-texts.ts";
import { modelTexts } from "./texts.ts";

export function useModelColumns(): Column<Model>[] {
  const t = useTexts(modelTexts);
  const common = useTexts(commonTexts);
  const prices = usePriceColumns();
  return useMemo(
    () => [
      {
        id: "name",
        header: t.columns.name,
        phone: "title",
        sortBy: (model) => model.name,
        render: (model) => (
          <Text size="sm" fw={550} component="span">
            {model.name}
          </Text>
        ),
      },
      {
        id: "kind",
        header: t.columns.kind,
        sortBy: (model) => model.kind,
        render: (model) => t.kinds[model.kind],
      },
      {
        id: "routes",
        header: t.columns.routes,
        render: (model) => [...new Set(model.routes.map((route) => route.connection))].join(", "),
      },
      ...prices,
      {
        id: "state",
        header: t.columns.state,
        sortBy: (model) => (model.enabled ? 0 : 1),
        render: (model) => (
          <Badge color={model.enabled ? "green" : "gray"}>
            {model.enabled ? common.enabled : common.disabled}
          </Badge>
        ),
      },
    ],
    [t, prices, common],
  );
}

function usePriceColumns(): Column<Model>[] {
  const { columns } = useTexts(modelTexts);
  const t = useTexts(priceTexts);
  const format = useFormats();
  return useMemo(
    () => [
      {
        id: "input",
        header: columns.input,
        align: "end",
        sortBy: ({ price }) => price.inputPerMillion ?? 0,
        render: ({ price }) => mainPrice(price, t, format),
      },
      {
        id: "output",
        header: columns.output,
        align: "end",
        sortBy: ({ price }) => price.outputPerMillion ?? 0,
        render: ({ price: { outputPerMillion } }) =>
          outputPerMillion === undefined ? "–" : format.decimal(outputPerMillion),
      },
      {
        id: "margin",
        header: columns.margin,
        align: "end",
        sortBy: ({ price, cost }) => leastMargin(price, cost) ?? Number.NEGATIVE_INFINITY,
        render: ({ price, cost }) => {
          const margin = leastMargin(price, cost);
          if (margin === null) return "–";
          return (
            <Text {...(margin < 0 ? { c: "red" } : {})} size="sm" component="span">
              {format.percent(margin)}
            </Text>
          );
        },
      },
    ],
    [columns, t, format],
  );
}

const UNITS = ["perImage", "perSecond", "perMillionCharacters", "perRequest"] as const;

/** What is not paid by tokens shows what else it is paid by. */
function mainPrice(price: ModelPrice, t: PriceTexts, format: Formats): string {
  if (price.inputPerMillion !== undefined) return format.decimal(price.inputPerMillion);
  const ofImages = (price.images ?? []).map(({ credits }) => credits);
  if (ofImages.length > 0) return `${format.decimal(Math.min(...ofImages))}+ / ${t.units.perImage}`;
  for (const unit of UNITS) {
    const credits = price[unit];
    if (credits !== undefined) return `${format.decimal(credits)} / ${t.units[unit]}`;
  }
  return "–";
}
