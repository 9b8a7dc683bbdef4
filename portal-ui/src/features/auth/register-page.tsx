import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { useSite } from "../../app/session.ts";
import { Field } from "../../components/field.tsx";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { CodeField, isCode } from "./code-field.tsx";
import { enter } from "./enter.ts";
import { ProviderSlot } from "./providers/slot.tsx";
import { useAuthText } from "./texts.ts";
import { emailProblem, focusFirstProblem, newPasswordProblem } from "./validate.ts";

/** A new account; reachable only where the site allows it. */
export function RegisterPage() {
  const text = useText();
  const own = useAuthText();
  const site = useSite();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  /** Where the site asks for a code, whether it has been sent. */
  const [sent, setSent] = useState(false);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    const codeBad = sent && !isCode(code);
    if (emailProblem(email, text) || newPasswordProblem(password, text) || codeBad) {
      focusFirstProblem(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await goOn();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  };

  const goOn = async () => {
    const address = { email: email.trim() };
    if (site.verifyEmail && !sent) {
      await api("POST /api/auth/codes", { body: { ...address, purpose: "register" } });
      setSent(true);
      setChecked(false);
      return;
    }
    const body = { ...address, password, name: name.trim(), ...(sent ? { code } : {}) };
    enter(await api("POST /api/auth/register", { body }));
  };

  return (
    <AuthLayout title={text.registerAt(site.name)}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        {problem && (
          <p className="notice problem" role="alert">
            {problem}
          </p>
        )}
        <Field
          label={text.email}
          type="email"
          autoComplete="username"
          inputMode="email"
          value={email}
          error={checked ? emailProblem(email, text) : null}
          onValue={setEmail}
        />
        <Field
          label={`${text.displayName} (${text.optional})`}
          autoComplete="name"
          maxLength={100}
          value={name}
          onValue={setName}
        />
        <Field
          label={text.password}
          type="password"
          autoComplete="new-password"
          value={password}
          hint={text.passwordHint}
          error={checked ? newPasswordProblem(password, text) : null}
          onValue={setPassword}
        />
        {sent && (
          <>
            <p className="notice" role="status">
              {own.sent(email.trim())}
            </p>
            <CodeField
              label={own.code}
              value={code}
              error={checked && !isCode(code) ? own.codeBad : null}
              onValue={setCode}
            />
          </>
        )}
        <button type="submit" className="button primary wide" disabled={busy}>
          {busy ? text.registering : text.register}
        </button>
      </form>
      <ProviderSlot />
      <p className="auth-other">
        {text.haveAccount} <Link href={`/login${location.search}`}>{text.logIn}</Link>
      </p>
    </AuthLayout>
  );
}
