import { Field } from "../../components/field.tsx";

export const isCode = (text: string): boolean => /^\d{6}$/.test(text.replace(/\s/g, ""));

interface Props {
  label: string;
  value: string;
  error: string | null;
  onValue: (value: string) => void;
}

/** Six digits; phones offer the code that has just come. */
export function CodeField(props: Props) {
  return <Field {...props} inputMode="numeric" autoComplete="one-time-code" maxLength={12} />;
}
