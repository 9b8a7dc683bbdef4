import { readHostName } from "@contract/host-names.ts";
import { TextInput } from "@mantine/core";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { hostTexts } from "./texts.ts";

/** Claims a domain; people may paste an address, or write a name in their own script. */
export function AddHostForm() {
  const t = useTexts(hostTexts);
  const notify = useNotify();
  const kit = useEntityForm({
    initial: { host: "" },
    refreshes: [["hosts"], ["site"]],
    validate: ({ host }): Record<string, string> => {
      const read = readHostName(host);
      return read.ok ? {} : { host: t.nameProblems[read.error] };
    },
    save: ({ host }) => call("POST /api/admin/hosts", { body: { host } }),
    onSaved: ({ host }) => {
      kit.form.setValues({ host: "" });
      notify.done(t.added(host));
    },
  });
  const read = readHostName(kit.form.values.host);
  const differs = read.ok && read.value !== kit.form.values.host.trim();
  return (
    <EntityForm kit={kit} bar="plain" submitLabel={t.add}>
      <TextInput
        label={t.host}
        description={differs ? t.punycode(read.value) : t.hostHelp}
        placeholder="ai.your-company.com"
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        maw={480}
        {...kit.form.getInputProps("host")}
      />
    </EntityForm>
  );
}
