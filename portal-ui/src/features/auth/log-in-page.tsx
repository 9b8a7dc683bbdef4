import { type FormEvent, lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import { useSession } from "../../app/session.ts";
import { Field } from "../../components/field.tsx";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { enter, useAsked } from "./enter.ts";
import { MoreWays } from "./more-ways.tsx";
import { ProviderProblem, ProviderSlot } from "./providers/slot.tsx";
import { emailProblem, focusFirstProblem } from "./validate.ts";

const SecondFactorPage = lazy(async () => ({
  default: (await import("./second-factor-page.tsx")).SecondFactorPage,
}));

/** The log-in, or its second half. */
export function LogInPage() {
  const asked = useAsked();
  if (!asked) return <FirstFactor />;
  return (
    <Suspense fallback={null}>
      <SecondFactorPage {...asked} />
    </Suspense>
  );
}

/** E-mail and password. Being signed in leads away from here by itself. */
function FirstFactor() {
  const text = useText();
  const { site, ended } = useSession();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const problems = {
    email: checked ? emailProblem(email, text) : null,
    password: checked && password === "" ? text.fieldNeeded : null,
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (emailProblem(email, text) || password === "") {
      focusFirstProblem(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      enter(await api("POST /api/auth/login", { body: { email: email.trim(), password } }));
      setBusy(false);
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };

  return (
    <AuthLayout title={text.logInTo(site.name)}>
      <ProviderProblem />
      <form noValidate onSubmit={(event) => void submit(event)}>
        {ended && !problem && (
          <p className="notice" role="status">
            {text.sessionEnded}
          </p>
        )}
        {problem && (
          <p className="notice problem" role="alert">
            {problem}
          </p>
        )}
        {site.passwords && (
          <>
            <Field
              label={text.email}
              type="email"
              autoComplete="username"
              inputMode="email"
              value={email}
              error={problems.email}
              onValue={setEmail}
            />
            <Field
              label={text.password}
              type="password"
              autoComplete="current-password"
              value={password}
              error={problems.password}
              onValue={setPassword}
            />
            <button type="submit" className="button primary wide" disabled={busy}>
              {busy ? text.loggingIn : text.logIn}
            </button>
          </>
        )}
      </form>
      <MoreWays onProblem={setProblem} />
      <ProviderSlot />
      {site.registration && site.passwords && (
        <p className="auth-other">
          {text.noAccount} <Link href={`/register${location.search}`}>{text.register}</Link>
        </p>
      )}
    </AuthLayout>
  );
}
