import type { Role } from "@contract";
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { appTexts } from "../../app/texts.ts";
import { Choice } from "../../components/form/choice.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { levelsQuery, rolesQuery } from "../../lib/queries.ts";
import { ROLES } from "../../lib/roles.ts";
import { checks, problems } from "../../lib/validation.ts";
import { invitationTexts } from "./invitation-texts.ts";

interface Props {
  onSent: (link: string) => void;
  onCancel: () => void;
}

export function InviteForm({ onSent, onCancel }: Props) {
  const t = useTexts(invitationTexts);
  const roles = useTexts(appTexts).roles;
  const check = checks(useTexts(commonTexts).form);
  const levels = useQuery(levelsQuery).data ?? [];
  const infos = useQuery(rolesQuery).data;
  const given = ROLES.filter(
    (role) => infos?.find((info) => info.role === role)?.mayGive ?? role === "member",
  );
  const kit = useEntityForm({
    initial: { email: "", role: "member" as Role, level: null as string | null },
    refreshes: [["invitations"]],
    validate: (values) => problems({ email: check.email(values.email) }),
    save: (values) =>
      call("POST /api/admin/invitations", { body: { ...values, email: values.email.trim() } }),
    onSaved: (answer) => onSent(answer.link),
  });
  const { form } = kit;
  return (
    <EntityForm kit={kit} bar="plain" onCancel={onCancel} submitLabel={t.send}>
      <TextInput
        type="email"
        autoComplete="off"
        label={t.email}
        data-autofocus
        {...form.getInputProps("email")}
      />
      <Choice
        label={t.role}
        data={given.map((role) => ({ value: role, label: roles[role] }))}
        {...form.getInputProps("role")}
      />
      <Choice
        label={t.level}
        placeholder={t.defaultLevel}
        clearable
        data={levels.map((level) => ({ value: level.slug, label: level.name }))}
        {...form.getInputProps("level")}
      />
    </EntityForm>
  );
}
