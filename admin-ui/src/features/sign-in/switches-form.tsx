import type { SignInPage } from "@contract";
import { Switch, TextInput } from "@mantine/core";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { problems } from "../../lib/validation.ts";
import { signInTexts } from "./texts.ts";

function useSwitches({ settings, turnstileSecretHint, providers }: SignInPage) {
  const t = useTexts(signInTexts);
  const notify = useNotify();
  const hasButton = providers.some((one) => one.enabled);
  return useEntityForm({
    initial: {
      password: settings.password ?? true,
      emailCode: settings.emailCode ?? true,
      verifyEmail: settings.verifyEmail ?? false,
      secondFactor: settings.secondFactor ?? false,
      turnstileSiteKey: settings.turnstileSiteKey ?? "",
      turnstileSecret: "",
    },
    refreshes: [["sign-in"]],
    validate: (values) => {
      const needsSecret = values.turnstileSiteKey.trim() !== "" && turnstileSecretHint === "";
      return problems({
        password: values.password || values.emailCode || hasButton ? null : t.noWay,
        turnstileSecret:
          needsSecret && values.turnstileSecret.trim() === "" ? t.secretNeeded : null,
      });
    },
    save: ({ turnstileSiteKey, turnstileSecret, ...switches }) =>
      call("PUT /api/admin/sign-in", {
        body: {
          ...switches,
          ...(turnstileSiteKey.trim() ? { turnstileSiteKey: turnstileSiteKey.trim() } : {}),
          ...(turnstileSecret.trim() ? { turnstileSecret: turnstileSecret.trim() } : {}),
        },
      }),
    onSaved: () => notify.done(t.saved),
  });
}

/** The ways of the site's own, and what is asked of whoever takes them. */
export function SwitchesForm({ page }: { page: SignInPage }) {
  const t = useTexts(signInTexts);
  const kit = useSwitches(page);
  const toggle = (name: string) => kit.form.getInputProps(name, { type: "checkbox" });
  return (
    <GuardedForm kit={kit}>
      <FormSection title={t.ways}>
        <Switch label={t.password} {...toggle("password")} />
        <Switch label={t.emailCode} description={t.emailCodeHelp} {...toggle("emailCode")} />
      </FormSection>
      <FormSection title={t.joining}>
        <Switch label={t.verifyEmail} description={t.verifyEmailHelp} {...toggle("verifyEmail")} />
        <Switch
          label={t.secondFactor}
          description={t.secondFactorHelp}
          {...toggle("secondFactor")}
        />
      </FormSection>
      <FormSection title={t.turnstile} description={t.turnstileHelp}>
        <FieldGrid>
          <TextInput
            label={t.siteKey}
            placeholder="0x4AAA…"
            autoComplete="off"
            spellCheck={false}
            {...kit.form.getInputProps("turnstileSiteKey")}
          />
          <SecretInput
            label={t.secretKey}
            description={page.turnstileSecretHint ? t.secretKept : undefined}
            autoComplete="new-password"
            {...kit.form.getInputProps("turnstileSecret")}
          />
        </FieldGrid>
      </FormSection>
    </GuardedForm>
  );
}
