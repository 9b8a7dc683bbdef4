import { patternsFor } from "@contract/target-pattern.ts";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Field } from "../../components/field.tsx";
import { agentsQuery } from "../chat/queries.ts";
import { type ScopeFields as Fields, linesOf } from "./key-scope.ts";
import { useKeyTexts } from "./texts.ts";
import "./keys.css";

interface Props {
  fields: Fields;
  problems: Record<keyof Fields, string | null>;
  onChange: (fields: Fields) => void;
  /** Whether it is unfolded at first. */
  open?: boolean;
}

/** What a key may be used for: folded away, for most people want none of it. */
export function ScopeFields({ fields, problems, onChange, open = false }: Props) {
  const text = useKeyTexts();
  const targets = useQuery(agentsQuery).data ?? [];
  const chosen = linesOf(fields.models);
  const left = patternsFor(targets.map(({ target }) => target)).filter(
    (pattern) => !chosen.includes(pattern),
  );
  const set = (name: keyof Fields) => (value: string) => onChange({ ...fields, [name]: value });
  return (
    <details className="key-scope" open={open}>
      <summary>{text.limit}</summary>
      <LinesField
        label={text.models}
        hint={text.modelsHint}
        error={problems.models}
        value={fields.models}
        onValue={set("models")}
      />
      {left.length > 0 && (
        <div className="field key-scope-add">
          <select
            aria-label={text.addModel}
            value=""
            onChange={(event) => set("models")([...chosen, event.currentTarget.value].join("\n"))}
          >
            <option value="">{text.addModel}</option>
            {left.map((pattern) => (
              <option key={pattern} value={pattern}>
                {pattern}
              </option>
            ))}
          </select>
        </div>
      )}
      <LinesField
        label={text.allow}
        hint={text.allowHint}
        error={problems.allow}
        value={fields.allow}
        onValue={set("allow")}
      />
      <LinesField
        label={text.deny}
        error={problems.deny}
        value={fields.deny}
        onValue={set("deny")}
      />
      <Field
        label={text.perMonth}
        hint={text.perMonthHint}
        error={problems.perMonth}
        inputMode="decimal"
        autoComplete="off"
        value={fields.perMonth}
        onValue={set("perMonth")}
      />
    </details>
  );
}

interface LinesProps {
  label: string;
  hint?: string;
  error: string | null;
  value: string;
  onValue: (value: string) => void;
}

/** Several short texts, one on each line. */
function LinesField({ label, hint, error, value, onValue }: LinesProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={2}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
      {note && (
        <p id={`${id}-note`} className={error ? "field-note problem" : "field-note"}>
          {note}
        </p>
      )}
    </div>
  );
}
