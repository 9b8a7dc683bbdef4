import type { SignInAnswer } from "@contract";
import { TextInput } from "@mantine/core";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { checks, problems } from "../../lib/validation.ts";
import { loginTexts } from "./texts.ts";

interface Props {
  email: string;
  onDone: (answer: SignInAnswer) => void | Promise<void>;
}

/** E-mail and password. */
export function LoginForm({ email, onDone }: Props) {
  const t = useTexts(loginTexts);
  const check = checks(useTexts(commonTexts).form);
  const kit = useEntityForm({
    initial: { email, password: "" },
    validate: (values) =>
      problems({ email: check.email(values.email), password: check.required(values.password) }),
    save: (values) =>
      call("POST /api/auth/login", {
        body: { email: values.email.trim(), password: values.password },
      }),
    onSaved: onDone,
  });
  return (
    <EntityForm kit={kit} bar="plain" submitLabel={t.submit} fullWidth>
      <TextInput
        type="email"
        autoComplete="username"
        label={t.email}
        {...kit.form.getInputProps("email")}
      />
      <SecretInput
        autoComplete="current-password"
        label={t.password}
        {...kit.form.getInputProps("password")}
      />
    </EntityForm>
  );
}
