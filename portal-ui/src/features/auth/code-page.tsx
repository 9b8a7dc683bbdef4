import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { Field } from "../../components/field.tsx";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { CodeField, isCode } from "./code-field.tsx";
import { enter } from "./enter.ts";
import { HumanSlot } from "./providers/slot.tsx";
import { useAuthText } from "./texts.ts";
import { emailProblem, focusFirstProblem, newPasswordProblem } from "./validate.ts";

/** First the e-mail, then the code that was mailed to it; to reset also the new password. */
export function CodePage({ purpose }: { purpose: "login" | "reset" }) {
  const text = useText();
  const own = useAuthText();
  const [values, setValues] = useState({ email: "", code: "", password: "" });
  const [sent, setSent] = useState(false);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (change: Partial<typeof values>) => setValues({ ...values, ...change });
  const email = values.email.trim();
  const problems = {
    email: emailProblem(values.email, text),
    code: sent && !isCode(values.code) ? own.codeBad : null,
    password: sent && purpose === "reset" ? newPasswordProblem(values.password, text) : null,
  };

  const act = async (deed: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await deed();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  };
  const send = async () => {
    await api("POST /api/auth/codes", { body: { purpose, email } });
    setSent(true);
    setChecked(false);
  };
  const finish = async () => {
    const { code, password } = values;
    enter(
      purpose === "login"
        ? await api("POST /api/auth/login/code", { body: { email, code } })
        : await api("POST /api/auth/reset", { body: { email, code, password } }),
    );
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (Object.values(problems).some(Boolean)) focusFirstProblem(event.currentTarget);
    else void act(sent ? finish : send);
  };

  return (
    <AuthLayout title={purpose === "login" ? own.codeTitle : own.resetTitle}>
      <form noValidate onSubmit={submit}>
        {problem && (
          <p className="notice problem" role="alert">
            {problem}
          </p>
        )}
        {sent && !problem && (
          <p className="notice" role="status">
            {own.sent(email)}
          </p>
        )}
        <Field
          label={text.email}
          type="email"
          autoComplete="username"
          inputMode="email"
          value={values.email}
          readOnly={sent}
          error={checked ? problems.email : null}
          onValue={(value) => set({ email: value })}
        />
        {sent && (
          <CodeField
            label={own.code}
            value={values.code}
            error={checked ? problems.code : null}
            onValue={(code) => set({ code })}
          />
        )}
        {sent && purpose === "reset" && (
          <Field
            label={text.newPassword}
            type="password"
            autoComplete="new-password"
            value={values.password}
            hint={text.passwordHint}
            error={checked ? problems.password : null}
            onValue={(password) => set({ password })}
          />
        )}
        <button type="submit" className="button primary wide" disabled={busy}>
          {sent ? (purpose === "login" ? text.logIn : own.reset) : own.sendCode}
        </button>
      </form>
      <HumanSlot />
      <p className="auth-other">
        {sent && (
          <>
            <button
              type="button"
              className="link-button"
              disabled={busy}
              onClick={() => void act(send)}
            >
              {own.sendAgain}
            </button>
            {" · "}
          </>
        )}
        <Link href={`/login${location.search}`}>{own.withPassword}</Link>
      </p>
    </AuthLayout>
  );
}
