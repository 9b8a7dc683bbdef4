/** A small bar chart without a library: for the home page, which must be there at once. */
import classes from "./mini-bars.module.css";

export interface MiniBar {
  label: string;
  value: number;
  /** The value in words. */
  text: string;
}

export function MiniBars({ label, bars }: { label: string; bars: readonly MiniBar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <ol className={classes.bars} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.label} className={classes.bar} title={`${bar.label}: ${bar.text}`}>
          <span className={classes.value}>
            <span className={bar.value === 0 ? classes.zero : ""}>{bar.text}</span>
          </span>
          <span className={classes.track} aria-hidden>
            <span
              className={classes.fill}
              style={{ height: `${(bar.value / most) * 100}%` }}
              data-empty={bar.value === 0 || undefined}
            />
          </span>
          <span className={classes.label}>{bar.label}</span>
        </li>
      ))}
    </ol>
  );
}
