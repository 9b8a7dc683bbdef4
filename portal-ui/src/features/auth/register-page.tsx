import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { signedIn, useSite } from "../../app/session.ts";
import { Field } from "../../components/field.tsx";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { ProviderSlot } from "./providers/slot.tsx";
import { emailProblem, focusFirstProblem, newPasswordProblem } from "./validate.ts";

/** A new account; reachable only where the site allows it. */
export function RegisterPage() {
  const text = useText();
  const site = useSite();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (emailProblem(email, text) || newPasswordProblem(password, text)) {
      focusFirstProblem(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const body = { email: email.trim(), password, name: name.trim() };
      signedIn(await api("POST /api/auth/register", { body }));
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
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
