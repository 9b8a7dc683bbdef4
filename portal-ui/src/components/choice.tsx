import { useId } from "react";
import { Icon, type IconName } from "./icons.tsx";

interface Option<Value extends string> {
  value: Value;
  label: string;
  icon?: IconName;
  lang?: string;
}

interface Props<Value extends string> {
  label: string;
  value: Value;
  options: Option<Value>[];
  onChoose: (value: Value) => void;
}

/** One of a few: native radio buttons drawn as one bar. */
export function Choice<Value extends string>({ label, value, options, onChoose }: Props<Value>) {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend>{label}</legend>
      <div className="choice-bar">
        {options.map((option) => (
          <label key={option.value} lang={option.lang}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span>
              {option.icon && <Icon name={option.icon} size={16} />}
              {option.label}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
