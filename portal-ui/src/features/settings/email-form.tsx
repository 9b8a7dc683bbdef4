import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { updateMe, useMe } from "../../app/session.ts";
import { Field } from "../../components/field.tsx";
import { showToast } from "../../components/toast.tsx";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { CodeField, isCode } from "../auth/code-field.tsx";
import { emailProblem, focusFirstProblem } from "../auth/validate.ts";
import { useSecurityText } from "./security-texts.ts";

/** First the new address and the password, then the code that was mailed to it. */
export function EmailForm() {
  const text = useText();
  const own = useSecurityText();
  const me = useMe();
  const [values, setValues] = useState({ email: "", password: "", code: "" });
  const [sent, setSent] = useState(false);
  const [checked, setChecked] = useState(false);
  const set = (change: Partial<typeof values>) => setValues({ ...values, ...change });
  const email = values.email.trim();
  const forget = () => {
    setValues({ email: "", password: "", code: "" });
    setSent(false);
    setChecked(false);
  };
  const save = useMutation({
    mutationFn: async () => {
      if (sent) return await api("POST /api/auth/email", { body: { email, code: values.code } });
      const { password } = values;
      await api("POST /api/auth/email/code", { body: { email, password } });
      return null;
    },
    onSuccess: (changed) => {
      setChecked(false);
      if (!changed) return setSent(true);
      updateMe(changed);
      forget();
      showToast(own.emailChanged);
    },
  });
  const problem = sent
    ? { code: isCode(values.code) ? null : own.codeBad }
    : { email: emailProblem(values.email, text) };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (Object.values(problem).some(Boolean)) focusFirstProblem(event.currentTarget);
    else save.mutate();
  };
  return (
    <form noValidate onSubmit={submit}>
      {save.isError && (
        <p className="notice problem" role="alert">
          {sentenceOf(save.error)}
        </p>
      )}
      {sent ? (
        <>
          <p className="notice" role="status">
            {own.emailSent(email)}
          </p>
          <CodeField
            label={own.code}
            value={values.code}
            error={checked ? (problem.code ?? null) : null}
            onValue={(code) => set({ code })}
          />
        </>
      ) : (
        <>
          <Field
            label={own.newEmail}
            type="email"
            autoComplete="email"
            inputMode="email"
            placeholder={me.email}
            value={values.email}
            error={checked ? (problem.email ?? null) : null}
            onValue={(value) => set({ email: value })}
          />
          <Field
            label={text.currentPassword}
            type="password"
            autoComplete="current-password"
            value={values.password}
            onValue={(password) => set({ password })}
          />
        </>
      )}
      <button type="submit" className="button primary" disabled={save.isPending}>
        {sent ? own.confirm : own.change}
      </button>
      {sent && (
        <button type="button" className="link-button" onClick={forget}>
          {own.cancel}
        </button>
      )}
    </form>
  );
}
