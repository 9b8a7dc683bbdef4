import type { GuideField } from "@contract";
import { TextInput } from "@mantine/core";
import { Choice } from "../../components/form/choice.tsx";
import type { Bind } from "../../components/form/fields.tsx";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";

interface Props {
  field: GuideField;
  path: string;
  bind: Bind;
}

/** One field of a platform's guide, as its kind asks. */
export function GuideInput({ field, path, bind }: Props) {
  const local = useLocalText();
  const t = useTexts(commonTexts);
  const label = field.required ? local(field.label) : `${local(field.label)} (${t.optional})`;
  const shared = {
    label,
    ...(field.help ? { description: local(field.help) } : {}),
    placeholder: field.placeholder ?? field.default ?? "",
    ...bind(path),
  };
  if (field.kind === "select") {
    return (
      <Choice
        {...shared}
        value={shared.value || (field.default ?? null)}
        data={(field.options ?? []).map(({ value, label: text }) => ({
          value,
          label: local(text),
        }))}
      />
    );
  }
  if (field.kind === "password") {
    // Not a log-in: the browser must neither offer nor keep it.
    return <SecretInput {...shared} autoComplete="new-password" spellCheck={false} />;
  }
  return (
    <TextInput
      {...shared}
      type={field.kind === "url" ? "url" : "text"}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
