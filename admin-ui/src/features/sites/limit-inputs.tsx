import { TextInput } from "@mantine/core";
import { Choice } from "../../components/form/choice.tsx";
import type { Bind } from "../../components/form/fields.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { COUNTED, FEATURES } from "../editions/limit-names.ts";
import { editionTexts } from "../editions/texts.ts";
import { isCount, type LimitFields, NONE } from "./limit-values.ts";
import { sitesTexts } from "./texts.ts";

interface Props {
  field: Bind;
  values: LimitFields;
  /** What empty fields mean; without it none may be. */
  empty?: string;
  onChange: (name: keyof LimitFields, value: string) => void;
}

export function LimitInputs({ field, values, empty, onChange }: Props) {
  const t = useTexts(sitesTexts);
  const names = useTexts(editionTexts).limits;
  return (
    <FieldGrid>
      {COUNTED.map((name) => (
        <TextInput
          key={name}
          label={names[name]}
          placeholder={empty ?? ""}
          inputMode="numeric"
          autoComplete="off"
          {...field(`limits.${name}`)}
          value={values[name] === NONE ? t.unlimited : values[name]}
          onChange={(event) => {
            const text = event.currentTarget.value.trim();
            onChange(name, text === t.unlimited ? NONE : text);
          }}
        />
      ))}
      {FEATURES.map((name) => (
        <Choice
          key={name}
          label={names[name]}
          data={[
            { value: "true", label: t.yes },
            { value: "false", label: t.no },
          ]}
          {...(empty === undefined ? {} : { clearable: true, placeholder: empty })}
          value={values[name] || null}
          onChange={(value) => onChange(name, value ?? "")}
        />
      ))}
    </FieldGrid>
  );
}

/** Messages for the fields that cannot be read. */
export function limitProblems(values: LimitFields, mayBeEmpty: boolean, message: string) {
  const bad = COUNTED.filter((name) => {
    const text = values[name];
    return text === "" ? !mayBeEmpty : !isCount(text);
  });
  return Object.fromEntries(bad.map((name) => [`limits.${name}`, message]));
}
