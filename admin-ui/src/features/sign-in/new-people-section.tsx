import { Alert, Switch, Textarea } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Choice } from "../../components/form/choice.tsx";
import type { Bind } from "../../components/form/fields.tsx";
import { FormSection } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { levelsQuery } from "../../lib/queries.ts";
import { signInTexts } from "./texts.ts";

/** Who gets an account, of which level, and who is believed about an e-mail. */
export function NewPeopleSection({ registration, bind }: { registration: boolean; bind: Bind }) {
  const t = useTexts(signInTexts);
  const levels = useQuery(levelsQuery);
  return (
    <FormSection title={t.newPeople}>
      <Switch label={t.registers} description={t.registersHelp} {...bind("registers")} />
      {!registration && <Alert icon={<IconInfoCircle aria-hidden />}>{t.registrationOff}</Alert>}
      <Choice
        label={t.level}
        placeholder={t.levelDefault}
        clearable
        data={(levels.data ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
        {...bind("level")}
      />
      <Textarea
        label={t.trusted}
        description={t.trustedHelp}
        placeholder="example.com"
        autosize
        minRows={2}
        spellCheck={false}
        {...bind("trusted")}
      />
    </FormSection>
  );
}
