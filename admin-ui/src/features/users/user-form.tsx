import type { User } from "@contract";
import { Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { appTexts } from "../../app/texts.ts";
import { Choice } from "../../components/form/choice.tsx";
import { LimitFields } from "../../components/form/fields.tsx";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { CheckList } from "../../components/form/inputs.tsx";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { limitFields, limitProblems, limitsOf } from "../../lib/limits.ts";
import { groupsQuery, levelsQuery, rolesQuery } from "../../lib/queries.ts";
import { ROLES } from "../../lib/roles.ts";
import { checks, problems } from "../../lib/validation.ts";
import { roleTexts } from "../roles/texts.ts";
import { peopleTexts } from "./people-texts.ts";
import { userTexts } from "./texts.ts";

/** As a date field wants it, in the reader's own time. */
const dayOf = (iso: string) => new Date(iso).toLocaleDateString("sv-SE");

const valuesOf = (user: User | null) => ({
  email: user?.email ?? "",
  name: user?.name ?? "",
  password: "",
  role: user?.role ?? ("member" as const),
  level: (user?.endedLevel ?? user?.level)?.slug ?? null,
  levelEnd: user?.levelExpiresAt ? dayOf(user.levelExpiresAt) : "",
  kind: user?.kind ?? ("external" as const),
  note: user?.note ?? "",
  groups: user?.groups ?? [],
  enabled: user?.enabled ?? true,
  limits: limitFields(user?.limits),
});
type Values = ReturnType<typeof valuesOf>;

/** The last moment of the day, here: a level that ends on a day counts on that day. */
const endOf = (day: string) => (day ? new Date(`${day}T23:59:59`).toISOString() : null);

const inputOf = ({ password, limits, levelEnd, ...values }: Values) => ({
  ...values,
  levelExpiresAt: values.level === null ? null : endOf(levelEnd),
  limits: limitsOf(limits),
  email: values.email.trim(),
  name: values.name.trim(),
  ...(password ? { password } : {}),
});

interface Props {
  user: User | null;
  onSaved: (user: User) => void;
  onCancel: () => void;
}

export function UserForm({ user, onSaved, onCancel }: Props) {
  const t = useTexts(userTexts);
  const own = useTexts(peopleTexts);
  const roles = useTexts(appTexts).roles;
  const about = useTexts(roleTexts).about;
  const infos = useQuery(rolesQuery).data;
  // Nobody gives a role that allows more than his own; one that somebody has stays in sight.
  const given = ROLES.filter(
    (role) =>
      role === user?.role ||
      (infos?.find((info) => info.role === role)?.mayGive ?? role === "member"),
  );
  const check = checks(useTexts(commonTexts).form);
  const levels = useQuery(levelsQuery).data ?? [];
  const groups = useQuery(groupsQuery).data ?? [];
  const kit = useEntityForm<Values, User>({
    initial: valuesOf(user),
    refreshes: [["users"], ["levels"], ["overview"]],
    validate: (values) =>
      problems({
        email: check.email(values.email),
        // An existing account keeps its password; a new one cannot log in without.
        password: user && values.password === "" ? null : check.password(values.password),
        ...limitProblems(values.limits, check.optionalNumber),
      }),
    save: (values) =>
      user
        ? call("PATCH /api/admin/users/{id}", { params: { id: user.id }, body: inputOf(values) })
        : call("POST /api/admin/users", { body: inputOf(values) }),
    onSaved,
  });
  const { form } = kit;
  return (
    <GuardedForm kit={kit} bar="plain" onCancel={onCancel}>
      <TextInput
        type="email"
        autoComplete="off"
        label={t.email}
        data-autofocus={user ? undefined : true}
        {...form.getInputProps("email")}
      />
      <TextInput label={t.name} autoComplete="off" {...form.getInputProps("name")} />
      <SecretInput
        label={t.password}
        description={user ? t.passwordChange : t.passwordNew}
        autoComplete="new-password"
        {...form.getInputProps("password")}
      />
      <FieldGrid>
        <Choice
          label={t.role}
          description={about[form.values.role]}
          data={given.map((role) => ({ value: role, label: roles[role] }))}
          {...form.getInputProps("role")}
        />
        <Choice
          label={t.level}
          placeholder={t.noLevel}
          clearable
          data={levels.map((level) => ({ value: level.slug, label: level.name }))}
          {...form.getInputProps("level")}
        />
      </FieldGrid>
      <FieldGrid>
        <TextInput
          type="date"
          label={own.levelEnd}
          description={own.levelEndHelp}
          disabled={form.values.level === null}
          {...form.getInputProps("levelEnd")}
        />
        <Choice
          label={own.kind}
          description={own.kindHelp}
          data={[
            { value: "external", label: own.kinds.external },
            { value: "internal", label: own.kinds.internal },
          ]}
          {...form.getInputProps("kind")}
        />
      </FieldGrid>
      <TextInput
        label={own.note}
        description={own.noteHelp}
        maxLength={2000}
        {...form.getInputProps("note")}
      />
      {groups.length > 0 && (
        <CheckList
          label={t.groups}
          data={groups.map((group) => ({ value: group.slug, label: group.name }))}
          value={form.values.groups}
          onChange={(chosen) => form.setFieldValue("groups", chosen)}
        />
      )}
      <Switch
        label={t.enabled}
        description={t.disableEffect}
        {...form.getInputProps("enabled", { type: "checkbox" })}
      />
      <FormSection title={t.limits} description={t.limitsHelp}>
        <LimitFields
          field={(path) => form.getInputProps(`limits.${path}`)}
          placeholder={t.limitsEmpty}
        />
      </FormSection>
    </GuardedForm>
  );
}
