import { Anchor, TextInput } from "@mantine/core";
import { useSession } from "../../app/session.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { checks, problems } from "../../lib/validation.ts";
import { FrontPage } from "../login/front-page.tsx";
import { ownTexts } from "./texts.ts";

/** On the platform's host: an account to make sites with. */
export function RegisterPage() {
  const t = useTexts(ownTexts);
  const check = checks(useTexts(commonTexts).form);
  const { refresh } = useSession();
  const kit = useEntityForm({
    initial: { email: "", name: "", password: "" },
    validate: (values) =>
      problems({ email: check.email(values.email), password: check.password(values.password) }),
    save: (values) =>
      call("POST /api/auth/register", {
        body: { ...values, email: values.email.trim(), name: values.name.trim() },
      }),
    onSaved: async () => {
      history.replaceState(null, "", "/admin/");
      await refresh();
    },
  });
  const { form } = kit;
  return (
    <FrontPage title={t.registerTitle} help={t.registerHelp}>
      <EntityForm kit={kit} bar="plain" submitLabel={t.register} fullWidth>
        <TextInput
          type="email"
          autoComplete="username"
          label={t.email}
          {...form.getInputProps("email")}
        />
        <TextInput autoComplete="name" label={t.yourName} {...form.getInputProps("name")} />
        <SecretInput
          autoComplete="new-password"
          label={t.password}
          description={t.passwordHelp}
          {...form.getInputProps("password")}
        />
      </EntityForm>
      <Anchor href="/admin/" size="sm" mt="md" display="block">
        {t.haveAccount}
      </Anchor>
    </FrontPage>
  );
}
