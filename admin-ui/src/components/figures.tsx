/** A few figures side by side, each with its name and, where there is one, its change. */
import { Skeleton, Text } from "@mantine/core";
import { IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import { useFormats } from "../lib/format.ts";
import classes from "./figures.module.css";

export interface Figure {
  label: string;
  value: number;
  show: (value: number) => string;
  /** The same figure before, to compare with. */
  before?: number;
  /** True where more is worse, such as errors. */
  lessIsBetter?: boolean;
}

/** How the comparison is worded. */
export interface Comparison {
  /** `vs yesterday` */
  than: string;
  /** `yesterday: 0`, where there is nothing to take a share of. */
  was: (value: string) => string;
}

interface Props {
  figures: readonly Figure[];
  comparison?: Comparison;
  loading?: boolean;
}

export function Figures({ figures, comparison, loading = false }: Props) {
  return (
    <dl className={classes.figures}>
      {figures.map((figure) => (
        <div key={figure.label} className={classes.figure}>
          <dt>{figure.label}</dt>
          <dd className="portico-numbers">
            {loading ? <Skeleton h={26} w={90} mt={4} /> : figure.show(figure.value)}
          </dd>
          {!loading && comparison && figure.before !== undefined && (
            <dd className={classes.change}>
              <Change figure={figure} before={figure.before} words={comparison} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function Change(props: { figure: Figure; before: number; words: Comparison }) {
  const { figure, before, words } = props;
  const format = useFormats();
  if (before === 0 || figure.value === before) {
    return (
      <Text size="xs" c="dimmed" component="span">
        {words.was(figure.show(before))}
      </Text>
    );
  }
  const ratio = (figure.value - before) / before;
  const good = figure.lessIsBetter ? ratio < 0 : ratio > 0;
  const Icon = ratio > 0 ? IconTrendingUp : IconTrendingDown;
  return (
    <Text size="xs" c={good ? "green" : "red"} component="span" className={classes.trend ?? ""}>
      <Icon size={14} aria-hidden /> {ratio > 0 ? "+" : ""}
      {format.percent(ratio)} {words.than}
    </Text>
  );
}
