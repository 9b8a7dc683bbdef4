/** Amounts, lines and check lists: fields that a plain text input does not do by itself. */
import {
  Checkbox,
  Group,
  Textarea,
  type TextareaProps,
  TextInput,
  type TextInputProps,
} from "@mantine/core";
import { useState } from "react";
import { amountOf, amountText } from "../../lib/amount.ts";
import type { Option } from "./choice.tsx";

interface AmountProps extends Omit<TextInputProps, "value" | "onChange"> {
  value?: number | "";
  onChange?: (value: number | "") => void;
}

/**
 * A number as text: what is typed stays as it is until the field is left. What is no number becomes
 * NaN, which no check lets pass.
 */
export function AmountInput({ value = "", onChange, onBlur, ...rest }: AmountProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed !== null && Object.is(amountOf(typed), value) ? typed : amountText(value);
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      {...rest}
      value={shown}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange?.(amountOf(event.currentTarget.value));
      }}
      onBlur={(event) => {
        if (!Number.isNaN(value)) setTyped(null);
        onBlur?.(event);
      }}
    />
  );
}

interface LinesProps extends Omit<TextareaProps, "value" | "onChange"> {
  value?: readonly string[];
  onChange?: (value: string[]) => void;
}

/** Several short texts, one on each line. */
export function LinesInput({ value = [], onChange, ...rest }: LinesProps) {
  const linesOf = (text: string) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  const [typed, setTyped] = useState<string | null>(null);
  const joined = value.join("\n");
  const shown = typed !== null && linesOf(typed).join("\n") === joined ? typed : joined;
  return (
    <Textarea
      autosize
      minRows={2}
      {...rest}
      value={shown}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange?.(linesOf(event.currentTarget.value));
      }}
    />
  );
}

interface CheckListProps {
  label: string;
  data: readonly Option[];
  value: string[];
  onChange: (value: string[]) => void;
}

/** Any of a few. */
export function CheckList({ label, data, value, onChange }: CheckListProps) {
  return (
    <Checkbox.Group label={label} value={value} onChange={onChange}>
      <Group gap="md" mt={6}>
        {data.map((option) => (
          <Checkbox key={option.value} value={option.value} label={option.label} size="sm" />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
