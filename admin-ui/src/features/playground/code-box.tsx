/** A text of several lines to read and to take along. */
import { CopyIcon } from "../../components/copy.tsx";
import classes from "./playground.module.css";

export function CodeBox({ label, text }: { label: string; text: string }) {
  return (
    <figure className={classes.box} aria-label={label}>
      <div className={classes.boxCopy}>
        <CopyIcon value={text} />
      </div>
      <pre className={classes.code}>{text}</pre>
    </figure>
  );
}
