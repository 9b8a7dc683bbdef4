import type { SignInAnswer } from "@contract";
import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { checks } from "../../lib/validation.ts";
import { loginTexts } from "./texts.ts";
import { wayTexts } from "./way-texts.ts";

interface Props {
  purpose: "login" | "reset";
  onDone: (answer: SignInAnswer) => void | Promise<void>;
}

/** First the e-mail, then the code that was mailed to it; to reset also the new password. */
export function CodeForm({ purpose, onDone }: Props) {
  const t = useTexts(wayTexts);
  const login = useTexts(loginTexts);
  const check = checks(useTexts(commonTexts).form);
  const errorText = useErrorText();
  const [values, setValues] = useState({ email: "", code: "", password: "" });
  const [sent, setSent] = useState(false);
  const [checked, setChecked] = useState(false);
  const set = (change: Partial<typeof values>) => setValues({ ...values, ...change });
  const email = values.email.trim();
  const wrong = {
    email: check.email(values.email),
    code: sent && !/^\d{6}$/.test(values.code.replace(/\s/g, "")) ? t.codeBad : null,
    password: sent && purpose === "reset" ? check.password(values.password) : null,
  };
  const go = useMutation({
    mutationFn: async () => {
      const { code, password } = values;
      if (!sent) {
        await call("POST /api/auth/codes", { body: { purpose, email } });
        return null;
      }
      return purpose === "login"
        ? await call("POST /api/auth/login/code", { body: { email, code } })
        : await call("POST /api/auth/reset", { body: { email, code, password } });
    },
    onSuccess: async (answer) => {
      setChecked(false);
      setSent(true);
      if (answer) await onDone(answer);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!Object.values(wrong).some(Boolean)) go.mutate();
  };
  const shown = (name: keyof typeof wrong) => (checked && wrong[name]) || undefined;
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        {go.error && (
          <Alert color="red" role="alert">
            {errorText(go.error)}
          </Alert>
        )}
        {sent && !go.error && <Alert role="status">{t.sent(email)}</Alert>}
        <TextInput
          type="email"
          autoComplete="username"
          label={login.email}
          readOnly={sent}
          value={values.email}
          error={shown("email")}
          onChange={(event) => set({ email: event.currentTarget.value })}
        />
        {sent && (
          <TextInput
            label={t.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={values.code}
            error={shown("code")}
            onChange={(event) => set({ code: event.currentTarget.value })}
          />
        )}
        {sent && purpose === "reset" && (
          <SecretInput
            autoComplete="new-password"
            label={t.newPassword}
            description={login.passwordHelp}
            value={values.password}
            error={shown("password")}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
        )}
        <Button type="submit" fullWidth loading={go.isPending}>
          {sent ? (purpose === "login" ? login.submit : t.reset) : t.sendCode}
        </Button>
      </Stack>
    </form>
  );
}
