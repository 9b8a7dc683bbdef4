/** A few figures side by side, each with its name and, where there is one, its change. */
import { Skeleton, Text } from "@mantine/core";
import { IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useFormats } from "../lib/format.ts";
import classes from "./figures.module.css";

export interface Figure {
  label: string;
  value: ReactNode;
  /** The same figure before; with `change` it says what it is compared to. */
  now?: number;
  before?: number;
  /** True where more is worse, such as errors. */
  lessIsBetter?: boolean;
}

interface Props {
  figures: readonly Figure[];
  /** `than yesterday` */
  change?: string;
  loading?: boolean;
}

export function Figures({ figures, change = "", loading = false }: Props) {
  return (
    <dl className={classes.figures}>
      {figures.map((figure) => (
        <div key={figure.label} className={classes.figure}>
          <dt>{figure.label}</dt>
          <dd className="portico-numbers">
            {loading ? <Skeleton h={26} w={90} mt={4} /> : figure.value}
          </dd>
          {!loading && figure.now !== undefined && figure.before !== undefined && (
            <dd className={classes.change}>
              <Change {...figure} now={figure.now} before={figure.before} than={change} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function Change(props: { now: number; before: number; than: string; lessIsBetter?: boolean }) {
  const { now, before, than, lessIsBetter = false } = props;
  const format = useFormats();
  if (before === 0 || now === before) {
    return (
      <Text size="xs" c="dimmed" component="span">
        {now === before ? `±0 ${than}` : `+${format.compact(now)} ${than}`}
      </Text>
    );
  }
  const ratio = (now - before) / before;
  const good = lessIsBetter ? ratio < 0 : ratio > 0;
  const Icon = ratio > 0 ? IconTrendingUp : IconTrendingDown;
  return (
    <Text size="xs" c={good ? "green" : "red"} component="span" className={classes.trend ?? ""}>
      <Icon size={14} aria-hidden /> {ratio > 0 ? "+" : ""}
      {format.percent(ratio)} {than}
    </Text>
  );
}
