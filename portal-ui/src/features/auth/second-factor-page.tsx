import type { SecondFactorAsked } from "@contract/auth.ts";
import { type FormEvent, useState } from "react";
import { Field } from "../../components/field.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { AuthLayout } from "./auth-layout.tsx";
import { CodeField, isCode } from "./code-field.tsx";
import { enter, startOver } from "./enter.ts";
import { showPasskey } from "./passkey.ts";
import { useAuthText } from "./texts.ts";
import { focusFirstProblem } from "./validate.ts";

/** The second half of a log-in. */
export function SecondFactorPage({ ticket, ways }: SecondFactorAsked["secondFactor"]) {
  const text = useText();
  const own = useAuthText();
  const [way, setWay] = useState(ways.includes("totp") ? "totp" : "passkey");
  const [value, setValue] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const act = async (deed: () => ReturnType<typeof showPasskey>) => {
    setBusy(true);
    setProblem(null);
    try {
      enter(await deed());
    } catch (error) {
      setProblem(error instanceof ApiError ? sentenceOf(error) : own.passkeyFailed);
      setBusy(false);
    }
  };
  const bad = way === "totp" ? !isCode(value) && own.codeBad : value === "" && text.fieldNeeded;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (bad) return focusFirstProblem(event.currentTarget);
    const shown = way === "totp" ? { code: value } : { recoveryCode: value };
    void act(() => api("POST /api/auth/second-factor", { body: { ticket, shown } }));
  };
  const choose = (next: typeof way) => {
    setWay(next);
    setValue("");
    setChecked(false);
  };
  const field = { value, error: checked && bad ? bad : null, onValue: setValue };
  return (
    <AuthLayout title={own.secondTitle}>
      <p className="muted">{own.secondHelp}</p>
      {problem && (
        <p className="notice problem" role="alert">
          {problem}
        </p>
      )}
      {way !== "passkey" && (
        <form noValidate onSubmit={submit}>
          {way === "totp" ? (
            <CodeField label={own.appCode} {...field} />
          ) : (
            <Field label={own.recoveryCode} autoComplete="off" {...field} />
          )}
          <button type="submit" className="button primary wide" disabled={busy}>
            {own.goOn}
          </button>
        </form>
      )}
      {ways.includes("passkey") && (
        <button
          type="button"
          className={`button wide ${way === "passkey" ? "primary" : ""}`}
          disabled={busy}
          onClick={() => void act(() => showPasskey(ticket))}
        >
          {own.usePasskey}
        </button>
      )}
      <p className="auth-other">
        {way !== "recovery" && ways.includes("recovery") && (
          <button type="button" className="link-button" onClick={() => choose("recovery")}>
            {own.useRecovery}
          </button>
        )}
        {way !== "totp" && ways.includes("totp") && (
          <button type="button" className="link-button" onClick={() => choose("totp")}>
            {own.useApp}
          </button>
        )}
        <button type="button" className="link-button" onClick={startOver}>
          {own.startOver}
        </button>
      </p>
    </AuthLayout>
  );
}
