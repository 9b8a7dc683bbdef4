import { type InputHTMLAttributes, useId, useState } from "react";
import { useText } from "../lib/i18n.ts";
import { IconButton } from "./icon-button.tsx";

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, "onInput" | "onChange"> {
  label: string;
  hint?: string;
  error?: string | null;
  onValue: (value: string) => void;
}

/** A labelled input with its hint and its error. */
export function Field({ label, hint, error, onValue, type, ...rest }: Props) {
  const text = useText();
  const id = useId();
  const [revealed, setRevealed] = useState(false);
  const isPassword = type === "password";
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-control">
        <input
          id={id}
          type={isPassword && revealed ? "text" : type}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? `${id}-note` : undefined}
          onChange={(event) => onValue(event.currentTarget.value)}
          {...rest}
        />
        {isPassword && (
          <IconButton
            icon={revealed ? "eyeOff" : "eye"}
            label={revealed ? text.hidePassword : text.showPassword}
            onClick={() => setRevealed(!revealed)}
          />
        )}
      </div>
      {(error || hint) && (
        <p id={`${id}-note`} className={error ? "field-note problem" : "field-note"}>
          {error || hint}
        </p>
      )}
    </div>
  );
}
