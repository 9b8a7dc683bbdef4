import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useSession } from "../../app/session.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { ApiError, call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { checks, problems } from "../../lib/validation.ts";
import { FrontPage } from "./front-page.tsx";
import { loginTexts } from "./texts.ts";

/** The one-time link: makes the operator, then leads into the console. */
export function SetupPage({ onDone }: { onDone: () => void }) {
  const t = useTexts(loginTexts);
  const { boot } = useSession();
  const [refused, setRefused] = useState(false);
  const [token] = useState(() => new URLSearchParams(location.search).get("token") ?? "");
  if (refused || (token && !boot.setupNeeded)) {
    return (
      <FrontPage title={t.setupUsed} help={t.setupUsedHelp}>
        <Button fullWidth onClick={onDone}>
          {t.toLogin}
        </Button>
      </FrontPage>
    );
  }
  if (!token) {
    return (
      <FrontPage title={t.setupNoToken} help={t.setupNoTokenHelp}>
        <Button fullWidth variant="default" onClick={onDone}>
          {t.toLogin}
        </Button>
      </FrontPage>
    );
  }
  return (
    <FrontPage title={t.setupTitle} help={t.setupHelp}>
      <SetupForm token={token} onDone={onDone} onRefused={() => setRefused(true)} />
    </FrontPage>
  );
}

function SetupForm(props: { token: string; onDone: () => void; onRefused: () => void }) {
  const t = useTexts(loginTexts);
  const form = useTexts(commonTexts).form;
  const check = checks(form);
  const { refresh } = useSession();
  const kit = useEntityForm({
    initial: { email: "", password: "", repeat: "" },
    validate: (values) =>
      problems({
        email: check.email(values.email),
        password: check.password(values.password),
        repeat: values.repeat === values.password ? null : form.passwordsDiffer,
      }),
    save: async (values) => {
      try {
        return await call("POST /api/auth/setup", {
          body: { token: props.token, email: values.email.trim(), password: values.password },
        });
      } catch (error) {
        if (error instanceof ApiError && error.code === "setup_link_used") props.onRefused();
        throw error;
      }
    },
    onSaved: async () => {
      await refresh();
      props.onDone();
    },
  });
  return (
    <EntityForm kit={kit} bar="plain" submitLabel={t.setupSubmit} fullWidth>
      <TextInput
        type="email"
        autoComplete="username"
        label={t.email}
        {...kit.form.getInputProps("email")}
      />
      <SecretInput
        autoComplete="new-password"
        label={t.password}
        description={t.passwordHelp}
        {...kit.form.getInputProps("password")}
      />
      <SecretInput
        autoComplete="new-password"
        label={t.repeat}
        {...kit.form.getInputProps("repeat")}
      />
    </EntityForm>
  );
}
