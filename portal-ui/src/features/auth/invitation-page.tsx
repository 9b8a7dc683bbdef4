import { type FormEvent, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { signedIn, useSite } from "../../app/session.ts";
import { Field } from "../../components/field.tsx";
import { Spinner } from "../../components/states.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { useInvitationText } from "./invitation-texts.ts";
import { focusFirstProblem, newPasswordProblem } from "./validate.ts";

/** Read once: the address bar keeps no token, and a reload asks for the link again. */
const tokenOfAddress = (): string => location.hash.slice(1);

/** Accepting an invitation, with a password of one's own. */
export function InvitationPage() {
  const own = useInvitationText();
  const text = useText();
  const site = useSite();
  const [token] = useState(tokenOfAddress);
  const [email, setEmail] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const invalid = (error: unknown) =>
      setProblem(error instanceof ApiError && error.status < 429 ? own.invalid : sentenceOf(error));
    api("POST /api/auth/invitation", { body: { token } })
      .then((invitation) => setEmail(invitation.email))
      .catch(invalid);
  }, [token, own]);
  return (
    <AuthLayout title={own.title(site.name)}>
      {problem && (
        <p className="notice problem" role="alert">
          {problem}
        </p>
      )}
      {!problem && email === null && <Spinner />}
      {email !== null && <AcceptForm token={token} email={email} />}
      <p className="auth-other">
        {own.toLogIn} <Link href="/login">{text.logIn}</Link>
      </p>
    </AuthLayout>
  );
}

function AcceptForm({ token, email }: { token: string; email: string }) {
  const own = useInvitationText();
  const text = useText();
  const [, navigate] = useLocation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (newPasswordProblem(password, text)) {
      focusFirstProblem(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const body = { token, name: name.trim(), password };
      const me = await api("POST /api/auth/invitation/accept", { body });
      if ("id" in me) signedIn(me);
      navigate("/", { replace: true });
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };

  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <p>{own.forWhom(email)}</p>
      {problem && (
        <p className="notice problem" role="alert">
          {problem}
        </p>
      )}
      <input type="hidden" autoComplete="username" value={email} readOnly />
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
        {busy ? own.joining : own.join}
      </button>
    </form>
  );
}
