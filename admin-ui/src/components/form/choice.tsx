/**
 * Choices made of the browser's own select and suggestions. They weigh a tenth of a drawn combobox,
 * and phones and screen readers already know them.
 */
import {
  NativeSelect,
  type NativeSelectProps,
  TextInput,
  type TextInputProps,
} from "@mantine/core";
import { useId } from "react";

export interface Option {
  value: string;
  label: string;
}

interface ChoiceProps extends Omit<NativeSelectProps, "data" | "value" | "onChange"> {
  data: readonly Option[];
  value?: string | null;
  onChange?: (value: string | null) => void;
  /** What the empty choice is called. */
  placeholder?: string;
  /** Whether the empty choice may be taken. */
  clearable?: boolean;
}

/** One of a few. */
export function Choice({ data, value, onChange, placeholder, clearable, ...rest }: ChoiceProps) {
  const empty = value === null || value === undefined || value === "";
  return (
    <NativeSelect
      {...rest}
      value={value ?? ""}
      onChange={(event) => onChange?.(event.currentTarget.value || null)}
      data-empty={empty || undefined}
    >
      {(clearable || empty) && (
        <option value="" disabled={!clearable}>
          {placeholder ?? "–"}
        </option>
      )}
      {data.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </NativeSelect>
  );
}

interface SuggestProps extends Omit<TextInputProps, "value" | "onChange"> {
  data: readonly (string | Option)[];
  value?: string;
  onChange?: (value: string) => void;
}

/** Any text, with suggestions. */
export function Suggest({ data, value, onChange, ...rest }: SuggestProps) {
  const id = useId();
  return (
    <>
      <TextInput
        autoComplete="off"
        {...rest}
        {...(value === undefined ? {} : { value })}
        list={id}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      />
      <datalist id={id}>
        {data.map((option) =>
          typeof option === "string" ? (
            <option key={option} value={option} />
          ) : (
            <option key={option.value} value={option.value} label={option.label} />
          ),
        )}
      </datalist>
    </>
  );
}
